using Perisai.Engine.Containers.Codecs;

namespace Perisai.Engine.Containers.Lz4;

/// <summary>Reads LZ4 frames, also legacy ones.</summary>
internal sealed class Lz4Reader() : SingleMemberReader("lz4", CodecStreams.Lz4)
{
    public static readonly Lz4Reader Instance = new();
}
