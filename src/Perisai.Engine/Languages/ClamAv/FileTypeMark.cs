using System.Collections.Immutable;
using System.Globalization;
using Perisai.Engine.Definitions.Ir;

namespace Perisai.Engine.Languages.ClamAv;

/// <summary>
/// A line of an .ftm database, <c>form:offset:bytes:name:required type:type[:minimum level[:maximum level]]</c>: by what a type is told. Form 0 is fixed bytes
/// at a place, form 1 a body pattern, form 4 a partition. Types are told by the engine itself, and a line adds to that: what the engine does not know and what
/// has such bytes at such a place is of the line's type. Marks within other data (form 1 without a place, form 4) are the engine's own.
/// See https://docs.clamav.net/manual/Signatures/FileTypeMagic.html.
/// </summary>
internal static class FileTypeMark
{
    private const int LeastFields = 6;
    private const int MostFields = 8;
    private const int FixedBytes = 0;
    private const int Body = 1;
    private const int Partition = 4;

    public static void Parse(ReadOnlySpan<char> line, SourceLocation location, DefinitionFlags flags, IDefinitionSink sink)
    {
        Span<Range> fields = stackalloc Range[MostFields + 1];
        var count = line.Split(fields, ':');
        LineProblem problem = default;
        var name = count > 3 ? line[fields[3]] : default;
        if (Parse(line, fields[..count], location, flags, ref problem) is { } definition)
            sink.Add(definition);
        else
            problem.Report(sink, name, location);
    }

    private static AuxiliaryDefinition? Parse(
        ReadOnlySpan<char> line, ReadOnlySpan<Range> fields, SourceLocation location, DefinitionFlags flags, ref LineProblem problem)
    {
        if (fields.Length is < LeastFields or > MostFields)
        {
            return Fail(
                ClamAvLineFaults.FieldCount, line.Length, $"{fields.Length} fields between colons where {LeastFields} to {MostFields} belong.", ref problem);
        }

        if (!IsForOurLevel(line, fields, ref problem))
            return null;
        foreach (var field in (ReadOnlySpan<int>)[4, 5])
        {
            if (!ContainerTypes.IsKnown(line[fields[field]].ToString()))
                return Fail(ClamAvMemberFaults.Container, fields[field].Start.Value, $"There is no type {line[fields[field]]}.", ref problem);
        }

        if (!ClamAvNumber.TryParse(line[fields[0]], out var form))
            return Fail(ClamAvMemberFaults.Number, 0, $"The form '{line[fields[0]]}' is not a number.", ref problem);
        if (form is not (FixedBytes or Body or Partition))
        {
            problem = LineProblem.Unsupported("a form that ClamAV 1.4 does not know either");
            return null;
        }

        if (ReadMark(line, fields, form, ref problem) is not { } mark)
            return null;
        var types = ContainerTypes.OfMarks(line[fields[5]].ToString());
        if (types.IsEmpty)
        {
            problem = LineProblem.Unsupported("of a type that is not told apart here");
            return null;
        }

        ImmutableArray<string> values = [.. mark, ((int)types[0]).ToString(CultureInfo.InvariantCulture)];
        return new(AuxiliaryKind.TypeMark, SignatureName.Decode(line[fields[3]]), location, values, flags);
    }

    /// <summary>Place and bytes.</summary>
    private static string[]? ReadMark(ReadOnlySpan<char> line, ReadOnlySpan<Range> fields, int form, ref LineProblem problem)
    {
        var place = line[fields[1]];
        var bytes = line[fields[2]];
        var hasPlace = ClamAvNumber.TryParse(place, out var offset);
        if (form == Body)
        {
            if (!OffsetParser.TryParse(place, fields[1].Start.Value, ObjectTarget.Any, out _, ref problem)
                || !HexBodyParser.TryParse(bytes, fields[2].Start.Value, PatternModifiers.None, out _, ref problem))
                return null;
        }
        else if (!hasPlace)
        {
            Fail(ClamAvBodyFaults.Offset, fields[1].Start.Value, $"The offset '{place}' is not a number.", ref problem);
            return null;
        }

        var isFixed = !bytes.IsEmpty && bytes.Length % 2 == 0 && IsHexadecimal(bytes);
        if (form == FixedBytes && !isFixed)
        {
            Fail(ClamAvBodyFaults.HexDigit, fields[2].Start.Value, $"'{bytes}' is not an even number of hexadecimal digits.", ref problem);
            return null;
        }

        if (form != Partition && hasPlace && !place.IsEmpty && isFixed)
            return [offset.ToString(CultureInfo.InvariantCulture), bytes.ToString()];
        problem = LineProblem.Unsupported("marks of types within other data are the engine's own");
        return null;
    }

    private static bool IsForOurLevel(ReadOnlySpan<char> line, ReadOnlySpan<Range> fields, ref LineProblem problem)
    {
        for (var i = LeastFields; i < fields.Length; i++)
        {
            if (!ClamAvNumber.TryParse(line[fields[i]], out var level))
            {
                Fail(ClamAvBodyFaults.Level, fields[i].Start.Value, $"The functionality level '{line[fields[i]]}' is not a number.", ref problem);
                return false;
            }

            if (i == LeastFields ? level > FunctionalityLevel.Current : level < FunctionalityLevel.Current)
            {
                problem = LineProblem.Unsupported($"meant for other functionality levels than {FunctionalityLevel.Current}");
                return false;
            }
        }

        return true;
    }

    private static bool IsHexadecimal(ReadOnlySpan<char> text)
    {
        foreach (var character in text)
        {
            if (!char.IsAsciiHexDigit(character))
                return false;
        }

        return true;
    }

    private static AuxiliaryDefinition? Fail(string id, int column, string text, ref LineProblem problem)
    {
        problem = LineProblem.Malformed(id, column, text);
        return null;
    }
}
