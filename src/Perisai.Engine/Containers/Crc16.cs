using System.Buffers.Binary;
using System.IO.Hashing;

namespace Perisai.Engine.Containers;

/// <summary>Sixteen-bit checksums of old formats: that of ARC and LHA (reflected 8005), and that of XMODEM and BinHex (1021).</summary>
internal sealed class Crc16 : NonCryptographicHashAlgorithm
{
    private static readonly ushort[] _reflected = MakeReflected();
    private static readonly ushort[] _forward = MakeForward();

    private readonly bool _isReflected;
    private ushort _value;

    private Crc16(bool isReflected)
        : base(sizeof(ushort)) => _isReflected = isReflected;

    public ushort Value => _value;

    public static Crc16 OfLha() => new(true);

    public static Crc16 OfBinHex() => new(false);

    /// <summary>The checksum of LHA.</summary>
    public static ushort Lha(ReadOnlySpan<byte> bytes)
    {
        var sum = OfLha();
        sum.Append(bytes);
        return sum.Value;
    }

    public static ushort BinHex(ReadOnlySpan<byte> bytes)
    {
        var sum = OfBinHex();
        sum.Append(bytes);
        return sum.Value;
    }

    public override void Append(ReadOnlySpan<byte> source)
    {
        var value = _value;
        if (_isReflected)
        {
            foreach (var next in source)
                value = (ushort)(value >> 8 ^ _reflected[(byte)(value ^ next)]);
        }
        else
        {
            foreach (var next in source)
                value = (ushort)(value << 8 ^ _forward[value >> 8 ^ next]);
        }

        _value = value;
    }

    public override void Reset() => _value = 0;

    protected override void GetCurrentHashCore(Span<byte> destination) => BinaryPrimitives.WriteUInt16BigEndian(destination, _value);

    private static ushort[] MakeReflected()
    {
        var table = new ushort[256];
        for (var index = 0; index < 256; index++)
        {
            var value = (uint)index;
            for (var bit = 0; bit < 8; bit++)
                value = (value & 1) != 0 ? value >> 1 ^ 0xA001 : value >> 1;
            table[index] = (ushort)value;
        }

        return table;
    }

    private static ushort[] MakeForward()
    {
        var table = new ushort[256];
        for (var index = 0; index < 256; index++)
        {
            var value = (uint)index << 8;
            for (var bit = 0; bit < 8; bit++)
                value = (value & 0x8000) != 0 ? value << 1 ^ 0x1021 : value << 1;
            table[index] = (ushort)value;
        }

        return table;
    }
}
