namespace Perisai.Engine.Languages.Yara.Syntax;

/// <summary>Leaves the parser at a mistake in the rules; turned into a diagnostic at the next rule.</summary>
internal sealed class YaraSyntaxException(string id, SourceSpan span, string message) : Exception(message)
{
    public string Id { get; } = id;

    public SourceSpan Span { get; } = span;
}
