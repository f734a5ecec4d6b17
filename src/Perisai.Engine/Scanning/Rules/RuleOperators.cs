using Perisai.Engine.Definitions.Rules;
using Perisai.Engine.Modules;

namespace Perisai.Engine.Scanning.Rules;

/// <summary>Operators of conditions. What is undefined makes the result undefined; integers wrap, as in YARA.</summary>
internal static class RuleOperators
{
    /// <summary>From 1 to the next float.</summary>
    private const double FloatStep = 2.220446049250313e-16;

    public static RuleValue Unary(RuleOpcode opcode, in RuleValue value) => (opcode, value.Kind) switch
    {
        (RuleOpcode.Minus, RuleValueKind.Integer) => RuleValue.Of(unchecked(-value.Integer)),
        (RuleOpcode.Minus, RuleValueKind.Float) => RuleValue.Of(-value.Float),
        (RuleOpcode.BitwiseNot, RuleValueKind.Integer) => RuleValue.Of(~value.Integer),
        (RuleOpcode.Length, RuleValueKind.Text) => RuleValue.Of((long)value.Text.Length),
        (RuleOpcode.Length, RuleValueKind.Array) => RuleValue.Of((long)value.Array.Count),
        (RuleOpcode.Length, RuleValueKind.Dictionary) => RuleValue.Of((long)value.Dictionary.Count),
        _ => RuleValue.Undefined,
    };

    public static RuleValue Binary(RuleOpcode opcode, in RuleValue left, in RuleValue right)
    {
        if (left.IsUndefined || right.IsUndefined)
            return RuleValue.Undefined;
        if (left.Kind == RuleValueKind.Text)
            return right.Kind == RuleValueKind.Regex ? RuleValue.Of(right.Regex.IsMatch(left.Text)) : OfTexts(opcode, left, right);
        if (left.Kind == RuleValueKind.Float || right.Kind == RuleValueKind.Float)
            return OfFloats(opcode, AsFloat(left), AsFloat(right));
        return OfIntegers(opcode, left.Integer, right.Integer);
    }

    private static double AsFloat(in RuleValue value) => value.Kind == RuleValueKind.Float ? value.Float : value.Integer;

    private static RuleValue OfTexts(RuleOpcode opcode, in RuleValue leftValue, in RuleValue rightValue)
    {
        if (rightValue.Kind != RuleValueKind.Text)
            return RuleValue.Undefined;
        var left = leftValue.Text;
        var right = rightValue.Text;
        return opcode switch
        {
            RuleOpcode.Equal => RuleValue.Of(left.SequenceEqual(right)),
            RuleOpcode.NotEqual => RuleValue.Of(!left.SequenceEqual(right)),
            RuleOpcode.Less => RuleValue.Of(left.SequenceCompareTo(right) < 0),
            RuleOpcode.LessOrEqual => RuleValue.Of(left.SequenceCompareTo(right) <= 0),
            RuleOpcode.Greater => RuleValue.Of(left.SequenceCompareTo(right) > 0),
            RuleOpcode.GreaterOrEqual => RuleValue.Of(left.SequenceCompareTo(right) >= 0),
            RuleOpcode.Contains => RuleValue.Of(left.IndexOf(right) >= 0),
            RuleOpcode.StartsWith => RuleValue.Of(left.StartsWith(right)),
            RuleOpcode.EndsWith => RuleValue.Of(left.EndsWith(right)),
            RuleOpcode.IEquals => RuleValue.Of(EqualsIgnoringCase(left, right)),
            RuleOpcode.IStartsWith => RuleValue.Of(left.Length >= right.Length && EqualsIgnoringCase(left[..right.Length], right)),
            RuleOpcode.IEndsWith => RuleValue.Of(left.Length >= right.Length && EqualsIgnoringCase(left[^right.Length..], right)),
            RuleOpcode.IContains => RuleValue.Of(ContainsIgnoringCase(left, right)),
            _ => RuleValue.Undefined,
        };
    }

