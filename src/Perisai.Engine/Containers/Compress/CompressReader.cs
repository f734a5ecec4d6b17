using Perisai.Engine.Containers.Codecs;

namespace Perisai.Engine.Containers.Compress;

/// <summary>Reads compress (.Z).</summary>
internal sealed class CompressReader() : SingleMemberReader("compress", CodecStreams.CompressZ)
{
    public static readonly CompressReader Instance = new();
}
