using Perisai.Engine.Containers.Codecs;

namespace Perisai.Engine.Containers.Zstd;

/// <summary>Reads Zstandard.</summary>
internal sealed class ZstdReader() : SingleMemberReader("zstd", CodecStreams.Zstd)
{
    public static readonly ZstdReader Instance = new();

    public override FormatDescription Description { get; } = new(
        "Zstandard (zst)",
        "frames and skippable frames",
        "RFC 8878")
    {
        Gaps = "frames that need a dictionary are reported",
    };
}
