using System.Buffers;
using Perisai.Engine.Definitions.Ir;

namespace Perisai.Engine.Languages.HashLists;

/// <summary>
/// Plain lists of digests of files, one a line: <c>digest</c>, <c>digest name</c>, <c>digest,name</c>, and what md5sum, sha1sum and sha256sum write
/// (<c>digest  file</c>, <c>digest *file</c>, the same with a backslash before where the name holds escapes, and with --tag
/// <c>SHA256 (file) = digest</c>). The digest's length tells its algorithm. <c>#</c> begins a comment line.
/// </summary>
internal static class HashList
{
    public const string NotADigest = "hash-list.not-a-digest";

    private const string WhiteSpace = " \t";

    /// <summary>Reads one line, trimmed and not a comment.</summary>
    public static void Parse(ReadOnlySpan<char> line, SourceLocation location, DefinitionFlags flags, IDefinitionSink sink)
    {
        Span<byte> digest = stackalloc byte[32];
        if (!TryRead(line, digest, out var algorithm, out var length, out var name))
        {
            sink.AddDiagnostic(Diagnostic.At(
                location with { Column = 1 }, NotADigest,
                "The line does not begin with an MD5, SHA-1 or SHA-256 digest in hexadecimal (32, 40 or 64 digits). Correct it, or begin it with #."));
            return;
        }

        sink.Add(new HashDefinition(name, location, algorithm, HashScope.Object, null, flags), digest[..length]);
    }

    /// <summary>Whether a text's first line that says something is one of such a list.</summary>
    public static bool Recognises(ReadOnlySpan<char> text)
    {
        Span<byte> digest = stackalloc byte[32];
        foreach (var range in text.Split('\n'))
        {
            var line = text[range].Trim();
            if (!line.IsEmpty && line[0] != '#')
                return TryRead(line, digest, out _, out _, out _);
        }

        return false;
    }

    private static bool TryRead(ReadOnlySpan<char> line, Span<byte> digest, out HashAlgorithmKind algorithm, out int length, out string name)
    {
        line = line.Trim();
        if (TryReadTagged(line, digest, out algorithm, out length, out name))
            return true;
        var isEscaped = line is ['\\', ..];
        if (isEscaped)
            line = line[1..];
        var end = line.IndexOfAny(" \t,");
        if (!TryReadDigest(end < 0 ? line : line[..end], digest, out algorithm, out length))
            return false;
        var rest = end < 0 ? default : line[(end + 1)..].TrimStart(WhiteSpace);
        if (rest is ['*', ..])
            rest = rest[1..];
        name = NameOf(rest, digest[..length], algorithm, isEscaped);
        return true;
    }

    private static bool TryReadTagged(
        ReadOnlySpan<char> line, Span<byte> digest, out HashAlgorithmKind algorithm, out int length, out string name)
    {
        algorithm = default;
        length = 0;
        name = "";
        var open = line.IndexOf(" (");
        var close = line.LastIndexOf(") = ");
        if (open < 0 || close < open + 2 || line[..open].TrimStart('\\') is not ("MD5" or "SHA1" or "SHA256")
            || !TryReadDigest(line[(close + 4)..], digest, out algorithm, out length))
            return false;
        name = NameOf(line[(open + 2)..close], digest[..length], algorithm, line[0] == '\\');
        return true;
    }

    private static bool TryReadDigest(ReadOnlySpan<char> text, Span<byte> digest, out HashAlgorithmKind algorithm, out int length)
    {
        algorithm = text.Length switch
        {
            32 => HashAlgorithmKind.Md5,
            40 => HashAlgorithmKind.Sha1,
            _ => HashAlgorithmKind.Sha256,
        };
        length = 0;
        return text.Length is 32 or 40 or 64 && Convert.FromHexString(text, digest, out _, out length) == OperationStatus.Done;
    }

    private static string NameOf(ReadOnlySpan<char> text, ReadOnlySpan<byte> digest, HashAlgorithmKind algorithm, bool isEscaped)
    {
        text = text.Trim();
        if (text is ['"', .., '"'])
            text = text[1..^1].Trim();
        if (text.IsEmpty)
            return $"HashList.{algorithm}.{Convert.ToHexStringLower(digest[..8])}";
        var name = text.ToString();
        return isEscaped ? name.Replace(@"\n", " ", StringComparison.Ordinal).Replace(@"\\", @"\", StringComparison.Ordinal) : name;
    }
}
