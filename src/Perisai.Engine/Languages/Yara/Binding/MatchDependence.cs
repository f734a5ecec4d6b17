using Perisai.Engine.Languages.Yara.Syntax;

namespace Perisai.Engine.Languages.Yara.Binding;

/// <summary>
/// Whether a condition can hold in an object in which none of its strings matches. Where it cannot, the rule is looked at only in objects that
/// have a match, so that ten thousand rules cost a file nothing that touches none of them. Errs towards "can".
/// </summary>
internal sealed class MatchDependence(RuleScope scope, BuildScope build)
{
    /// <summary>Whether it can hold without a match, and without a match of the rules that it names.</summary>
    public bool CanHold(ExpressionNode node) => node switch
    {
        BooleanNode boolean => boolean.Value,
        IntegerNode integer => integer.Value != 0,
        StringMatchNode or StringOffsetNode or StringLengthNode or StringCountNode => false,
        NameNode name => !scope.Rules.TryGetValue(name.Name, out var number) || build.MayHoldWithoutMatch[number],
        LogicalNode { IsAnd: true } all => all.Operands.All(CanHold),
        LogicalNode any => any.Operands.Any(CanHold),
        UnaryNode { Operator: UnaryOperator.Defined } defined => CanBeDefined(defined.Operand),
        UnaryNode { Operator: UnaryOperator.Not } => true,
        BinaryNode binary => CanHold(binary),
        OfNode of => CanHold(of),
        ForOfNode loop => CanHold(loop.Quantifier, loop.Body),
        ForInNode loop => CanHold(loop.Quantifier, loop.Body),
        WithNode with => CanHold(with.Body),
        _ => true,
    };

    /// <summary>Places of matches are undefined where nothing matches, and whatever is computed with them.</summary>
    private static bool CanBeDefined(ExpressionNode node) => node switch
    {
        StringOffsetNode or StringLengthNode => false,
        BinaryNode binary => CanBeDefined(binary.Left) && CanBeDefined(binary.Right),
        UnaryNode { Operator: UnaryOperator.Minus or UnaryOperator.BitwiseNot } unary => CanBeDefined(unary.Operand),
        ReadIntegerNode read => CanBeDefined(read.Offset),
        _ => true,
    };

    private static bool CanHold(BinaryNode binary)
    {
        if (!CanBeDefined(binary))
            return false;
        // A count is 0 where nothing matches.
        return (binary.Left, binary.Right) switch
        {
            (StringCountNode, IntegerNode right) => Compare(binary.Operator, 0, right.Value),
            (IntegerNode left, StringCountNode) => Compare(binary.Operator, left.Value, 0),
            _ => true,
        };
    }

    private static bool Compare(BinaryOperator operation, long left, long right) => operation switch
    {
        BinaryOperator.Equal => left == right,
        BinaryOperator.NotEqual => left != right,
        BinaryOperator.Less => left < right,
        BinaryOperator.LessOrEqual => left <= right,
        BinaryOperator.Greater => left > right,
        BinaryOperator.GreaterOrEqual => left >= right,
        _ => true,
    };

    private bool CanHold(OfNode of)
    {
        if (of.Set.IsRules)
        {
            return !NeedsOne(of.Quantifier) || scope.Rules.Any(rule =>
                of.Set.Items.Any(item => item.IsWildcard ? rule.Key.StartsWith(item.Name, StringComparison.Ordinal) : rule.Key == item.Name)
                && build.MayHoldWithoutMatch[rule.Value]);
        }

        return !NeedsOne(of.Quantifier);
    }

    private bool CanHold(Quantifier quantifier, ExpressionNode body) => !NeedsOne(quantifier) || CanHold(body);

    /// <summary>Whether at least one member must hold. A set is never empty.</summary>
    private static bool NeedsOne(Quantifier quantifier) => quantifier switch
    {
        { Kind: QuantifierKind.All or QuantifierKind.Any } => true,
        { Kind: QuantifierKind.Number or QuantifierKind.Percentage, Value: IntegerNode { Value: > 0 } } => true,
        _ => false,
    };
}
