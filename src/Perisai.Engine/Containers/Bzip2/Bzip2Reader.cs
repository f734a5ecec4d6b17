using Perisai.Engine.Containers.Codecs;

namespace Perisai.Engine.Containers.Bzip2;

/// <summary>Reads bzip2.</summary>
internal sealed class Bzip2Reader() : SingleMemberReader("bzip2", CodecStreams.Bzip2)
{
    public static readonly Bzip2Reader Instance = new();
}
