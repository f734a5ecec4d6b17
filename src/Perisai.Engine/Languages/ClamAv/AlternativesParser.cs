using System.Collections.Immutable;
using Perisai.Engine.Definitions.Ir;

namespace Perisai.Engine.Languages.ClamAv;

/// <summary>
/// What stands between the parentheses of alternatives. Alternatives of one length without wildcards may be negated; all others, and
/// any under a modifier (i, w, a, f), may not: ClamAV refuses that.
/// </summary>
internal static class AlternativesParser
{
    /// <summary>Parentheses within one pair, at most (ClamAV's ACPATT_ALTN_MAXNEST).</summary>
    private const int MaximumParentheses = 15;

    /// <summary>The place of the parenthesis that closes the one before <paramref name="from"/>; -1 where there is none.</summary>
    public static int ClosingOf(ReadOnlySpan<char> text, int from)
    {
        var level = 0;
        for (var i = from; i < text.Length; i++)
        {
            if (text[i] == '(')
                level++;
            else if (text[i] == ')' && level-- == 0)
                return i;
        }

        return -1;
    }

    public static bool TryParse(
        ReadOnlySpan<char> text, int column, bool hasModifiers, bool negated, out Alternation alternation, ref LineProblem problem)
    {
        alternation = null!;
        if (text.IsEmpty)
        {
            problem = LineProblem.Malformed(ClamAvBodyFaults.Parenthesis, column, "There is nothing between the parentheses. Write alternatives or remove them.");
            return false;
        }

        if (text.Count('(') > MaximumParentheses)
        {
            problem = LineProblem.Malformed(
                ClamAvBodyFaults.Parenthesis, column, $"There are more than {MaximumParentheses} parentheses within this one. Write the alternatives out.");
            return false;
        }

        if (negated && (hasModifiers || !HaveOneLength(text)))
        {
            problem = LineProblem.Malformed(
                ClamAvBodyFaults.Negation, column,
                "Only alternatives of one length, without wildcards and without modifiers on the signature, can be negated.");
            return false;
        }

        if (!TryParseSequences(text, column, out var sequences, ref problem))
            return false;
        alternation = new(sequences, negated);
        return true;
    }

    private static bool HaveOneLength(ReadOnlySpan<char> text)
    {
        if (text.ContainsAny('?', '('))
            return false;
        var length = -1;
        foreach (var range in text.Split('|'))
        {
            var own = range.End.Value - range.Start.Value;
            if (own == 0 || (length >= 0 && own != length))
                return false;
            length = own;
        }

        return true;
    }

    private static bool TryParseSequences(
        ReadOnlySpan<char> text, int column, out ImmutableArray<ImmutableArray<PatternElement>> sequences, ref LineProblem problem)
    {
        var output = ImmutableArray.CreateBuilder<ImmutableArray<PatternElement>>();
        var start = 0;
        var level = 0;
        for (var i = 0; i <= text.Length; i++)
        {
            if (i < text.Length)
                level += text[i] == '(' ? 1 : text[i] == ')' ? -1 : 0;
            if (i < text.Length && (text[i] != '|' || level > 0))
                continue;
            // An empty first alternative is refused by ClamAV; others mean nothing.
            if (i == start && output.Count > 0)
            {
                start = i + 1;
                continue;
            }

            if (i == start)
            {
                problem = LineProblem.Malformed(ClamAvBodyFaults.Parenthesis, column + start, "An alternative is empty. Write two bodies, with and without it.");
                sequences = [];
                return false;
            }

            if (!TryParseSequence(text[start..i], column + start, out var sequence, ref problem))
            {
                sequences = [];
                return false;
            }

            output.Add(sequence);
            start = i + 1;
        }

        sequences = output.DrainToImmutable();
        return true;
    }

    private static bool TryParseSequence(
        ReadOnlySpan<char> text, int column, out ImmutableArray<PatternElement> sequence, ref LineProblem problem)
    {
        sequence = [];
        var elements = ImmutableArray.CreateBuilder<PatternElement>(1);
        var values = ImmutableArray.CreateBuilder<byte>(text.Length / 2);
        var masks = ImmutableArray.CreateBuilder<byte>(text.Length / 2);
        for (var i = 0; i < text.Length;)
        {
            if (text[i] == '(')
            {
                Flush();
                var closing = ClosingOf(text, i + 1);
                if (!TryParse(text[(i + 1)..closing], column + i + 1, hasModifiers: true, negated: false, out var inner, ref problem))
                    return false;
                elements.Add(inner);
                i = closing + 1;
            }
            else if (text[i] == '{' && TryTakeFixedGap(text[(i + 1)..], out var length, out var count))
            {
                Flush();
                elements.Add(new Gap(count, count));
                i += length + 1;
            }
            else if (i + 1 < text.Length && HexPair.TryRead(text[i], text[i + 1], out var value, out var mask))
            {
                values.Add(value);
                masks.Add(mask);
                i += 2;
            }
            else
            {
                problem = text[i..] is ['!', '(', ..]
                    ? LineProblem.Malformed(ClamAvBodyFaults.Negation, column + i, "Alternatives within alternatives cannot be negated.")
                    : LineProblem.Malformed(
                        HexPair.IsDigit(text[i]) ? ClamAvBodyFaults.HexOdd : ClamAvBodyFaults.HexDigit, column + i,
                        $"'{text[i]}' does not begin a byte. Write two hexadecimal digits or wildcards.");
                return false;
            }
        }

        Flush();
        sequence = elements.DrainToImmutable();
        return true;

        void Flush()
        {
            if (values.Count > 0)
                elements.Add(new MaskedBytes(values.DrainToImmutable(), masks.DrainToImmutable()));
        }
    }

    private static bool TryTakeFixedGap(ReadOnlySpan<char> text, out int length, out int count)
    {
        var rest = text;
        length = 0;
        if (!ClamAvNumber.TryTake(ref rest, out count) || count is < 1 or > 127 || rest is not ['}', ..])
            return false;
        length = text.Length - rest.Length + 1;
        return true;
    }
}
