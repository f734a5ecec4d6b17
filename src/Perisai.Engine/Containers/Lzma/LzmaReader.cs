using Perisai.Engine.Containers.Codecs;

namespace Perisai.Engine.Containers.Lzma;

/// <summary>Reads LZMA alone (.lzma).</summary>
internal sealed class LzmaReader() : SingleMemberReader("lzma", CodecStreams.Lzma)
{
    public static readonly LzmaReader Instance = new();
}
