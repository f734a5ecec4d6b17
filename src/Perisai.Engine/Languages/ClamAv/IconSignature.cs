using Perisai.Engine.Definitions.Ir;
using Perisai.Engine.Formats.Pe.Icons;

namespace Perisai.Engine.Languages.ClamAv;

/// <summary>
/// A line of an .idb database: <c>name:group1:group2:icon</c>, an icon that logical signatures ask for by its groups (IconGroup1, IconGroup2), written as
/// 124 hexadecimal digits.
/// See https://docs.clamav.net/manual/Signatures/LogicalSignatures.html#icon-signatures-for-pe-files.
/// </summary>
internal static class IconSignature
{
    private const int Fields = 4;

    public static void Parse(ReadOnlySpan<char> line, SourceLocation location, DefinitionFlags flags, IDefinitionSink sink)
    {
        Span<Range> fields = stackalloc Range[Fields + 1];
        var count = line.Split(fields, ':');
        LineProblem problem = default;
        if (count != Fields)
        {
            problem = LineProblem.Malformed(
                ClamAvLineFaults.FieldCount, line.Length, $"{count} fields between colons where {Fields} belong (name:group1:group2:icon).");
        }
        else if (IconMetrics.Parse(line[fields[3]], out var at) is null)
        {
            problem = LineProblem.Malformed(
                ClamAvBodyFaults.Icon, fields[3].Start.Value + at,
                $"An icon is {IconMetrics.TextLength} hexadecimal digits: its side (10, 18 or 20), then places within it, averages and percentages.");
        }

        if (problem.IsSet)
        {
            problem.Report(sink, line[fields[0]], location);
            return;
        }

        sink.Add(new AuxiliaryDefinition(
            AuxiliaryKind.Icon, SignatureName.Decode(line[fields[0]]), location,
            [line[fields[1]].ToString(), line[fields[2]].ToString(), line[fields[3]].ToString()], flags));
    }
}
