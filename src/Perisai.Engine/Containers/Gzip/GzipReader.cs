using Perisai.Engine.Containers.Codecs;
using Perisai.Engine.Containers.Codecs.Gzip;

namespace Perisai.Engine.Containers.Gzip;

/// <summary>Reads gzip; the member bears the name that the first header stores.</summary>
internal sealed class GzipReader() : SingleMemberReader("gzip", CodecStreams.Gzip)
{
    public static readonly GzipReader Instance = new();

    protected override string MemberNameIn(ByteSource source, ScanBudget budget)
    {
        using var input = new CodecInput(source, 0, Math.Min(source.Length, 8192), budget);
        try
        {
            return GzipHeader.Read(input);
        }
        catch (CodecException)
        {
            // The decoder meets the same and reports it.
            return "";
        }
    }
}
