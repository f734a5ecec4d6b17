using System.Buffers;
using System.Collections.Immutable;
using Perisai.Engine.Definitions.Ir;
using Perisai.Engine.Matching.Regex;

namespace Perisai.Engine.Languages.ClamAv;

/// <summary>
/// Lines about links in mails. In .pdb and .gdb: <c>R:expression</c> or <c>H:host</c>, what is displayed and is to be protected; <c>S:F:digest</c>,
/// <c>S1:F:…</c>, <c>S2:F:…</c>, SHA-256 of addresses that are blocked; <c>S:P:prefix</c>; <c>S:W:digest</c>, of an address that is not. In .wdb: <c>X:</c> or
/// <c>Y:real expression:displayed expression</c>, <c>M:real host:displayed host</c>, links that are as they should be. Behind the first letter of the others anything may
/// stand, and behind all of them <c>:minimum level-[maximum level]</c>. clamscan reads .pdb and .gdb alike, and counts the lines of both.
/// See https://docs.clamav.net/manual/Signatures/PhishSigs.html.
/// </summary>
internal static class LinkSignature
{
    private const int DigestDigits = 64;
    private const string LongTail = "([/?].*)?/";
    private const string ShortTail = "([/?].*)/";

    public static void ParseProtected(ReadOnlySpan<char> line, SourceLocation location, DefinitionFlags flags, IDefinitionSink sink) =>
        Parse(line, AuxiliaryKind.ProtectedLink, location, flags, sink);

    public static void ParseAllowed(ReadOnlySpan<char> line, SourceLocation location, DefinitionFlags flags, IDefinitionSink sink) =>
        Parse(line, AuxiliaryKind.AllowedLink, location, flags, sink);

    private static void Parse(ReadOnlySpan<char> line, AuxiliaryKind kind, SourceLocation location, DefinitionFlags flags, IDefinitionSink sink)
    {
        LineProblem problem = default;
        var content = WithoutLevels(line, ref problem);
        var colon = content.IndexOf(':');
        if (!problem.IsSet && colon < 0)
            problem = LineProblem.Malformed(ClamAvLineFaults.FieldCount, content.Length, "There is no colon. A line begins with a letter and a colon.");
        if (!problem.IsSet && content[0] == 'S')
            ReadDigest(content, colon, kind, location, flags, sink, ref problem);
        else if (!problem.IsSet && ReadPattern(content[0], content[(colon + 1)..].ToString(), colon + 1, kind, ref problem) is { } fields)
            sink.Add(new AuxiliaryDefinition(kind, SignatureName.Decode(content), location, fields, flags));
        if (problem.IsSet)
            problem.Report(sink, content, location);
    }

    /// <summary>The line without the functionality levels at its end: two numbers, of which each may be missing, with a hyphen between them.</summary>
    private static ReadOnlySpan<char> WithoutLevels(ReadOnlySpan<char> line, ref LineProblem problem)
    {
        var colon = line.LastIndexOf(':');
        if (colon < 0)
            return line;
        var levels = line[(colon + 1)..];
        var hyphen = levels.IndexOf('-');
        if (hyphen < 0 || levels[..hyphen].ContainsAnyExceptInRange('0', '9') || levels[(hyphen + 1)..].ContainsAnyExceptInRange('0', '9'))
            return line;
        var maximum = hyphen + 1 < levels.Length ? FunctionalityLevel.Parse(levels[(hyphen + 1)..]) : int.MaxValue;
        if (!FunctionalityLevel.Includes(FunctionalityLevel.Parse(levels[..hyphen]), maximum))
            problem = LineProblem.Unsupported($"meant for other functionality levels than {FunctionalityLevel.Current}");
        return line[..colon];
    }

    private static ImmutableArray<string>? ReadPattern(char letter, string text, int column, AuxiliaryKind kind, ref LineProblem problem)
    {
        var isAllowed = kind == AuxiliaryKind.AllowedLink;
        switch (letter)
        {
            case 'H' when !isAllowed:
            case 'M' when isAllowed:
                if (text.Length > 0)
                    return [AuxiliaryFields.Host, text + "/", ""];
                problem = LineProblem.Malformed(ClamAvLinkFaults.Host, column, "The host is missing.");
                return null;
            case 'R' when !isAllowed:
            case 'X' or 'Y' when isAllowed:
                return ReadExpression(text + "/", column, ref problem);
            default:
                problem = LineProblem.Malformed(
                    ClamAvLinkFaults.Letter, 0, $"A line here begins with {(isAllowed ? "X, Y or M" : "R, H or S")} and not with '{letter}'.");
                return null;
        }
    }

