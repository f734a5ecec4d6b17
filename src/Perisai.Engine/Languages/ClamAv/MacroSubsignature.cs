using Perisai.Engine.Definitions.Ir;

namespace Perisai.Engine.Languages.ClamAv;

/// <summary>A macro subsignature, <c>${min-max}group$</c>: a match of a macro group at a distance from the subsignature before it.</summary>
internal static class MacroSubsignature
{
    public static MacroPattern? Parse(ReadOnlySpan<char> text, int column, int index, ref LineProblem problem)
    {
        var rest = text;
        if (rest is not ['$', '{', .. var range] || !ClamAvNumber.TryTake(ref range, out var minimum) || range is not ['-', .. var upper]
            || !ClamAvNumber.TryTake(ref upper, out var maximum) || upper is not ['}', .. var number] || !ClamAvNumber.TryTake(ref number, out var group)
            || number is not ['$'] || group >= OffsetParser.MacroGroups || index == 0)
        {
            problem = LineProblem.Malformed(
                ClamAvBodyFaults.Macro, column, "A macro subsignature has the form ${min-max}group$ with a group from 0 to 31, and follows another one.");
            return null;
        }

        return new(minimum, maximum, group);
    }
}
