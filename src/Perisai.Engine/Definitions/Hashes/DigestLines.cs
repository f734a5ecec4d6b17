using System.Security.Cryptography;
using System.Text;
using Perisai.Engine.Definitions.Ir;

namespace Perisai.Engine.Definitions.Hashes;

/// <summary>The source lines that a digest may have come from, for ignore lists that name a definition by the MD5 of its line.</summary>
internal static class DigestLines
{
    /// <summary>The least functionality level that a ClamAV line for any size must state.</summary>
    public const int LevelForAnySize = 73;

    /// <summary>
    /// MD5 sums, in hex, of the forms in which a line for a digest, a size and a name is usually written. A segment does not keep the lines of ten
    /// million digests; these let a later ignore list name one of them nevertheless.
    /// </summary>
    public static IEnumerable<string> Md5Of(ReadOnlySpan<byte> digest, HashScope scope, long size, string name)
    {
        var hex = Convert.ToHexStringLower(digest);
        var forms = scope == HashScope.PeSection
            ? new[] { $"{size}:{hex}:{name}", $"*:{hex}:{name}:{LevelForAnySize}" }
            : [$"{hex}:{size}:{name}", $"{hex}:*:{name}:{LevelForAnySize}"];
        return [.. forms.Select(form => Convert.ToHexStringLower(MD5.HashData(Encoding.UTF8.GetBytes(form))))];
    }
}
