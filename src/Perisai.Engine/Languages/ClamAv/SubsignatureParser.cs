using System.Collections.Immutable;
using Perisai.Engine.Definitions.Ir;

namespace Perisai.Engine.Languages.ClamAv;

/// <summary>
/// One subsignature of a logical signature: <c>[offset:]body[::modifiers]</c>, where the body is hexadecimal, <c>trigger/regex/flags</c>,
/// a byte comparison or a macro.
/// </summary>
internal static class SubsignatureParser
{
    /// <param name="text">The subsignature.</param>
    /// <param name="column">Where it stands in the line, zero-based.</param>
    /// <param name="index">Its number.</param>
    /// <param name="target">The signature's target.</param>
    /// <param name="counted">The subsignatures whose number or place of matches matters, as a bit set; those that this one asks for are added.</param>
    /// <param name="problem">What is wrong.</param>
    /// <returns>Null where there is a problem.</returns>
    public static Subpattern? Parse(
        ReadOnlySpan<char> text, int column, int index, ObjectTarget target, ref ulong counted, ref LineProblem problem)
    {
        Span<Range> fields = stackalloc Range[5];
        var count = RegexAwareSplitter.Split(text, ':', 0, fields);
        if (text.IsEmpty || count > 4)
        {
            problem = LineProblem.Malformed(
                ClamAvBodyFaults.SubsignatureFields, column, "A subsignature has the form [offset:]body[::modifiers]. Correct the colons.");
            return null;
        }

        var hasOffset = count % 2 == 0;
        var offset = OffsetConstraint.Anywhere;
        if (hasOffset && !OffsetParser.TryParse(text[fields[0]], column, target, out offset, ref problem))
            return null;
        var body = text[fields[hasOffset ? 1 : 0]];
        var bodyColumn = column + fields[hasOffset ? 1 : 0].Start.Value;
        if (body is ['$', ..])
        {
            counted |= index > 0 ? 1UL << (index - 1) : 0;
            return MacroSubsignature.Parse(body, bodyColumn, index, ref problem);
        }

        if (body.Contains('/'))
            return RegexSubsignature.Parse(body, bodyColumn, index, offset, ref counted, ref problem);
        if (count == 1 && PictureSubsignature.IsOne(body))
            return PictureSubsignature.Parse(body, bodyColumn, ref problem);
        var modifiers = PatternModifiers.None;
        if (count > 2 && !TryParseModifiers(text[fields[count - 1]], column + fields[count - 1].Start.Value, out modifiers, ref problem))
            return null;
        if (ByteCompareSubsignature.IsOne(body))
        {
            var compare = ByteCompareSubsignature.Parse(body, bodyColumn, ref problem);
            counted |= compare is null ? 0 : 1UL << compare.TriggerSubpattern;
            return compare;
        }

        if (!HexBodyParser.TryParse(body, bodyColumn, modifiers, out var elements, ref problem))
            return null;
        return new BytePattern(elements, modifiers & ~PatternModifiers.FullWord, offset);
    }

    private static bool TryParseModifiers(ReadOnlySpan<char> text, int column, out PatternModifiers modifiers, ref LineProblem problem)
    {
        modifiers = PatternModifiers.None;
        for (var i = 0; i < text.Length; i++)
        {
            PatternModifiers? modifier = text[i] switch
            {
                'i' => PatternModifiers.NoCase,
                'w' => PatternModifiers.Wide,
                'a' => PatternModifiers.Ascii,
                'f' => PatternModifiers.FullWord,
                _ => null,
            };
            if (modifier is null)
            {
                problem = LineProblem.Malformed(
                    ClamAvBodyFaults.Modifier, column + i, $"'{text[i]}' is no modifier. Use i (no case), w (wide), a (ascii) or f (full word).");
                return false;
            }

            modifiers |= modifier.Value;
        }

        return true;
    }
}
