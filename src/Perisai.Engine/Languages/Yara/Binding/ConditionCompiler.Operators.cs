using Perisai.Engine.Definitions.Rules;
using Perisai.Engine.Languages.Yara.Syntax;
using Perisai.Engine.Modules;

namespace Perisai.Engine.Languages.Yara.Binding;

internal sealed partial class ConditionCompiler
{
    private Bound EmitBinary(BinaryNode binary)
    {
        var start = _code.Position;
        var left = Emit(binary.Left);
        var right = Emit(binary.Right);
        var kind = Check(binary, left, right);
        if (kind == RuleValueKind.Integer && right.Integer is { } operand)
            CheckRight(binary, operand);
        if (kind == RuleValueKind.Integer && left.Integer is { } a && right.Integer is { } b && Fold(binary, a, b) is { } value)
        {
            _code.Truncate(start);
            var constant = EmitConstant(value);

            // YARA does not know of a shift that it is constant, and so does not complain of what comes of it.
            return binary.Operator is BinaryOperator.ShiftLeft or BinaryOperator.ShiftRight ? new(kind) : constant;
        }

        _code.Write((RuleOpcode)((int)RuleOpcode.Equal + (int)binary.Operator));
        return new(kind);
    }

    private static RuleValueKind Check(BinaryNode binary, in Bound left, in Bound right)
    {
        switch (binary.Operator)
        {
            case BinaryOperator.Equal or BinaryOperator.NotEqual or BinaryOperator.Less or BinaryOperator.LessOrEqual or BinaryOperator.Greater
                or BinaryOperator.GreaterOrEqual:
                var comparable = (left.IsNumber && right.IsNumber)
                    || (left.Kind == RuleValueKind.Text && right.Kind == RuleValueKind.Text)
                    || (IsTruthOrInteger(left) && IsTruthOrInteger(right));
                if (!comparable)
                    throw Mismatch(binary, left, right, "compared");
                return RuleValueKind.Boolean;
            case BinaryOperator.Matches:
                if (left.Kind != RuleValueKind.Text || right.Kind != RuleValueKind.Regex)
                    throw new YaraBindingException("yara.wrong-type", binary.OperatorSpan, $"matches stands between a text and a regular expression, not between {left.Shown} and {right.Shown}");
                return RuleValueKind.Boolean;
            case BinaryOperator.Contains or BinaryOperator.IContains or BinaryOperator.StartsWith or BinaryOperator.IStartsWith or BinaryOperator.EndsWith
                or BinaryOperator.IEndsWith or BinaryOperator.IEquals:
                if (left.Kind != RuleValueKind.Text || right.Kind != RuleValueKind.Text)
                    throw new YaraBindingException("yara.wrong-type", binary.OperatorSpan, $"{binary.Operator.ToString().ToLowerInvariant()} stands between two texts, not between {left.Shown} and {right.Shown}");
                return RuleValueKind.Boolean;
            case BinaryOperator.Add or BinaryOperator.Subtract or BinaryOperator.Multiply or BinaryOperator.Divide:
                if (!left.IsNumber || !right.IsNumber)
                    throw Mismatch(binary, left, right, "computed with");
                return left.Kind == RuleValueKind.Float || right.Kind == RuleValueKind.Float ? RuleValueKind.Float : RuleValueKind.Integer;
            default:
                if (left.Kind != RuleValueKind.Integer || right.Kind != RuleValueKind.Integer)
                    throw Mismatch(binary, left, right, "computed with in this way");
                return RuleValueKind.Integer;
        }
    }

    /// <summary>What no left side makes right.</summary>
    private static void CheckRight(BinaryNode binary, long right)
    {
        if (binary.Operator is BinaryOperator.Divide or BinaryOperator.Modulo && right == 0)
            throw new YaraBindingException("yara.division-by-zero", binary.OperatorSpan, "a division by zero has no value");
        if (binary.Operator is BinaryOperator.ShiftLeft or BinaryOperator.ShiftRight && right < 0)
            throw new YaraBindingException("yara.shift", binary.OperatorSpan, $"a shift by {right} bits has no meaning");
    }

    private static bool IsTruthOrInteger(in Bound bound) => bound.Kind is RuleValueKind.Boolean or RuleValueKind.Integer;

    private static YaraBindingException Mismatch(BinaryNode binary, in Bound left, in Bound right, string what) =>
        new("yara.wrong-type", binary.OperatorSpan, $"{left.Shown} and {right.Shown} cannot be {what}");

    /// <summary>The value of an operation on constants; null where only the run can tell.</summary>
    private static long? Fold(BinaryNode binary, long a, long b)
    {
        try
        {
            return binary.Operator switch
            {
                BinaryOperator.Add => checked(a + b),
                BinaryOperator.Subtract => checked(a - b),
                BinaryOperator.Multiply => checked(a * b),
                BinaryOperator.Divide => a == long.MinValue && b == -1 ? null : a / b,
                BinaryOperator.Modulo => b == -1 ? null : a % b,
                BinaryOperator.BitwiseAnd => a & b,
                BinaryOperator.BitwiseOr => a | b,
                BinaryOperator.BitwiseXor => a ^ b,
                BinaryOperator.ShiftLeft => b >= 64 ? 0 : a << (int)b,
                BinaryOperator.ShiftRight => b >= 64 ? 0 : a >> (int)b,
                _ => null,
            };
        }
        catch (OverflowException)
        {
            throw new YaraBindingException("yara.integer-overflow", binary.OperatorSpan, $"the result is outside of what an integer holds ({long.MinValue} to {long.MaxValue})");
        }
    }
}
