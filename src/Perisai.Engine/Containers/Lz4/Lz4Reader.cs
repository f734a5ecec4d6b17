using Perisai.Engine.Containers.Codecs;

namespace Perisai.Engine.Containers.Lz4;

/// <summary>Reads LZ4 frames, also legacy ones.</summary>
internal sealed class Lz4Reader() : SingleMemberReader("lz4", CodecStreams.Lz4)
{
    public static readonly Lz4Reader Instance = new();

    public override FormatDescription Description { get; } = new(
        "LZ4 (lz4)",
        "frames with linked and independent blocks, legacy frames",
        "LZ4 Frame Format Description 1.6")
    {
        Gaps = "frames that need a dictionary are reported",
    };
}
