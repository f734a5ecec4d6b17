using Perisai.Engine.Containers.Codecs;

namespace Perisai.Engine.Containers.Bzip2;

/// <summary>Reads bzip2.</summary>
internal sealed class Bzip2Reader() : SingleMemberReader("bzip2", CodecStreams.Bzip2)
{
    public static readonly Bzip2Reader Instance = new();

    public override FormatDescription Description { get; } = new(
        "bzip2 (bz2)",
        "all streams as one object; what follows them",
        "Joe Tsai, bzip2 format specification")
    {
        Gaps = "randomised blocks are reported",
    };
}
