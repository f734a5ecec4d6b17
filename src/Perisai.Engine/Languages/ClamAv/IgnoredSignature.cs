using Perisai.Engine.Definitions.Ir;

namespace Perisai.Engine.Languages.ClamAv;

/// <summary>
/// A line of .ign or .ign2: <c>name[:MD5 of the database line]</c>, or in the old form <c>database:line number:name</c>, of which ClamAV
/// heeds only the name. The MD5 is that of the whole line without its line break; the name is compared whole and case matters.
/// </summary>
internal static class IgnoredSignature
{
    private const int MostFields = 3;

    /// <summary>Reads one line and retracts what it names.</summary>
    public static void Parse(ReadOnlySpan<char> line, SourceLocation location, DefinitionFlags flags, IDefinitionSink sink)
    {
        Span<Range> fields = stackalloc Range[MostFields + 1];
        var count = line.Split(fields, ':');
        if (count > MostFields)
        {
            Report(sink, location, fields[MostFields].Start.Value, ClamAvLineFaults.FieldCount,
                $"{count} fields between colons where at most {MostFields} belong (name[:MD5 of the line]). Correct or remove the line.");
            return;
        }

        var name = line[fields[count == MostFields ? 2 : 0]];
        if (name.IsEmpty)
        {
            Report(sink, location, fields[count == MostFields ? 2 : 0].Start.Value, ClamAvLineFaults.EmptyName,
                "The name of what is to be ignored is empty. Correct or remove the line.");
            return;
        }

        if (count == 2 && (line[fields[1]] is var digest) && (digest.Length != 32 || !IsHex(digest)))
        {
            Report(sink, location, fields[1].Start.Value, ClamAvLineFaults.Digest,
                "The MD5 of the ignored line is not 32 hexadecimal digits. Correct it, or leave it and the colon out to ignore the name in every line.");
            return;
        }

        sink.Retract(SignatureName.Decode(name), count == 2 ? line[fields[1]].ToString().ToLowerInvariant() : null, location);
    }

    private static bool IsHex(ReadOnlySpan<char> text)
    {
        foreach (var character in text)
        {
            if (!char.IsAsciiHexDigit(character))
                return false;
        }

        return true;
    }

    private static void Report(IDefinitionSink sink, SourceLocation location, int column, string id, string message) =>
        sink.AddDiagnostic(Diagnostic.At(location with { Column = column + 1 }, id, message));
}
