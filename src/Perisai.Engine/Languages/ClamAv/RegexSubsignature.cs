using Perisai.Engine.Definitions.Ir;

namespace Perisai.Engine.Languages.ClamAv;

/// <summary>
/// A subsignature <c>trigger/regex/flags</c>: a regular expression that is run when an expression over earlier subsignatures holds.
/// What stands after :: is passed over, as ClamAV 1.4 does whatever its manual says.
/// </summary>
internal static class RegexSubsignature
{
    public static RegexPattern? Parse(
        ReadOnlySpan<char> text, int column, int index, OffsetConstraint offset, ref ulong counted, ref LineProblem problem)
    {
        var first = text.IndexOf('/');
        var last = text.LastIndexOf('/');
        if (first == last || first == 0 || last == first + 1)
            return Fail(column + first, "A regular expression has the form trigger/expression/flags, and no part but the flags may be empty.", ref problem);
        var triggerParser = new LogicalExpressionParser(text[..first], column);
        var trigger = triggerParser.Parse();
        if (trigger is null)
        {
            problem = triggerParser.Problem;
            return null;
        }

        if (triggerParser.Largest >= index)
            return Fail(column, "The trigger may only name subsignatures before this one.", ref problem);
        counted |= triggerParser.Counted;
        if (!TryParseFlags(text[(last + 1)..], column + last + 1, out var flags, ref problem))
            return null;
        var expression = text[(first + 1)..last].ToString();
        return new(expression, flags, trigger, offset);
    }

    private static bool TryParseFlags(ReadOnlySpan<char> text, int column, out RegexFlags flags, ref LineProblem problem)
    {
        flags = RegexFlags.None;
        for (var i = 0; i < text.Length; i++)
        {
            var flag = text[i] switch
            {
                'g' => RegexFlags.Global,
                'r' => RegexFlags.Rolling,
                'e' => RegexFlags.Encompass,
                'i' => RegexFlags.CaseInsensitive,
                's' => RegexFlags.DotAll,
                'm' => RegexFlags.Multiline,
                'x' => RegexFlags.Extended,
                'A' => RegexFlags.Anchored,
                'E' => RegexFlags.DollarEndOnly,
                'U' => RegexFlags.Ungreedy,
                _ => RegexFlags.None,
            };
            if (flag == RegexFlags.None)
            {
                Fail(column + i, $"'{text[i]}' is no flag of a regular expression. Use g, r, e, i, s, m, x, A, E or U.", ref problem);
                return false;
            }

            flags |= flag;
        }

        return true;
    }

    private static RegexPattern? Fail(int column, string text, ref LineProblem problem)
    {
        problem = LineProblem.Malformed(ClamAvBodyFaults.Regex, column, text);
        return null;
    }
}
