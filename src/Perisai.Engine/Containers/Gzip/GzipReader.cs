using Perisai.Engine.Containers.Codecs;
using Perisai.Engine.Containers.Codecs.Gzip;

namespace Perisai.Engine.Containers.Gzip;

/// <summary>Reads gzip; the member bears the name that the first header stores.</summary>
internal sealed class GzipReader() : SingleMemberReader("gzip", CodecStreams.Gzip)
{
    public static readonly GzipReader Instance = new();

    public override FormatDescription Description { get; } = new(
        "gzip (gz, tgz)",
        "all streams as one object; what follows them",
        "RFC 1952")
    {
        Gaps = "a damaged stream ends the decoding",
    };

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
