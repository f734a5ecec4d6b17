using Perisai.Engine.Definitions.Ir;

namespace Perisai.Engine.Languages.ClamAv;

/// <summary>
/// One line of an .ndb, .ndu or .sdb database: <c>Name:Target:Offset:Hex[:minimum level[:maximum level]]</c>.
/// See https://docs.clamav.net/manual/Signatures/ExtendedSignatures.html.
/// </summary>
internal static class ExtendedSignature
{
    private const int MostFields = 6;

    /// <summary>Reads one line, trimmed and not a comment, and hands what it means to <paramref name="sink"/>.</summary>
    public static void Parse(ReadOnlySpan<char> line, SourceLocation location, DefinitionFlags flags, IDefinitionSink sink)
    {
        Span<Range> fields = stackalloc Range[MostFields + 1];
        var count = line.Split(fields, ':');
        LineProblem problem = default;
        if (Parse(line, fields[..count], location, flags, ref problem) is { } definition)
            sink.Add(definition);
        else
            problem.Report(sink, line[fields[0]], location);
    }

    private static Definition? Parse(
        ReadOnlySpan<char> line, ReadOnlySpan<Range> fields, SourceLocation location, DefinitionFlags flags, ref LineProblem problem)
    {
        if (fields.Length is < 4 or > MostFields)
        {
            problem = LineProblem.Malformed(
                ClamAvLineFaults.FieldCount, line.Length,
                $"{fields.Length} fields between colons where 4 to {MostFields} belong (name:target:offset:hex[:minimum level[:maximum level]]).");
            return null;
        }

        if (line[fields[0]].IsEmpty)
        {
            problem = LineProblem.Malformed(ClamAvLineFaults.EmptyName, 0, "The name is empty. Give the definition one.");
            return null;
        }

        if (!IsForOurLevel(line, fields, ref problem))
            return null;
        var targetText = line[fields[1]];
        var target = 0;
        if (targetText is not "*" && !ClamAvNumber.TryParse(targetText, out target))
        {
            problem = LineProblem.Malformed(ClamAvBodyFaults.Target, fields[1].Start.Value, $"The target '{targetText}' is neither a number nor *.");
            return null;
        }

        if (target > (int)ObjectTarget.Other)
        {
            problem = LineProblem.Unsupported("a target type above 14");
            return null;
        }

        if (!OffsetParser.TryParse(line[fields[2]], fields[2].Start.Value, TargetNumber.ToTarget(target), out var offset, ref problem))
            return null;
        return BodySignature.Create(line[fields[0]], TargetNumber.ToTarget(target), offset, line[fields[3]], fields[3].Start.Value, location, flags, ref problem);
    }

    private static bool IsForOurLevel(ReadOnlySpan<char> line, ReadOnlySpan<Range> fields, ref LineProblem problem)
    {
        var minimum = 0;
        var maximum = int.MaxValue;
        for (var i = 4; i < fields.Length; i++)
        {
            if (ClamAvNumber.TryParse(line[fields[i]], out var level))
            {
                (minimum, maximum) = i == 4 ? (level, maximum) : (minimum, level);
                continue;
            }

            problem = LineProblem.Malformed(
                ClamAvBodyFaults.Level, fields[i].Start.Value, $"The functionality level '{line[fields[i]]}' is not a number.");
            return false;
        }

        if (FunctionalityLevel.Includes(minimum, maximum))
            return true;
        problem = LineProblem.Unsupported($"meant for other functionality levels than {FunctionalityLevel.Current}");
        return false;
    }
}
