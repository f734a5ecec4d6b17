using System.Collections.Immutable;
using Perisai.Engine.Definitions.Ir;

namespace Perisai.Engine.Languages.ClamAv;

/// <summary>
/// Logical expressions over subsignatures: <c>&amp; |</c>, parentheses, and counts <c>=n &gt;n &lt;n</c> behind a number or, with <c>,m</c> for
/// different subsignatures, behind parentheses.
/// See https://docs.clamav.net/manual/Signatures/LogicalSignatures.html.
/// </summary>
/// <remarks>
/// There is no precedence in ClamAV: outside of parentheses the first operator divides the expression, so <c>0&amp;1|2</c> is 0&amp;(1|2); within
/// parentheses around a whole expression the last one does, so <c>(0&amp;1|2)</c> is (0&amp;1)|2. Behind a single number <c>,m</c> is read and means
/// nothing. A count behind parentheses around a single number, <c>(0)>1</c>, is refused.
/// </remarks>
internal ref struct LogicalExpressionParser
{
    /// <summary>Operators behind one another and parentheses in one another, at most: each is a level of recursion.</summary>
    private const int MaximumDepth = 600;

    private readonly int _column;
    private readonly ReadOnlySpan<char> _all;

    /// <summary>The largest subsignature number that was read.</summary>
    public int Largest { get; private set; }

    /// <summary>Subsignatures whose number of matches matters, as a bit set.</summary>
    public ulong Counted { get; private set; }

    /// <summary>What is wrong.</summary>
    public LineProblem Problem { get; private set; }

    public LogicalExpressionParser(ReadOnlySpan<char> text, int column)
    {
        _all = text;
        _column = column;
    }

    /// <summary>Parses the whole text; null where it is malformed.</summary>
    public Condition? Parse() => Parse(0, _all.Length, 0);

    /// <summary>What divides an expression, as ClamAV finds it in one walk.</summary>
    private ref struct Division
    {
        public int Operator;
        public bool IsBlock;
        public int BlockEnd;
        public Count BlockCount;
        public int Modifier;
    }

    private readonly record struct Count(char Operator, int Value, int Distinct);

    private Condition? Parse(int start, int end, int depth)
    {
        if (depth > MaximumDepth)
            return Fail(start, $"The expression is nested deeper than {MaximumDepth} levels. Flatten it.");
        var division = new Division { Operator = -1, Modifier = -1 };
        if (!Divide(start, end, ref division))
            return null;
        if (division.Operator < 0)
        {
            if (start < end && _all[start] == '(')
                return Parse(start + 1, end - 1, depth + 1);
            return ParseNumber(start, end, division.Modifier);
        }

        var leftStart = division.IsBlock ? start + 1 : start;
        var rightEnd = division.IsBlock ? division.BlockEnd : end;
        if (division.Operator == start || division.Operator + 1 >= end)
            return Fail(division.Operator, $"'{_all[division.Operator]}' needs an expression on both sides.");
        var left = Parse(leftStart, division.Operator, depth + 1);
        var right = left is null ? null : Parse(division.Operator + 1, rightEnd, depth + 1);
        if (left is null || right is null)
            return null;
        var whole = Join(_all[division.Operator], left, right);
        if (!division.IsBlock || division.BlockCount.Operator == 0)
            return whole;
        for (var i = leftStart; i < rightEnd; i++)
            MarkCounted(i);
        var count = division.BlockCount;
        return new BlockCount(whole, OperatorOf(count.Operator), (uint)count.Value, (uint)count.Distinct);
    }

    private bool Divide(int start, int end, ref Division division)
    {
        var level = 0;
        var inner = -1;
        for (var i = start; i < end; i++)
        {
            switch (_all[i])
            {
                case '(':
                    level++;
                    break;
                case ')':
                    if (level-- == 0)
                        return Fail(i, "A parenthesis is closed that was not opened.") is not null;
                    break;
                case '>' or '<' or '=':
                    division.Modifier = i;
                    break;
                case '&' or '|' when level == 0:
                    division.Operator = i;
                    division.IsBlock = false;
                    return true;
                case '&' or '|' when level == 1:
                    inner = i;
                    break;
            }

            if (inner < 0 || level > 0)
                continue;
            division.BlockEnd = i;
            division.BlockCount = default;
            if (i + 1 < end && _all[i + 1] is '>' or '<' or '=' && !TryReadCount(ref i, end, out division.BlockCount))
                return false;
            if (i + 1 == end)
                break;
            division.BlockCount = default;
        }

        if (level > 0)
            return Fail(start, "A parenthesis is not closed.") is not null;
        (division.Operator, division.IsBlock) = (inner, inner >= 0);
        return true;
    }

    private bool TryReadCount(ref int at, int end, out Count count)
    {
        var text = _all[(at + 2)..end];
        var sign = _all[at + 1];
        if (!ClamAvNumber.TryTake(ref text, out var value))
        {
            count = default;
            return Fail(at + 1, $"A number must follow '{sign}'.") is not null;
        }

        var distinct = 0;
        if (text is [',', .. var rest] && ClamAvNumber.TryTake(ref rest, out distinct))
            text = rest;
        count = new(sign, value, distinct);
        for (at += 2; at + 1 < end && (char.IsAsciiDigit(_all[at + 1]) || _all[at + 1] == ','); at++)
        {
        }

        return true;
    }

    private Condition? ParseNumber(int start, int end, int modifier)
    {
        var text = _all[start..end];
        var rest = text;
        if (!ClamAvNumber.TryTake(ref rest, out var number))
            return Fail(start, text.IsEmpty ? "A subsignature's number is missing." : $"'{text}' is not a subsignature's number.");
        Largest = Math.Max(Largest, number);
        if (modifier < 0)
            return new MatchCount([number], ComparisonOperator.Greater, 0);
        var count = _all[(modifier + 1)..end];
        if (!ClamAvNumber.TryTake(ref count, out var value))
            return Fail(modifier, $"A number must follow '{_all[modifier]}'.");
        MarkCounted(start);
        return new MatchCount([number], OperatorOf(_all[modifier]), (uint)value);
    }

    private void MarkCounted(int at)
    {
        var text = _all[at..];
        if ((at == 0 || !char.IsAsciiDigit(_all[at - 1])) && ClamAvNumber.TryTake(ref text, out var number) && number < 64)
            Counted |= 1UL << number;
    }

    private static Condition Join(char sign, Condition left, Condition right) => sign == '&'
        ? new AllOf([.. OperandsOf<AllOf>(left), .. OperandsOf<AllOf>(right)])
        : new AnyOf([.. OperandsOf<AnyOf>(left), .. OperandsOf<AnyOf>(right)]);

    private static ImmutableArray<Condition> OperandsOf<T>(Condition condition)
        where T : Condition => condition switch
        {
            AllOf all when typeof(T) == typeof(AllOf) => all.Operands,
            AnyOf any when typeof(T) == typeof(AnyOf) => any.Operands,
            _ => [condition],
        };

    private static ComparisonOperator OperatorOf(char sign) => sign switch
    {
        '=' => ComparisonOperator.Equal,
        '>' => ComparisonOperator.Greater,
        _ => ComparisonOperator.Less,
    };

    private Condition? Fail(int at, string text)
    {
        Problem = LineProblem.Malformed(ClamAvBodyFaults.Expression, _column + at, text);
        return null;
    }
}
