using Perisai.Engine.Containers.Codecs;

namespace Perisai.Engine.Containers.Compress;

/// <summary>Reads compress (.Z).</summary>
internal sealed class CompressReader() : SingleMemberReader("compress", CodecStreams.CompressZ)
{
    public static readonly CompressReader Instance = new();

    public override FormatDescription Description { get; } = new(
        "compress (Z)",
        "LZW of 9 to 16 bits",
        "ncompress(1)")
    {
        Gaps = "the format has neither end nor checksum: a cut cannot be seen",
    };
}
