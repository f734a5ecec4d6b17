using System.Collections.Immutable;

namespace Perisai.Engine.Languages.Yara.Syntax;

/// <summary>A file of rules with everything that it includes, in order.</summary>
internal sealed record RuleFile(ImmutableArray<ImportNode> Imports, ImmutableArray<RuleNode> Rules);

/// <summary><c>import "pe"</c>.</summary>
internal sealed record ImportNode(string Module, SourceSpan Span);

/// <summary>One rule.</summary>
internal sealed record RuleNode
{
    public required string Name { get; init; }

    /// <summary>Where its name stands.</summary>
    public required SourceSpan Span { get; init; }

    public bool IsGlobal { get; init; }

    public bool IsPrivate { get; init; }

    public ImmutableArray<TagNode> Tags { get; init; } = [];

    public ImmutableArray<MetaNode> Meta { get; init; } = [];

    public ImmutableArray<StringNode> Strings { get; init; } = [];

    public required ExpressionNode Condition { get; init; }
}

/// <summary>A tag of a rule.</summary>
internal sealed record TagNode(string Name, SourceSpan Span);

/// <summary>A piece of meta information: a <see cref="string"/> (one character a byte), a <see cref="long"/> or a <see cref="bool"/>.</summary>
internal sealed record MetaNode(string Name, object Value, SourceSpan Span);

/// <summary>A string of a rule. The name is without its dollar sign; empty for an anonymous one.</summary>
internal abstract record StringNode(string Name, StringModifiers Modifiers, SourceSpan Span)
{
    /// <summary>As rules and reports write it.</summary>
    public string Identifier => "$" + Name;
}

/// <summary>A text string.</summary>
/// <param name="Value">Its bytes, one character each.</param>
internal sealed record TextStringNode(string Name, string Value, StringModifiers Modifiers, SourceSpan Span) : StringNode(Name, Modifiers, Span);

/// <summary>A hex string.</summary>
internal sealed record HexStringNode(string Name, ImmutableArray<HexNode> Body, StringModifiers Modifiers, SourceSpan Span)
    : StringNode(Name, Modifiers, Span);

/// <summary>A regular expression, as written between its slashes (escaped slashes unescaped).</summary>
internal sealed record RegexStringNode(string Name, RegexLiteral Regex, StringModifiers Modifiers, SourceSpan Span) : StringNode(Name, Modifiers, Span);

/// <summary>A regular expression.</summary>
/// <param name="Pattern">One character a byte.</param>
/// <param name="IgnoreCase"><c>/i</c>.</param>
/// <param name="DotAll"><c>/s</c>.</param>
/// <param name="Span">Where it stands, slashes included.</param>
internal sealed record RegexLiteral(string Pattern, bool IgnoreCase, bool DotAll, SourceSpan Span);

/// <summary>What stands after a string.</summary>
internal sealed record StringModifiers
{
    public static StringModifiers None { get; } = new();

    public bool NoCase { get; init; }

    public bool Ascii { get; init; }

    public bool Wide { get; init; }

    public bool FullWord { get; init; }

    public bool IsPrivate { get; init; }

    /// <summary>The keys of xor, both included; null where it is not xored.</summary>
    public (byte Minimum, byte Maximum)? Xor { get; init; }

    public bool Base64 { get; init; }

    public bool Base64Wide { get; init; }

    /// <summary>64 characters; null for the usual alphabet.</summary>
    public string? Alphabet { get; init; }
}

/// <summary>A step of a hex string.</summary>
internal abstract record HexNode;

/// <summary>A byte under a mask (0xFF, 0xF0, 0x0F, 0 for <c>??</c>); negated, any byte that differs under the mask.</summary>
internal sealed record HexByteNode(byte Value, byte Mask, bool IsNegated) : HexNode;

/// <summary><c>[4-6]</c>: arbitrary bytes; no maximum where it is open.</summary>
internal sealed record HexJumpNode(int Minimum, int? Maximum) : HexNode;

/// <summary><c>(01 02 | 03)</c>.</summary>
internal sealed record HexAlternativesNode(ImmutableArray<ImmutableArray<HexNode>> Alternatives) : HexNode;
