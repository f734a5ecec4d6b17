namespace Perisai.Engine.Languages.Yara.Syntax;

/// <summary>Kinds of token.</summary>
internal enum TokenKind : byte
{
    End,
    Identifier,
    Keyword,

    /// <summary><c>$a</c>, or <c>$</c> alone; the text is what follows the dollar sign.</summary>
    StringIdentifier,

    /// <summary><c>$a*</c>; the text is what stands between.</summary>
    StringWildcard,

    /// <summary><c>#a</c>.</summary>
    StringCount,

    /// <summary><c>@a</c>.</summary>
    StringOffset,

    /// <summary><c>!a</c>.</summary>
    StringLength,
    Integer,
    Float,

    /// <summary>The text is the value, escapes replaced, one character a byte.</summary>
    Text,

    /// <summary>The text is what stands between the slashes.</summary>
    Regex,

    /// <summary>The text is what stands between the braces, comments and all.</summary>
    Hex,

    /// <summary>An operator or a bracket; the text is it.</summary>
    Symbol,
}

/// <summary>A token.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Text">See <see cref="TokenKind"/>.</param>
/// <param name="Span">Where it stands.</param>
internal sealed record Token(TokenKind Kind, string Text, SourceSpan Span)
{
    /// <summary>The value of an integer.</summary>
    public long Integer { get; init; }

    /// <summary>The value of a float.</summary>
    public double Float { get; init; }

    /// <summary>What follows a regular expression: i, s, is.</summary>
    public string Flags { get; init; } = "";

    /// <summary>Whether white space or a comment stands before it.</summary>
    public bool FollowsSpace { get; init; }

    public bool IsSymbol(string text) => Kind == TokenKind.Symbol && Text == text;

    public bool IsKeyword(string text) => Kind == TokenKind.Keyword && Text == text;

    /// <summary>As an error message shows it.</summary>
    public string Shown => Kind == TokenKind.End ? "the end of the file" : $"'{SourceText.Decode(Span.Source.Text[Span.Start..Span.End]).Split('\n')[0].Trim()}'";
}
