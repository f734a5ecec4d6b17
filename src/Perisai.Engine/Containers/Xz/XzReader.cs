using Perisai.Engine.Containers.Codecs;

namespace Perisai.Engine.Containers.Xz;

/// <summary>Reads xz.</summary>
internal sealed class XzReader() : SingleMemberReader("xz", CodecStreams.Xz)
{
    public static readonly XzReader Instance = new();
}
