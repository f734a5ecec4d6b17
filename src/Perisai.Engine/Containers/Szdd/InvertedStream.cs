using Perisai.Engine.Containers.Codecs;

namespace Perisai.Engine.Containers.Szdd;

/// <summary>Method 1 of KWAJ: every bit turned round.</summary>
internal sealed class InvertedStream(CodecInput input) : DecoderStream(input)
{
    private readonly byte[] _buffer = new byte[16 << 10];

    protected override void Produce()
    {
        var count = Input.Read(_buffer);
        for (var at = 0; at < count; at++)
            _buffer[at] = (byte)~_buffer[at];
        Output = _buffer;
        (OutputStart, OutputEnd) = (0, count);
        Finished = count == 0;
    }
}
