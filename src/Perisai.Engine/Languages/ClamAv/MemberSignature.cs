using System.Collections.Immutable;
using System.Globalization;
using Perisai.Engine.Definitions.Ir;
using Perisai.Engine.Matching.Regex;

namespace Perisai.Engine.Languages.ClamAv;

/// <summary>
/// A line of a .cdb database: <c>name:container type:container size:member name (regular expression):stored size:size:is encrypted:position:checksum:reserved
/// [:minimum level[:maximum level]]</c>, where <c>*</c> is no condition. ClamAV reads the checksum and the field behind it and compares neither.
/// See https://docs.clamav.net/manual/Signatures/ContainerMetadata.html.
/// </summary>
internal static class MemberSignature
{
    private const int LeastFields = 10;
    private const int MostFields = 12;

    public static void Parse(ReadOnlySpan<char> line, SourceLocation location, DefinitionFlags flags, IDefinitionSink sink)
    {
        Span<Range> ranges = stackalloc Range[MostFields + 1];
        var count = line.Split(ranges, ':');
        LineProblem problem = default;
        if (Parse(line, ranges[..count], location, flags, ref problem) is { } definition)
            sink.Add(definition);
        else
            problem.Report(sink, line[ranges[0]], location);
    }

    private static AuxiliaryDefinition? Parse(
        ReadOnlySpan<char> line, ReadOnlySpan<Range> fields, SourceLocation location, DefinitionFlags flags, ref LineProblem problem)
    {
        if (fields.Length is < LeastFields or > MostFields)
        {
            return Fail(
                ClamAvLineFaults.FieldCount, line.Length, $"{fields.Length} fields between colons where {LeastFields} to {MostFields} belong.", ref problem);
        }

        var minimum = fields.Length > LeastFields ? FunctionalityLevel.Parse(line[fields[LeastFields]]) : 0;
        var maximum = fields.Length > LeastFields + 1 ? FunctionalityLevel.Parse(line[fields[LeastFields + 1]]) : int.MaxValue;
        if (!FunctionalityLevel.Includes(minimum, maximum))
        {
            problem = LineProblem.Unsupported($"meant for other functionality levels than {FunctionalityLevel.Current}");
            return null;
        }

        if (line[fields[0]].IsEmpty)
            return Fail(ClamAvLineFaults.EmptyName, 0, "The name is empty. Give the definition one.", ref problem);
        if (ReadContainer(line[fields[1]].ToString(), fields[1].Start.Value, ref problem) is not { } containers
            || ReadRange(line, fields[2], ref problem) is not { } containerLength
            || ReadName(line[fields[3]].ToString(), fields[3].Start.Value, ref problem) is not { } name
            || ReadRange(line, fields[4], ref problem) is not { } storedLength
            || ReadRange(line, fields[5], ref problem) is not { } length
            || ReadEncrypted(line, fields[6], ref problem) is not { } encrypted
            || ReadRange(line, fields[7], ref problem) is not { } position)
            return null;
        ImmutableArray<string> values = [containers, containerLength, name, storedLength, length, encrypted, position];
        return new(AuxiliaryKind.Member, SignatureName.Decode(line[fields[0]]), location, values, flags);
    }

    private static string? ReadContainer(string name, int column, ref LineProblem problem)
    {
        if (name is "*" or "CL_TYPE_ANY")
            return "";
        if (!ContainerTypes.IsKnown(name))
        {
            Fail(ClamAvMemberFaults.Container, column, $"There is no container type {name}. Write * for any.", ref problem);
            return null;
        }

        // Of a type in which nothing lies the entry is as valid as in ClamAV, and never found: nothing lies in unknown data.
        var types = ContainerTypes.Of(name);
        return string.Join(',', (types.IsEmpty ? [FileType.Unknown] : types).Select(type => ((int)type).ToString(CultureInfo.InvariantCulture)));
    }

    private static string? ReadName(string text, int column, ref LineProblem problem)
    {
        if (text == "*")
            return "";
        var expression = text.Length > 0 ? PosixExpression.Translate(text) : null;
        try
        {
            if (expression is not null)
            {
                ByteRegex.Compile(expression);
                return expression;
            }
        }
        catch (ByteRegexException)
        {
            // Said below.
        }

        Fail(ClamAvMemberFaults.Expression, column, $"'{text}' is no regular expression. Write * for any name.", ref problem);
        return null;
    }

    /// <summary>A number, or two with a dash between them.</summary>
    private static string? ReadRange(ReadOnlySpan<char> line, Range field, ref LineProblem problem)
    {
        var text = line[field];
        if (text is "*")
            return "";
        var dash = text.IndexOf('-');
        var least = dash < 0 ? text : text[..dash];
        var greatest = dash < 0 ? text : text[(dash + 1)..];
        if (long.TryParse(least, NumberStyles.None, CultureInfo.InvariantCulture, out var from)
            && long.TryParse(greatest, NumberStyles.None, CultureInfo.InvariantCulture, out var to))
            return string.Create(CultureInfo.InvariantCulture, $"{from}-{to}");
        Fail(ClamAvMemberFaults.Number, field.Start.Value, $"'{text}' is not a number, a range least-greatest or *.", ref problem);
        return null;
    }

    private static string? ReadEncrypted(ReadOnlySpan<char> line, Range field, ref LineProblem problem)
    {
        var text = line[field];
        if (text is "*" or "0" or "1")
            return text is "*" ? "" : text.ToString();
        Fail(ClamAvMemberFaults.Encrypted, field.Start.Value, $"'{text}' does not say whether the member is encrypted: 0, 1 or *.", ref problem);
        return null;
    }

    private static AuxiliaryDefinition? Fail(string id, int column, string text, ref LineProblem problem)
    {
        problem = LineProblem.Malformed(id, column, text);
        return null;
    }
}

/// <summary>Ids of what can be wrong in lines about members.</summary>
internal static class ClamAvMemberFaults
{
    /// <summary>No type of ClamAV's.</summary>
    public const string Container = "clamav.container-type";

    /// <summary>No regular expression.</summary>
    public const string Expression = "clamav.name-expression";

    /// <summary>Neither a number nor a range.</summary>
    public const string Number = "clamav.member-number";

    /// <summary>Neither 0, 1 nor a star.</summary>
    public const string Encrypted = "clamav.member-encrypted";
}
