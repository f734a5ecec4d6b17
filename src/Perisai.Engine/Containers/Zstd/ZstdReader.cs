using Perisai.Engine.Containers.Codecs;

namespace Perisai.Engine.Containers.Zstd;

/// <summary>Reads Zstandard.</summary>
internal sealed class ZstdReader() : SingleMemberReader("zstd", CodecStreams.Zstd)
{
    public static readonly ZstdReader Instance = new();
}
