using Perisai.Engine.Containers.Codecs;

namespace Perisai.Engine.Containers.Lzip;

/// <summary>Reads lzip.</summary>
internal sealed class LzipReader() : SingleMemberReader("lzip", CodecStreams.Lzip)
{
    public static readonly LzipReader Instance = new();

    public override FormatDescription Description { get; } = new(
        "lzip (lz)",
        "all members",
        "Lzip manual, file format")
    {
        Gaps = "version 0 is reported",
    };
}
