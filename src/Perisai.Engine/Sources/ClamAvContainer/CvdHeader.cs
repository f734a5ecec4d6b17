using System.Text;

namespace Perisai.Engine.Sources.ClamAvContainer;

/// <summary>
/// The header of a container, 512 bytes of text padded with blanks:
/// <c>ClamAV-VDB:build time:version:signatures:functionality level:MD5 of what follows:digital signature:builder:build time in seconds</c>. Where
/// there is no sum or signature, an X stands.
/// </summary>
internal sealed record CvdHeader(string Version, string Checksum, string Signature, string Builder)
{
    public const int Length = 512;

    public const string Magic = "ClamAV-VDB:";

    /// <summary>Whether the header holds a sum of what follows.</summary>
    public bool HasChecksum => Checksum.Length == 32 && Checksum.All(char.IsAsciiHexDigit);

    /// <summary>Whether the header holds a signature.</summary>
    public bool IsSigned => Signature.Length > 1;

    /// <summary>Reads a header; null where the bytes are none.</summary>
    public static CvdHeader? Parse(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length < Length || bytes[..Length].Contains((byte)0))
            return null;
        var fields = Encoding.Latin1.GetString(bytes[..Length]).TrimEnd().Split(':');
        // Old containers lack the last field.
        return fields.Length is 8 or 9 && fields[0] == Magic[..^1] && fields[2].Length is > 0 and < 20 && fields[2].All(char.IsAsciiDigit)
            ? new(fields[2], fields[5], fields[6], fields[7])
            : null;
    }
}
