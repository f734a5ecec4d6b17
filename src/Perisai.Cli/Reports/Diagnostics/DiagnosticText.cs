using System.Globalization;
using System.Text;
using Perisai.Engine;

namespace Perisai.Cli.Reports.Diagnostics;

/// <summary>
/// A diagnostic for people: where and what in one line; then, where the source is a text, its line with carets under what is meant, and what the author may
/// have wanted.
/// </summary>
internal static class DiagnosticText
{
    /// <summary>Characters of a line that are shown; of a longer one, those around the place.</summary>
    private const int MaximumWidth = 150;

    private const int Before = 40;

    public static void Append(StringBuilder text, Diagnostic diagnostic)
    {
        text.Append(PrintableText.Of(diagnostic.ToString())).Append('\n');
        if (diagnostic.SourceLine is { Length: > 0 } line)
            AppendLine(text, line, diagnostic);
        if (diagnostic.Suggestion is { Length: > 0 } suggestion)
            text.Append(CultureInfo.InvariantCulture, $"      = suggestion: {PrintableText.Of(suggestion)}\n");
    }

    private static void AppendLine(StringBuilder text, string line, Diagnostic diagnostic)
    {
        var first = Math.Clamp(diagnostic.Column - 1, 0, line.Length);
        var end = Math.Clamp(diagnostic.EndColumn - 1, first, line.Length);
        var from = line.Length <= MaximumWidth ? 0 : Math.Max(0, first - Before);
        var to = Math.Min(line.Length, from + MaximumWidth);
        var (head, tail) = (from > 0 ? "…" : "", to < line.Length ? "…" : "");
        text.Append(CultureInfo.InvariantCulture, $"{diagnostic.Line,5} | {head}{OneColumnEach(line[from..to])}{tail}\n");
        var carets = Math.Max(1, Math.Min(end, to) - first);
        text.Append("      | ").Append(' ', head.Length + first - from).Append('^', carets).Append('\n');
    }

    /// <summary>The text with one column a character, so that carets stand where they belong; nothing in it moves a cursor.</summary>
    private static string OneColumnEach(string line)
    {
        var text = new StringBuilder(line.Length);
        for (var i = 0; i < line.Length; i++)
        {
            if (line[i] == '\t')
                text.Append(' ');
            else if (PrintableText.Of(line[i].ToString()).Length == 1 || char.IsSurrogate(line[i]))
                text.Append(char.IsSurrogate(line[i]) ? '?' : line[i]);
            else
                text.Append('?');
        }

        return text.ToString();
    }
}
