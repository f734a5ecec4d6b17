using Perisai.Engine.Containers.Codecs;

namespace Perisai.Engine.Containers.Pdf;

/// <summary>RC4, a stream of bytes that are XORed with the data. Encrypting is decrypting.</summary>
internal sealed class Rc4Stream : DecoderStream
{
    private readonly byte[] _state;
    private readonly byte[] _buffer = new byte[16 << 10];
    private byte _first;
    private byte _second;

    public Rc4Stream(CodecInput input, byte[] key)
        : base(input) => _state = Schedule(key);

    public static byte[] Transform(byte[] key, byte[] data)
    {
        var result = data.AsSpan().ToArray();
        byte first = 0;
        byte second = 0;
        Apply(Schedule(key), ref first, ref second, result);
        return result;
    }

    protected override void Produce()
    {
        OutputStart = 0;
        OutputEnd = Input.Read(_buffer);
        Output = _buffer;
        Apply(_state, ref _first, ref _second, _buffer.AsSpan(0, OutputEnd));
        Finished = OutputEnd == 0;
    }

    private static byte[] Schedule(byte[] key)
    {
        var state = new byte[256];
        for (var index = 0; index < state.Length; index++)
            state[index] = (byte)index;
        byte other = 0;
        for (var index = 0; index < state.Length; index++)
        {
            other += (byte)(state[index] + key[index % key.Length]);
            (state[index], state[other]) = (state[other], state[index]);
        }

        return state;
    }

    private static void Apply(byte[] state, ref byte first, ref byte second, Span<byte> data)
    {
        for (var index = 0; index < data.Length; index++)
        {
            first++;
            second += state[first];
            (state[first], state[second]) = (state[second], state[first]);
            data[index] ^= state[(byte)(state[first] + state[second])];
        }
    }
}
