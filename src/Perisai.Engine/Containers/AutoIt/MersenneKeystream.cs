namespace Perisai.Engine.Containers.AutoIt;

/// <summary>EA05: the Mersenne Twister MT19937 (Matsumoto and Nishimura, 1998); of each number, bits 1 to 8.</summary>
internal sealed class MersenneKeystream : IKeystream
{
    private const int Length = 624;
    private const int Middle = 397;

    private readonly uint[] _state = new uint[Length];
    private int _next = Length;

    public MersenneKeystream(uint seed)
    {
        _state[0] = seed;
        for (uint index = 1; index < Length; index++)
            _state[index] = index + 1812433253 * (_state[index - 1] ^ _state[index - 1] >> 30);
    }

    public byte Next()
    {
        if (_next == Length)
            Renew();
        var value = _state[_next++];
        value ^= value >> 11;
        value ^= value << 7 & 0x9D2C5680;
        value ^= value << 15 & 0xEFC60000;
        value ^= value >> 18;
        return (byte)(value >> 1);
    }

    private void Renew()
    {
        for (var index = 0; index < Length; index++)
        {
            var value = _state[index] & 0x80000000 | _state[(index + 1) % Length] & 0x7FFFFFFF;
            _state[index] = _state[(index + Middle) % Length] ^ value >> 1 ^ ((value & 1) != 0 ? 0x9908B0DF : 0);
        }

        _next = 0;
    }
}
