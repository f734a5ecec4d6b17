namespace Perisai.Engine.Containers.Codecs;

/// <summary>Data that are not compressed, where a decoder is expected.</summary>
internal sealed class StoredStream : DecoderStream
{
    public StoredStream(CodecInput input)
        : base(input) => Output = new byte[16 << 10];

    protected override void Produce()
    {
        (OutputStart, OutputEnd) = (0, Input.Read(Output));
        Finished = OutputEnd == 0;
    }
}
