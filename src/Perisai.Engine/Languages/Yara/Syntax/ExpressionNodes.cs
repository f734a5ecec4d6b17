using System.Collections.Immutable;

namespace Perisai.Engine.Languages.Yara.Syntax;

/// <summary>A part of a condition.</summary>
internal abstract record ExpressionNode(SourceSpan Span);

/// <summary><c>true</c>, <c>false</c>.</summary>
internal sealed record BooleanNode(bool Value, SourceSpan Span) : ExpressionNode(Span);

internal sealed record IntegerNode(long Value, SourceSpan Span) : ExpressionNode(Span);

internal sealed record FloatNode(double Value, SourceSpan Span) : ExpressionNode(Span);

/// <summary>A text, one character a byte.</summary>
internal sealed record TextNode(string Value, SourceSpan Span) : ExpressionNode(Span);

internal sealed record RegexExpressionNode(RegexLiteral Regex, SourceSpan Span) : ExpressionNode(Span);

/// <summary><c>filesize</c>.</summary>
internal sealed record FileSizeNode(SourceSpan Span) : ExpressionNode(Span);

/// <summary><c>entrypoint</c>.</summary>
internal sealed record EntryPointNode(SourceSpan Span) : ExpressionNode(Span);

/// <summary>
/// <c>$a</c>, <c>$a at x</c>, <c>$a in (x..y)</c>. The name is empty for the string of the loop around.
/// </summary>
internal sealed record StringMatchNode(string Name, ExpressionNode? At, RangeNode? In, SourceSpan Span) : ExpressionNode(Span);

/// <summary><c>#a</c>, <c>#a in (x..y)</c>.</summary>
internal sealed record StringCountNode(string Name, RangeNode? In, SourceSpan Span) : ExpressionNode(Span);

/// <summary><c>@a[i]</c>; without index the first.</summary>
internal sealed record StringOffsetNode(string Name, ExpressionNode? Index, SourceSpan Span) : ExpressionNode(Span);

/// <summary><c>!a[i]</c>; without index the first.</summary>
internal sealed record StringLengthNode(string Name, ExpressionNode? Index, SourceSpan Span) : ExpressionNode(Span);

/// <summary><c>(x..y)</c>, both included.</summary>
internal sealed record RangeNode(ExpressionNode First, ExpressionNode Last, SourceSpan Span);

/// <summary><c>uint16be(x)</c> and the others: width in bytes, signed or not, byte order.</summary>
internal sealed record ReadIntegerNode(int Width, bool IsSigned, bool IsBigEndian, ExpressionNode Offset, SourceSpan Span) : ExpressionNode(Span);

/// <summary>A name: a rule, a module, an external variable or a variable of a loop.</summary>
internal sealed record NameNode(string Name, SourceSpan Span) : ExpressionNode(Span);

/// <summary><c>a.b</c>.</summary>
internal sealed record MemberNode(ExpressionNode Object, string Name, SourceSpan Span) : ExpressionNode(Span);

/// <summary><c>a[i]</c>.</summary>
internal sealed record IndexNode(ExpressionNode Object, ExpressionNode Index, SourceSpan Span) : ExpressionNode(Span);

/// <summary><c>a(x, y)</c>.</summary>
internal sealed record CallNode(ExpressionNode Function, ImmutableArray<ExpressionNode> Arguments, SourceSpan Span) : ExpressionNode(Span);

internal sealed record UnaryNode(UnaryOperator Operator, ExpressionNode Operand, SourceSpan Span) : ExpressionNode(Span);

internal sealed record BinaryNode(BinaryOperator Operator, ExpressionNode Left, ExpressionNode Right, SourceSpan OperatorSpan, SourceSpan Span)
    : ExpressionNode(Span);

/// <summary>An operand of <c>and</c> or <c>or</c> chains of any length: kept flat, so that a long condition is not a deep one.</summary>
internal sealed record LogicalNode(bool IsAnd, ImmutableArray<ExpressionNode> Operands, SourceSpan Span) : ExpressionNode(Span);

/// <summary><c>2 of ($a*)</c>, <c>any of them at 0</c>, <c>50% of (rule1, rule*)</c>.</summary>
internal sealed record OfNode(Quantifier Quantifier, StringSetNode Set, ExpressionNode? At, RangeNode? In, SourceSpan Span) : ExpressionNode(Span);

/// <summary><c>for 2 of them : ( body )</c>.</summary>
internal sealed record ForOfNode(Quantifier Quantifier, StringSetNode Set, ExpressionNode Body, SourceSpan Span) : ExpressionNode(Span);

/// <summary><c>for any i, s in iterable : ( body )</c>.</summary>
internal sealed record ForInNode(
    Quantifier Quantifier, ImmutableArray<NameNode> Variables, IterableNode Iterable, ExpressionNode Body, SourceSpan Span) : ExpressionNode(Span);

/// <summary>YARA-X's <c>with a = x, b = y : ( body )</c>.</summary>
internal sealed record WithNode(ImmutableArray<(NameNode Name, ExpressionNode Value)> Variables, ExpressionNode Body, SourceSpan Span) : ExpressionNode(Span);

/// <summary>How many: <c>all</c>, <c>any</c>, <c>none</c>, a number, a percentage.</summary>
internal sealed record Quantifier(QuantifierKind Kind, ExpressionNode? Value, SourceSpan Span);

internal enum QuantifierKind : byte
{
    All,
    Any,
    None,
    Number,
    Percentage,
}

/// <summary><c>them</c>, <c>($a, $b*)</c> or <c>(rule1, rule*)</c>.</summary>
internal sealed record StringSetNode(bool IsThem, bool IsRules, ImmutableArray<SetItemNode> Items, SourceSpan Span);

/// <summary>A member of a set, or with <c>*</c> all whose names begin so.</summary>
internal sealed record SetItemNode(string Name, bool IsWildcard, SourceSpan Span);

/// <summary>What a loop goes through: a range, a list of values, or an array or dictionary of a module.</summary>
internal sealed record IterableNode(RangeNode? Range, ImmutableArray<ExpressionNode> Values, ExpressionNode? Collection, SourceSpan Span);

internal enum UnaryOperator : byte
{
    Not,
    Defined,
    Minus,
    BitwiseNot,
}

internal enum BinaryOperator : byte
{
    Equal,
    NotEqual,
    Contains,
    IContains,
    StartsWith,
    IStartsWith,
    EndsWith,
    IEndsWith,
    IEquals,
    Matches,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
    BitwiseOr,
    BitwiseXor,
    BitwiseAnd,
    ShiftLeft,
    ShiftRight,
    Add,
    Subtract,
    Multiply,
    Divide,
    Modulo,
}