    private static bool EqualsIgnoringCase(ReadOnlySpan<byte> left, ReadOnlySpan<byte> right)
    {
        if (left.Length != right.Length)
            return false;
        for (var i = 0; i < left.Length; i++)
        {
            if (Lower(left[i]) != Lower(right[i]))
                return false;
        }

        return true;
    }

    private static byte Lower(byte value) => value is >= (byte)'A' and <= (byte)'Z' ? (byte)(value | 0x20) : value;

    private static bool ContainsIgnoringCase(ReadOnlySpan<byte> left, ReadOnlySpan<byte> right)
    {
        if (right.IsEmpty)
            return true;
        var (lower, upper) = (Lower(right[0]), right[0] is >= (byte)'a' and <= (byte)'z' ? (byte)(right[0] & 0xDF) : right[0]);
        for (var at = 0; at <= left.Length - right.Length; at++)
        {
            var next = left[at..(left.Length - right.Length + 1)].IndexOfAny(lower, upper);
            if (next < 0)
                return false;
            at += next;
            if (EqualsIgnoringCase(left.Slice(at, right.Length), right))
                return true;
        }

        return false;
    }

    /// <summary>Nearer to one another than 1 is to the next float: what YARA takes for equal.</summary>
    private static bool IsEqual(double left, double right) => Math.Abs(left - right) < FloatStep || left == right;

    private static RuleValue OfFloats(RuleOpcode opcode, double left, double right) => opcode switch
    {
        RuleOpcode.Equal => RuleValue.Of(IsEqual(left, right)),
        RuleOpcode.NotEqual => RuleValue.Of(!IsEqual(left, right)),
        RuleOpcode.Less => RuleValue.Of(left < right),
        RuleOpcode.LessOrEqual => RuleValue.Of(left <= right),
        RuleOpcode.Greater => RuleValue.Of(left > right),
        RuleOpcode.GreaterOrEqual => RuleValue.Of(left >= right),
        RuleOpcode.Add => RuleValue.Of(left + right),
        RuleOpcode.Subtract => RuleValue.Of(left - right),
        RuleOpcode.Multiply => RuleValue.Of(left * right),
        RuleOpcode.Divide => RuleValue.Of(left / right),
        _ => RuleValue.Undefined,
    };

    private static RuleValue OfIntegers(RuleOpcode opcode, long left, long right) => opcode switch
    {
        RuleOpcode.Equal => RuleValue.Of(left == right),
        RuleOpcode.NotEqual => RuleValue.Of(left != right),
        RuleOpcode.Less => RuleValue.Of(left < right),
        RuleOpcode.LessOrEqual => RuleValue.Of(left <= right),
        RuleOpcode.Greater => RuleValue.Of(left > right),
        RuleOpcode.GreaterOrEqual => RuleValue.Of(left >= right),
        RuleOpcode.BitwiseOr => RuleValue.Of(left | right),
        RuleOpcode.BitwiseXor => RuleValue.Of(left ^ right),
        RuleOpcode.BitwiseAnd => RuleValue.Of(left & right),
        RuleOpcode.ShiftLeft => right < 0 ? RuleValue.Undefined : RuleValue.Of(right >= 64 ? 0 : left << (int)right),
        RuleOpcode.ShiftRight => right < 0 ? RuleValue.Undefined : RuleValue.Of(right >= 64 ? 0 : left >> (int)right),
        RuleOpcode.Add => RuleValue.Of(unchecked(left + right)),
        RuleOpcode.Subtract => RuleValue.Of(unchecked(left - right)),
        RuleOpcode.Multiply => RuleValue.Of(unchecked(left * right)),
        RuleOpcode.Divide => right == 0 ? RuleValue.Undefined : RuleValue.Of(right == -1 ? unchecked(-left) : left / right),
        RuleOpcode.Modulo => right == 0 ? RuleValue.Undefined : RuleValue.Of(right == -1 ? 0 : left % right),
        _ => RuleValue.Undefined,
    };
}