    private static ImmutableArray<string>? ReadExpression(string text, int column, ref LineProblem problem)
    {
        // What may follow the host says nothing: only hosts are compared.
        if (text.Length > LongTail.Length + 1 && text.EndsWith(LongTail, StringComparison.Ordinal))
            text = text[..^LongTail.Length] + "/";
        if (text.Length > LongTail.Length + 1 && text.EndsWith(ShortTail, StringComparison.Ordinal))
            text = text[..^ShortTail.Length] + "/";
        var expression = PosixExpression.Translate(text);
        try
        {
            if (expression is not null)
                ByteRegex.Compile(expression);
        }
        catch (ByteRegexException)
        {
            expression = null;
        }

        if (expression is null)
        {
            problem = LineProblem.Malformed(ClamAvLinkFaults.Expression, column, $"'{text[..^1]}' is no regular expression.");
            return null;
        }

        var endings = ExpressionEndings.Find(text);
        if (endings is not null)
            return [AuxiliaryFields.Expression, expression, string.Join(AuxiliaryFields.Separator, endings)];
        problem = LineProblem.Malformed(
            ClamAvLinkFaults.Ending, column, $"'{text[..^1]}' does not end in anything fixed, so that it would have to be tried on every link. Let it end in a host's name.");
        return null;
    }

    /// <summary><c>S…:F:digest</c>, <c>S…:P:prefix</c>, <c>S…:W:digest</c>; the character behind S tells what is reported.</summary>
    private static void ReadDigest(
        ReadOnlySpan<char> content, int colon, AuxiliaryKind kind, SourceLocation location, DefinitionFlags flags, IDefinitionSink sink, ref LineProblem problem)
    {
        var isAllowed = kind == AuxiliaryKind.AllowedLink;
        var rest = content[(colon + 1)..];
        if (rest is not (['W', ':', ..] or ['F' or 'P', ':', ..]) || (isAllowed && rest[0] != 'W'))
        {
            problem = LineProblem.Malformed(ClamAvLinkFaults.Letter, colon + 1, isAllowed
                ? "Only S:W: and a digest may stand here, the others in a .gdb file."
                : "After S and its number, F: and a digest, P: and a prefix, or W: and a digest belong.");
            return;
        }

        Span<byte> digest = stackalloc byte[DigestDigits / 2];
        digest.Clear();
        var digits = rest[2..];
        var isPrefix = rest[0] == 'P';
        if ((isPrefix ? digits.Length is 0 or > DigestDigits : digits.Length != DigestDigits)
            || Convert.FromHexString(digits, digest, out _, out _) != OperationStatus.Done)
        {
            problem = LineProblem.Malformed(
                ClamAvLineFaults.Digest, colon + 3, $"'{digits}' is not {(isPrefix ? "the beginning of a SHA-256" : "a SHA-256")} in hexadecimal digits.");
            return;
        }

        if (isAllowed)
        {
            problem = LineProblem.Unsupported("digests of allowed links count in .gdb files only, as in clamscan");
            return;
        }

        var (name, allows) = (rest[0], content[1]) switch
        {
            ('P', _) => ("Phishing.Prefix", DefinitionFlags.None),
            ('W', _) => ("Phishing.AllowedLink", DefinitionFlags.Allow),
            (_, '1') => (LinkNames.Blocked, DefinitionFlags.None),
            (_, '2') => (LinkNames.Phishing, DefinitionFlags.None),
            _ => (LinkNames.Malware, DefinitionFlags.None),
        };
        sink.Add(new HashDefinition(
            name, location, HashAlgorithmKind.Sha256, isPrefix ? HashScope.LinkPrefix : HashScope.Link, null, flags | allows), digest);
    }
}

/// <summary>Ids of what can be wrong in lines about links.</summary>
internal static class ClamAvLinkFaults
{
    /// <summary>No letter that begins such a line.</summary>
    public const string Letter = "clamav.link-letter";

    /// <summary>No host.</summary>
    public const string Host = "clamav.link-host";

    /// <summary>No regular expression.</summary>
    public const string Expression = "clamav.link-expression";

    /// <summary>A regular expression of which no ending is known.</summary>
    public const string Ending = "clamav.link-ending";
}
