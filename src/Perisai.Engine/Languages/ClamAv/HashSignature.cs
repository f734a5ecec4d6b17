using System.Buffers;
using System.Text;
using Perisai.Engine.Definitions.Ir;

namespace Perisai.Engine.Languages.ClamAv;

/// <summary>
/// Lines of the digest databases: <c>digest:size:name[:minimum level[:maximum level]]</c>, for PE sections with the size first. The digest's
/// length tells its algorithm in every one of them, and a size of <c>*</c> means any, both as ClamAV reads them (cli_loadhash).
/// See https://docs.clamav.net/manual/Signatures/HashSignatures.html.
/// </summary>
internal static class HashSignature
{
    private const int MostFields = 5;

    /// <summary>Sizes are below this in ClamAV, which counts them in 32 bits.</summary>
    private const uint SizeLimit = uint.MaxValue;

    /// <summary>A line of .hdb, .hdu, .hsb or .hsu: digests of whole files.</summary>
    public static void ParseFile(ReadOnlySpan<char> line, SourceLocation location, DefinitionFlags flags, IDefinitionSink sink) =>
        Parse(line, location, flags, HashScope.Object, sizeFirst: false, sink);

    /// <summary>A line of .mdb, .mdu, .msb or .msu: digests of PE sections.</summary>
    public static void ParseSection(ReadOnlySpan<char> line, SourceLocation location, DefinitionFlags flags, IDefinitionSink sink) =>
        Parse(line, location, flags, HashScope.PeSection, sizeFirst: true, sink);

    /// <summary>A line of .imp: digests of PE import tables.</summary>
    public static void ParseImports(ReadOnlySpan<char> line, SourceLocation location, DefinitionFlags flags, IDefinitionSink sink) =>
        Parse(line, location, flags, HashScope.PeImports, sizeFirst: false, sink);

    /// <summary>A line of .fp or .sfp: digests of files in which nothing is to be found.</summary>
    public static void ParseAllowed(ReadOnlySpan<char> line, SourceLocation location, DefinitionFlags flags, IDefinitionSink sink) =>
        Parse(line, location, flags | DefinitionFlags.Allow, HashScope.Object, sizeFirst: false, sink);

    private static void Parse(
        ReadOnlySpan<char> line, SourceLocation location, DefinitionFlags flags, HashScope scope, bool sizeFirst, IDefinitionSink sink)
    {
        // One more than may be, so that too many are seen as such.
        Span<Range> fields = stackalloc Range[MostFields + 1];
        var count = line.Split(fields, ':');
        if (count is < 3 or > MostFields)
        {
            var layout = sizeFirst ? "size:digest:name" : "digest:size:name";
            Report(sink, location, line.Length, ClamAvLineFaults.FieldCount,
                $"{count} fields between colons where 3 to {MostFields} belong ({layout}[:minimum level[:maximum level]]). Correct or remove the line.");
            return;
        }

        var minimum = count > 3 ? FunctionalityLevel.Parse(line[fields[3]]) : 0;
        var maximum = count > 4 ? FunctionalityLevel.Parse(line[fields[4]]) : int.MaxValue;
        var name = line[fields[2]];
        if (!FunctionalityLevel.Includes(minimum, maximum))
        {
            var kind = Path.GetExtension(location.File).TrimStart('.');
            sink.AddUnsupported(kind, name.ToString(), $"meant for other functionality levels than {FunctionalityLevel.Current}", location);
            return;
        }

        var sizeRange = fields[sizeFirst ? 0 : 1];
        var digestRange = fields[sizeFirst ? 1 : 0];
        if (!TryReadSize(line, sizeRange, scope, minimum, location, sink, out var size))
            return;
        Span<byte> digest = stackalloc byte[32];
        if (!TryReadDigest(line[digestRange], digest, out var algorithm, out var length))
        {
            Report(sink, location, digestRange.Start.Value, ClamAvLineFaults.Digest,
                "The digest is not 32 (MD5), 40 (SHA-1) or 64 (SHA-256) hexadecimal digits. Correct or remove the line.");
            return;
        }

        if (name.IsEmpty)
        {
            Report(sink, location, fields[2].Start.Value, ClamAvLineFaults.EmptyName, "The name is empty. Give the definition one.");
            return;
        }

        sink.Add(new HashDefinition(SignatureName.Decode(name), location, algorithm, scope, size, flags), digest[..length]);
    }

    private static bool TryReadSize(
        ReadOnlySpan<char> line, Range range, HashScope scope, int minimumLevel, SourceLocation location, IDefinitionSink sink, out long? size)
    {
        size = null;
        var text = line[range];
        if (text is "*")
        {
            // Those of import tables were so from the start.
            if (scope == HashScope.PeImports || minimumLevel >= FunctionalityLevel.DigestWithoutSize)
                return true;
            Report(sink, location, range.Start.Value, ClamAvLineFaults.AnySizeLevel,
                $"A size of * is allowed only with a minimum functionality level of at least {FunctionalityLevel.DigestWithoutSize}. "
                + $"Add :{FunctionalityLevel.DigestWithoutSize} after the name.");
            return false;
        }

        // As C's strtoul: white space and a plus sign may stand before the digits.
        var digits = text.TrimStart(" \t\n\v\f\r");
        if (digits is ['+', ..])
            digits = digits[1..];
        if (digits.IsEmpty || digits.ContainsAnyExceptInRange('0', '9') || !uint.TryParse(digits, out var value) || value is 0 or SizeLimit)
        {
            Report(sink, location, range.Start.Value, ClamAvLineFaults.Size,
                "The size is not a number from 1 to 4294967294. Correct or remove the line.");
            return false;
        }

        size = value;
        return true;
    }

    /// <summary>A digest in hexadecimal digits; how many tells the algorithm.</summary>
    public static bool TryReadDigest(ReadOnlySpan<char> text, Span<byte> digest, out HashAlgorithmKind algorithm, out int length)
    {
        algorithm = text.Length switch
        {
            32 => HashAlgorithmKind.Md5,
            40 => HashAlgorithmKind.Sha1,
            _ => HashAlgorithmKind.Sha256,
        };
        length = 0;
        return text.Length is 32 or 40 or 64 && Convert.FromHexString(text, digest, out _, out length) == OperationStatus.Done;
    }

    private static void Report(IDefinitionSink sink, SourceLocation location, int column, string id, string message) =>
        sink.AddDiagnostic(Diagnostic.At(location with { Column = column + 1 }, id, message));
}

/// <summary>Names of definitions: bytes in ClamAV, text here.</summary>
internal static class SignatureName
{
    /// <summary>A name whose bytes were read as one character each: UTF-8 where it is that, else as it stands.</summary>
    public static string Decode(ReadOnlySpan<char> name)
    {
        if (Ascii.IsValid(name))
            return name.ToString();
        try
        {
            return new UTF8Encoding(false, throwOnInvalidBytes: true).GetString(Encoding.Latin1.GetBytes(name.ToString()));
        }
        catch (DecoderFallbackException)
        {
            return name.ToString();
        }
    }
}
