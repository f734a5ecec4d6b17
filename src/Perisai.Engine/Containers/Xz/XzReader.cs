using Perisai.Engine.Containers.Codecs;

namespace Perisai.Engine.Containers.Xz;

/// <summary>Reads xz.</summary>
internal sealed class XzReader() : SingleMemberReader("xz", CodecStreams.Xz)
{
    public static readonly XzReader Instance = new();

    public override FormatDescription Description { get; } = new(
        "xz",
        "streams, padding, all checks, delta and branch filters",
        "The .xz file format 1.2.0")
    {
        Gaps = "the RISC-V filter is reported",
    };
}
