using System.Collections.Immutable;
using System.Globalization;
using System.Security.Cryptography;
using Perisai.Engine.Definitions.Ir;
using Perisai.Engine.Formats.Authenticode;

namespace Perisai.Engine.Languages.ClamAv;

/// <summary>
/// A line of a .crb database, <c>name;1 or 0;subject;serial number;modulus;exponent;signs code;signs times;signs certificates;not before;comment
/// [;minimum level[;maximum level]]</c>: programs are trusted (1) or blocked (0) that were signed with a certificate. Subject and serial number are SHA-1
/// digests in hexadecimal digits, the latter empty for any. ClamAV takes 65537 for the exponent, whatever stands there.
/// See https://docs.clamav.net/manual/Signatures/AuthenticodeRules.html.
/// </summary>
internal static class CertificateLine
{
    private const int LeastFields = 11;
    private const int MostFields = 13;

    /// <summary>What ClamAV calls a rule without a name.</summary>
    private const string Unnamed = "(unnamed CRB rule)";

    public static void Parse(ReadOnlySpan<char> line, SourceLocation location, DefinitionFlags flags, IDefinitionSink sink)
    {
        Span<Range> fields = stackalloc Range[MostFields + 1];
        var count = line.Split(fields, ';');
        LineProblem problem = default;
        if (Parse(line, fields[..count], location, flags, ref problem) is { } definition)
            sink.Add(definition);
        else
            problem.Report(sink, line[fields[0]], location);
    }

    private static AuxiliaryDefinition? Parse(
        ReadOnlySpan<char> line, ReadOnlySpan<Range> fields, SourceLocation location, DefinitionFlags flags, ref LineProblem problem)
    {
        if (fields.Length is < LeastFields or > MostFields)
        {
            return Fail(
                ClamAvLineFaults.FieldCount, line.Length, $"{fields.Length} fields between semicolons where {LeastFields} to {MostFields} belong.", ref problem);
        }

        if (!IsForOurLevel(line, fields, ref problem)
            || !TryReadSwitch(line, fields[1], "whether it trusts", ref problem, out var trusts)
            || !TryReadDigest(line, fields[2], mayBeEmpty: false, ref problem) || !TryReadDigest(line, fields[3], mayBeEmpty: true, ref problem)
            || !TryReadSwitch(line, fields[6], "whether it signs code", ref problem, out var code)
            || !TryReadSwitch(line, fields[7], "whether it signs times", ref problem, out var times)
            || !TryReadSwitch(line, fields[8], "whether it signs certificates", ref problem, out var certificates))
            return null;
        var modulus = line[fields[4]];
        if (modulus.IsEmpty || !IsHexadecimal(modulus))
            return Fail(ClamAvBodyFaults.HexDigit, fields[4].Start.Value, "The modulus is not an even number of hexadecimal digits.", ref problem);
        var uses = (code ? KeyUses.Code : KeyUses.None) | (times ? KeyUses.Times : KeyUses.None) | (certificates ? KeyUses.Certificates : KeyUses.None);
        var name = line[fields[0]].IsEmpty ? Unnamed : SignatureName.Decode(line[fields[0]]);
        ImmutableArray<string> values =
        [
            trusts ? "1" : "0", line[fields[2]].ToString(), line[fields[3]].ToString(), modulus.ToString(),
            ((int)uses).ToString(CultureInfo.InvariantCulture), FunctionalityLevel.Parse(line[fields[9]]).ToString(CultureInfo.InvariantCulture),
        ];
        return new(AuxiliaryKind.Certificate, name, location, values, flags);
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

    /// <summary>ClamAV looks at the first character.</summary>
    private static bool TryReadSwitch(ReadOnlySpan<char> line, Range field, string what, ref LineProblem problem, out bool isOn)
    {
        isOn = line[field] is ['1', ..];
        if (line[field] is ['0' or '1', ..])
            return true;
        Fail(ClamAvMemberFaults.Number, field.Start.Value, $"'{line[field]}' does not say {what}: 0 or 1.", ref problem);
        return false;
    }

    private static bool TryReadDigest(ReadOnlySpan<char> line, Range field, bool mayBeEmpty, ref LineProblem problem)
    {
        var text = line[field];
        if ((mayBeEmpty && text.IsEmpty) || (text.Length == SHA1.HashSizeInBytes * 2 && IsHexadecimal(text)))
            return true;
        Fail(ClamAvLineFaults.Digest, field.Start.Value, $"'{text}' is not the 40 hexadecimal digits of a SHA-1 digest.", ref problem);
        return false;
    }

    private static bool IsHexadecimal(ReadOnlySpan<char> text)
    {
        foreach (var character in text)
        {
            if (!char.IsAsciiHexDigit(character))
                return false;
        }

        return text.Length % 2 == 0;
    }

    private static AuxiliaryDefinition? Fail(string id, int column, string text, ref LineProblem problem)
    {
        problem = LineProblem.Malformed(id, column, text);
        return null;
    }
}
