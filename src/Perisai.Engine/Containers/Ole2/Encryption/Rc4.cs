namespace Perisai.Engine.Containers.Ole2.Encryption;

/// <summary>The stream cipher RC4, which Office used until 2003 and the runtime does not have. Decryption only: nobody should encrypt with it.</summary>
internal sealed class Rc4
{
    private readonly byte[] _state = new byte[256];
    private byte _i;
    private byte _j;

    public Rc4(ReadOnlySpan<byte> key)
    {
        for (var index = 0; index < 256; index++)
            _state[index] = (byte)index;
        byte at = 0;
        for (var index = 0; index < 256; index++)
        {
            at += (byte)(_state[index] + key[index % key.Length]);
            (_state[index], _state[at]) = (_state[at], _state[index]);
        }
    }

    public void Apply(Span<byte> bytes)
    {
        for (var index = 0; index < bytes.Length; index++)
        {
            var first = _state[++_i];
            _j += first;
            var second = _state[_j];
            (_state[_i], _state[_j]) = (second, first);
            bytes[index] ^= _state[(byte)(first + second)];
        }
    }
}
