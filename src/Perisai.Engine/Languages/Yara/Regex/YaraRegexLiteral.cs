using Perisai.Engine.Languages.Yara.Syntax;

namespace Perisai.Engine.Languages.Yara.Regex;

/// <summary>Parses the regular expressions of rules and says where in the file something is wrong.</summary>
internal static class YaraRegexLiteral
{
    /// <summary>The diagnostics' id for what is no expression.</summary>
    public const string ErrorId = "yara.regex";

    /// <param name="literal">As the rule has it.</param>
    /// <param name="ignoreCase">Whether the string is <c>nocase</c>, which is as good as <c>/i</c>.</param>
    /// <param name="warnOfEscapes">Whether unknown escapes are told (yara's <c>-E</c>).</param>
    /// <param name="report">Takes warnings.</param>
    /// <exception cref="YaraSyntaxException">It is no expression.</exception>
    public static RegexTree Parse(RegexLiteral literal, bool ignoreCase, bool warnOfEscapes, Action<Diagnostic> report)
    {
        RegexTree tree;
        try
        {
            tree = RegexParser.Parse(literal.Pattern, literal.IgnoreCase || ignoreCase, literal.DotAll);
        }
        catch (RegexMistake mistake)
        {
            throw new YaraSyntaxException(ErrorId, SpanOf(literal, mistake.Start, mistake.End), mistake.Message);
        }

        foreach (var (start, end) in warnOfEscapes ? tree.UnknownEscapes : [])
        {
            report(YaraDiagnostics.Warning(
                "yara.unknown-escape", SpanOf(literal, start, end), $"unknown escape sequence: '{literal.Pattern[start..end]}' means '{literal.Pattern[end - 1]}' itself"));
        }

        return tree;
    }

    /// <summary>Whether a pattern stands for one sequence of bytes and has nothing but them.</summary>
    public static bool IsPlainText(string pattern)
    {
        for (var i = 0; i < pattern.Length; i++)
        {
            if (pattern[i] == '\\' ? "wWsSdDbB".Contains(pattern[++i], StringComparison.Ordinal) : ".^$|()[]{*+?".Contains(pattern[i], StringComparison.Ordinal))
                return false;
        }

        return true;
    }

    /// <summary>A part of the pattern in the file. The pattern has no backslashes before slashes; the file does.</summary>
    public static SourceSpan SpanOf(RegexLiteral literal, int start, int end)
    {
        var (text, at) = (literal.Span.Source.Text, literal.Span.Start + 1);
        var first = at;
        for (var i = 0; i < end; i++)
        {
            if (i == start)
                first = at;
            at += text[at] == '\\' && at + 1 < text.Length && text[at + 1] == '/' ? 2 : 1;

            // An escaped backslash is two characters in both; it must not be taken for the beginning of an escaped slash.
            if (i + 1 < end && text[at - 1] == '\\' && literal.Pattern[i] == '\\')
            {
                if (++i == start)
                    first = at;
                at++;
            }
        }

        if (start >= end)
            first = at;
        return new(literal.Span.Source, first, Math.Max(at, first + 1));
    }
}
