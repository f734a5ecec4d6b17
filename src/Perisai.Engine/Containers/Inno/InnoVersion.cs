using System.Security.Cryptography;
using System.Text;

namespace Perisai.Engine.Containers.Inno;

/// <summary>
/// The version that wrote the data, as its first 64 bytes say: <c>Inno Setup Setup Data (5.5.0) (u)</c>. What depends on it here: digests, filters, the form of texts.
/// </summary>
internal sealed record InnoVersion(Version Number, bool IsUnicode)
{
    public const int Length = 64;

    public static ReadOnlySpan<byte> Mark => "Inno Setup Setup Data ("u8;

    private static readonly Version s_sha256 = new(6, 4, 0);
    private static readonly Version s_sha1 = new(5, 3, 9);
    private static readonly Version s_assemblyName = new(5, 2, 5);
    private static readonly Version s_blockFilter = new(5, 2, 0);
    private static readonly Version s_alwaysUnicode = new(6, 0, 0);

    public HashAlgorithmName Digest => Number >= s_sha256 ? HashAlgorithmName.SHA256 : Number >= s_sha1 ? HashAlgorithmName.SHA1 : HashAlgorithmName.MD5;

    public int DigestLength => Number >= s_sha256 ? 32 : Number >= s_sha1 ? 20 : 16;

    public InnoFilter Filter => Number >= s_sha1 ? InnoFilter.BlocksWithSign : Number >= s_blockFilter ? InnoFilter.Blocks : InnoFilter.Stream;

    /// <summary>Texts of a file's entry between its place and the versions of Windows.</summary>
    public int TextsOfFile => Number >= s_assemblyName ? 8 : 7;

    public static InnoVersion? TryParse(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length < Length || !bytes.StartsWith(Mark))
            return null;
        var text = bytes[Mark.Length..Length];
        var end = text.IndexOf((byte)')');
        if (end < 0 || !Version.TryParse(Encoding.ASCII.GetString(text[..end]).TrimEnd('a'), out var number) || number.Build < 0)
            return null;
        return new(number, number >= s_alwaysUnicode || text[end..].IndexOf("(u)"u8) >= 0 || text[end..].IndexOf("(U)"u8) >= 0);
    }

    public override string ToString() => Number.ToString(3);
}
