using System.Text;
using Perisai.Engine.Definitions.Ir;

namespace Perisai.Engine.Languages.ClamAv;

/// <summary>
/// A line of .zmd or .rmd, the forms before <see cref="MemberSignature"/>: <c>name:is encrypted:member name (regular expression):size:stored size:
/// checksum:method:position:depth</c> for members of zip and of RAR archives, where <c>*</c> is no condition. ClamAV 1.4 compares neither the method
/// nor the depth, and the checksum no more than that of a .cdb line. Numbers are written without ranges.
/// </summary>
internal static class OldMemberSignature
{
    private const int Fields = 9;
    private const int EncryptedField = 1;
    private const int NameField = 2;
    private const int SizeField = 3;
    private const int StoredSizeField = 4;
    private const int ChecksumField = 5;
    private const int MethodField = 6;
    private const int PositionField = 7;
    private const int DepthField = 8;

    /// <summary>A line of .zmd.</summary>
    public static void ParseZip(ReadOnlySpan<char> line, SourceLocation location, DefinitionFlags flags, IDefinitionSink sink) =>
        Parse(line, "CL_TYPE_ZIP", location, flags, sink);

    /// <summary>A line of .rmd.</summary>
    public static void ParseRar(ReadOnlySpan<char> line, SourceLocation location, DefinitionFlags flags, IDefinitionSink sink) =>
        Parse(line, "CL_TYPE_RAR", location, flags, sink);

    private static void Parse(ReadOnlySpan<char> line, string container, SourceLocation location, DefinitionFlags flags, IDefinitionSink sink)
    {
        Span<Range> fields = stackalloc Range[Fields + 1];
        var count = line.Split(fields, ':');
        var problem = Check(line, fields[..count]);
        if (problem.IsSet)
        {
            problem.Report(sink, line[fields[0]], location);
            return;
        }

        // The same in the words of the newer form, whose parser knows the rest.
        var text = new StringBuilder();
        text.Append(line[fields[0]]).Append(':').Append(container).Append(":*");
        foreach (var field in (ReadOnlySpan<int>)[NameField, StoredSizeField, SizeField, EncryptedField, PositionField])
        {
            // No digits are 0, as everywhere in ClamAV.
            text.Append(':').Append(field != NameField && line[fields[field]].IsEmpty ? "0" : line[fields[field]]);
        }

        MemberSignature.Parse(text.Append(":*:*").ToString(), location, flags, sink);
    }

    private static LineProblem Check(ReadOnlySpan<char> line, ReadOnlySpan<Range> fields)
    {
        if (fields.Length != Fields)
            return LineProblem.Malformed(ClamAvLineFaults.FieldCount, line.Length, $"{fields.Length} fields between colons where {Fields} belong.");
        foreach (var field in (ReadOnlySpan<int>)[EncryptedField, SizeField, StoredSizeField, MethodField, PositionField, DepthField])
        {
            var text = line[fields[field]];
            if (text is not "*" && text.ContainsAnyExceptInRange('0', '9'))
                return LineProblem.Malformed(ClamAvMemberFaults.Number, fields[field].Start.Value, $"'{text}' is neither a number nor *.");
        }

        // ClamAV takes characters in pairs and compares nothing.
        var checksum = line[fields[ChecksumField]];
        if (checksum is not "*" && checksum.Length % 2 != 0)
        {
            return LineProblem.Malformed(
                ClamAvMemberFaults.Number, fields[ChecksumField].Start.Value, $"'{checksum}' is not a checksum in pairs of digits, nor *.");
        }

        if (line[fields[EncryptedField]] is not ("*" or "0" or "1" or ""))
            return LineProblem.Unsupported("an encryption mark other than 0, 1 and *, which no member has");
        return default;
    }
}
