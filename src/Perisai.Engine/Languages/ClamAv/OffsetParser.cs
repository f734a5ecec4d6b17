using Perisai.Engine.Definitions.Ir;

namespace Perisai.Engine.Languages.ClamAv;

/// <summary>
/// Offsets of body signatures and subsignatures: <c>*</c>, <c>n</c>, <c>EOF-n</c>, <c>EP+n</c>, <c>EP-n</c>, <c>Sx+n</c>, <c>SL+n</c>,
/// <c>SEx</c>, <c>VI</c>, <c>$n$</c>; all but the first with <c>,maximum shift</c>.
/// See https://docs.clamav.net/manual/Signatures/BodySignatureFormat.html.
/// </summary>
internal static class OffsetParser
{
    /// <summary>Macro groups, 0 to 31.</summary>
    public const int MacroGroups = 32;

    public static bool TryParse(
        ReadOnlySpan<char> text, int column, ObjectTarget target, out OffsetConstraint offset, ref LineProblem problem)
    {
        offset = OffsetConstraint.Anywhere;
        if (text is "*")
            return true;
        var shift = 0;
        var comma = text.IndexOf(',');
        var place = comma < 0 ? text : text[..comma];
        if ((comma >= 0 && !ClamAvNumber.TryParse(text[(comma + 1)..], out shift)) || !TryParsePlace(place, out offset))
        {
            problem = LineProblem.Malformed(
                ClamAvBodyFaults.Offset, column,
                $"The offset '{text}' is none of *, n, EOF-n, EP+n, EP-n, Sx+n, SL+n, SEx, VI and $n$, with or without ',maximum shift'.");
            return false;
        }

        offset = offset with { MaximumShift = (uint)shift };
        if (offset.Kind is not (OffsetKind.Absolute or OffsetKind.FromEnd or OffsetKind.Macro)
            && target is not (ObjectTarget.Pe or ObjectTarget.Elf or ObjectTarget.MachO))
        {
            problem = LineProblem.Malformed(
                ClamAvBodyFaults.Offset, column, $"The offset '{text}' needs an executable, which target {(int)target} is not. Use target 1, 6 or 9.");
            return false;
        }

        return true;
    }

    private static bool TryParsePlace(ReadOnlySpan<char> text, out OffsetConstraint offset)
    {
        var value = 0;
        offset = default;
        switch (text)
        {
            case ['E', 'P', '+' or '-', .. var rest] when ClamAvNumber.TryParse(rest, out value):
                offset = new(OffsetKind.EntryPoint, text[2] == '+' ? value : -(long)value);
                return true;
            case ['E', 'O', 'F', '-', .. var rest] when ClamAvNumber.TryParse(rest, out value):
                offset = new(OffsetKind.FromEnd, value);
                return true;
            case ['S', 'E', .. var rest] when ClamAvNumber.TryParse(rest, out value) && value <= ushort.MaxValue:
                offset = new(OffsetKind.InSection, Section: (ushort)value);
                return true;
            case ['S', 'L', '+', .. var rest] when ClamAvNumber.TryParse(rest, out value):
                offset = new(OffsetKind.LastSection, value);
                return true;
            case ['S', .. var rest]:
                var number = rest;
                if (!ClamAvNumber.TryTake(ref number, out var section) || section > ushort.MaxValue || number is not ['+', .. var distance]
                    || !ClamAvNumber.TryTake(ref distance, out value))
                    return false;
                offset = new(OffsetKind.Section, value, Section: (ushort)section);
                return true;
            case ['V', 'I', ..]:
                offset = new(OffsetKind.VersionInformation);
                return true;
            case ['$', .. var rest]:
                if (!ClamAvNumber.TryTake(ref rest, out value) || rest is not ['$', ..] || value >= MacroGroups)
                    return false;
                offset = new(OffsetKind.Macro, value);
                return true;
            default:
                offset = new(OffsetKind.Absolute, ClamAvNumber.TryParse(text, out value) ? value : -1);
                return offset.Value >= 0;
        }
    }
}
