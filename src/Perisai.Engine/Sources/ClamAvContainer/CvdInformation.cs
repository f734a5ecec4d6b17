using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Perisai.Engine.Sources.ClamAvContainer;

/// <summary>
/// The .info member of a container: a copy of the header, a line <c>name:size:SHA-256</c> for each other member, and, in signed
/// containers, <c>DSIG:</c> with a signature of all lines before it.
/// </summary>
internal sealed class CvdInformation
{
    /// <summary>Longer ones are not believed: some hundred bytes a member.</summary>
    public const int MaximumLength = 1 << 20;

    private const string SignaturePrefix = "DSIG:";

    private readonly Dictionary<string, (long Length, string Sha256)> _members = new(StringComparer.Ordinal);

    private CvdInformation()
    {
    }

    /// <summary>Names of the members that it lists.</summary>
    public IEnumerable<string> Members => _members.Keys;

    /// <summary>SHA-256 of what the signature signs.</summary>
    public byte[] SignedDigest { get; private set; } = [];

    /// <summary>The signature; null where there is none.</summary>
    public string? Signature { get; private set; }

    /// <summary>What it says of a member.</summary>
    public bool TryFind(string name, out (long Length, string Sha256) member) => _members.TryGetValue(name, out member);

    /// <summary>Reads the member; null where it is malformed.</summary>
    public static CvdInformation? Parse(ReadOnlySpan<byte> bytes)
    {
        var information = new CvdInformation();
        var isFirst = true;
        for (var at = 0; at < bytes.Length;)
        {
            var end = bytes[at..].IndexOf((byte)'\n');
            var line = Encoding.Latin1.GetString(end < 0 ? bytes[at..] : bytes.Slice(at, end)).TrimEnd('\r');
            if (line.StartsWith(SignaturePrefix, StringComparison.Ordinal))
            {
                information.SignedDigest = SHA256.HashData(bytes[..at]);
                information.Signature = line[SignaturePrefix.Length..];
                return information;
            }

            if (isFirst ? !line.StartsWith(CvdHeader.Magic, StringComparison.Ordinal) : !information.AddMember(line))
                return null;
            isFirst = false;
            at = end < 0 ? bytes.Length : at + end + 1;
        }

        return isFirst ? null : information;
    }

    private bool AddMember(string line)
    {
        var fields = line.Split(':');
        return fields.Length == 3 && long.TryParse(fields[1], NumberStyles.None, CultureInfo.InvariantCulture, out var length)
            && fields[2].Length == 64 && fields[2].All(char.IsAsciiHexDigit)
            && _members.TryAdd(fields[0], (length, fields[2].ToLowerInvariant()));
    }
}
