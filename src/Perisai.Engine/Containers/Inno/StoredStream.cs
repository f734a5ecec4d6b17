using Perisai.Engine.Containers.Codecs;

namespace Perisai.Engine.Containers.Inno;

/// <summary>A chunk that is not compressed.</summary>
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
