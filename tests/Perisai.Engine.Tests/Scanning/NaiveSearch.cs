using System.Collections.Immutable;
using Perisai.Engine.Definitions.Ir;

namespace Perisai.Engine.Tests.Scanning;

/// <summary>The obvious search: at every offset, walk the elements with a set of positions.</summary>
internal static class NaiveSearch
{
    public static bool IsMatch(BytePattern pattern, byte[] text)
    {
        for (var start = 0; start < text.Length; start++)
        {
            if (Walk(pattern.Elements, [start], text, pattern.Modifiers.HasFlag(PatternModifiers.NoCase)).Count > 0)
                return true;
        }

        return false;
    }

    private static HashSet<int> Walk(ImmutableArray<PatternElement> elements, HashSet<int> positions, byte[] text, bool noCase)
    {
        foreach (var element in elements)
        {
            if (positions.Count == 0)
                break;
            positions = element switch
            {
                MaskedBytes bytes => [.. positions.Where(at => Equal(bytes, text, at, noCase)).Select(at => at + bytes.Values.Length)],
                Gap { Maximum: { } maximum } gap => [.. positions.SelectMany(at => Enumerable.Range(at + gap.Minimum, maximum - gap.Minimum + 1))
                    .Where(at => at <= text.Length)],
                // Beyond the first position an unbounded gap adds nothing to whether there is a match.
                Gap gap => [.. Enumerable.Range(positions.Min() + gap.Minimum, Math.Max(0, text.Length - positions.Min() - gap.Minimum + 1))],
                Alternation { Negated: true } negated => [.. positions.Where(at => at < text.Length
                    && negated.Alternatives.All(sequence => Walk(sequence, [at], text, noCase).Count == 0)).Select(at => at + 1)],
                Alternation alternation => [.. positions.SelectMany(at => alternation.Alternatives.SelectMany(s => Walk(s, [at], text, noCase)))],
                _ => throw new InvalidOperationException(),
            };
        }

        return positions;
    }

    private static bool Equal(MaskedBytes bytes, byte[] text, int at, bool noCase)
    {
        if (at + bytes.Values.Length > text.Length)
            return false;
        for (var i = 0; i < bytes.Values.Length; i++)
        {
            var (have, want) = (text[at + i], bytes.Values[i]);
            if (noCase && bytes.Masks[i] == 0xFF)
                (have, want) = (Lower(have), Lower(want));
            if ((have & bytes.Masks[i]) != want)
                return false;
        }

        return true;
    }

    private static byte Lower(byte value) => char.IsAsciiLetterUpper((char)value) ? (byte)(value | 0x20) : value;
}
