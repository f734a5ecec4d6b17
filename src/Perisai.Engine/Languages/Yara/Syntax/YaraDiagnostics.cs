namespace Perisai.Engine.Languages.Yara.Syntax;

/// <summary>Makes diagnostics of places in rules.</summary>
internal static class YaraDiagnostics
{
    /// <summary>Characters of a message: it may name what stands there, and that may be a text of 100 MB.</summary>
    private const int LongestMessage = 500;

    public static Diagnostic Error(string id, SourceSpan span, string message, string? suggestion = null) => Make(id, span, message, suggestion, isError: true);

    public static Diagnostic Warning(string id, SourceSpan span, string message, string? suggestion = null) => Make(id, span, message, suggestion, isError: false);

    private static Diagnostic Make(string id, SourceSpan span, string message, string? suggestion, bool isError)
    {
        var line = span.Line;
        var column = span.Source.ColumnOf(span.Start);
        return new(id, span.Source.Name, line, column, message.Length <= LongestMessage ? message : $"{message.AsSpan(0, LongestMessage)}…")
        {
            IsError = isError,
            SourceLine = span.Source.Line(line),
            // What goes on over several lines is marked to the end of the first.
            EndColumn = span.Source.LineOf(Math.Max(span.Start, span.End - 1)) == line
                ? span.Source.ColumnOf(span.End)
                : span.Source.EndColumnOf(line),
            Suggestion = suggestion,
        };
    }
}
