using System.Numerics;

namespace Perisai.Engine.Containers.AutoIt;

/// <summary>
/// EA06: seventeen numbers in a ring (Agner Fog's RANROT, type B); a number is the sum of two of them, rotated, and takes the place of the
/// first. Every second number gives a byte, its highest.
/// </summary>
internal sealed class RotatingKeystream : IKeystream
{
    private const int Length = 17;

    private readonly uint[] _ring = new uint[Length];
    private int _first;
    private int _second = 10;

    public RotatingKeystream(uint seed)
    {
        for (var index = 0; index < Length; index++)
            _ring[index] = seed = 1 - seed * 0x53A9B4FB;
        for (var round = 0; round < 9; round++)
            Step();
    }

    public byte Next()
    {
        Step();
        return (byte)(Step() >> 24);
    }

    private uint Step()
    {
        var value = BitOperations.RotateLeft(_ring[_first], 9) + BitOperations.RotateLeft(_ring[_second], 13);
        _ring[_first] = value;
        _first = _first == 0 ? Length - 1 : _first - 1;
        _second = _second == 0 ? Length - 1 : _second - 1;
        return value;
    }
}
