using Perisai.Engine.Languages.Yara.Syntax;

namespace Perisai.Engine.Tests.Languages.Yara.Syntax;

/// <summary>Shows conditions with all brackets.</summary>
internal static class ExpressionPrinter
{
    private static readonly string[] _operators =
    [
        "==", "!=", "contains", "icontains", "startswith", "istartswith", "endswith", "iendswith", "iequals", "matches", "<", "<=", ">", ">=", "|", "^",
        "&", "<<", ">>", "+", "-", "*", "\\", "%",
    ];

    public static string Print(ExpressionNode node) => node switch
    {
        BooleanNode boolean => boolean.Value ? "true" : "false",
        IntegerNode integer => $"{integer.Value}",
        FileSizeNode => "filesize",
        NameNode name => name.Name,
        MemberNode member => $"{Print(member.Object)}.{member.Name}",
        IndexNode index => $"{Print(index.Object)}[{Print(index.Index)}]",
        StringCountNode count => "#" + count.Name,
        StringOffsetNode offset => $"@{offset.Name}" + (offset.Index is null ? "" : $"[{Print(offset.Index)}]"),
        ReadIntegerNode read => $"uint{read.Width * 8}{(read.IsBigEndian ? "be" : "")}({Print(read.Offset)})",
        UnaryNode { Operator: UnaryOperator.Minus } unary => "-" + Print(unary.Operand),
        UnaryNode { Operator: UnaryOperator.Not } unary => "not " + Print(unary.Operand),
        UnaryNode { Operator: UnaryOperator.Defined } unary => "defined " + Print(unary.Operand),
        BinaryNode binary => $"({Print(binary.Left)} {_operators[(int)binary.Operator]} {Print(binary.Right)})",
        LogicalNode logical => $"({string.Join(logical.IsAnd ? " and " : " or ", logical.Operands.Select(Print))})",
        OfNode of => $"{Print(of.Quantifier)} of {Print(of.Set)}{Print(of.In)}",
        ForInNode loop => $"for {Print(loop.Quantifier)} {string.Join(", ", loop.Variables.Select(variable => variable.Name))} in "
            + $"{(loop.Iterable.Range is { } range ? Print(range)[4..] : Print(loop.Iterable.Collection!))} : ({Print(loop.Body)})",
        _ => node.GetType().Name,
    };

    private static string Print(Quantifier quantifier) => quantifier.Kind switch
    {
        QuantifierKind.Number => Print(quantifier.Value!),
        QuantifierKind.Percentage => $"{Print(quantifier.Value!)}%",
        _ => quantifier.Kind.ToString().ToLowerInvariant(),
    };

    private static string Print(StringSetNode set) => set.IsThem
        ? "them"
        : $"({string.Join(", ", set.Items.Select(item => $"{(set.IsRules ? "" : "$")}{item.Name}{(item.IsWildcard ? "*" : "")}"))})";

    private static string Print(RangeNode? range) => range is null ? "" : $" in ({Print(range.First)}..{Print(range.Last)})";
}
