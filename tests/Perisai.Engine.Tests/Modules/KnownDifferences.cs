using System.Buffers.Binary;
using System.Globalization;
using System.Text.RegularExpressions;
using Perisai.Engine.Formats.DotNet;
using Perisai.Engine.Formats.Pe;

namespace Perisai.Engine.Tests.Modules;

/// <summary>In which facts of one file YARA 4.2.3 differs from 4.5, whose facts are ours: docs/yara.md lists the same.</summary>
internal sealed partial class KnownDifferences(string module, Dictionary<string, string> ours, ByteSource source)
{
    /// <summary>Rows of a table of .NET from which 4.2 reads no further; since 4.3 15,000 are allowed.</summary>
    private const int MaximumRows = 10_000;

    private bool? _hasLongTables;

    /// <summary>Why a fact that differs may; null where it may not. A value is null where the fact is undefined.</summary>
    public string? ReasonFor(string field, string? their, string? our) => module switch
    {
        "pe" when their is null && NewInPe().IsMatch(field) => "pe: fields that came with 4.3",
        "pe" when field.EndsWith("].number_of_functions", StringComparison.Ordinal) && their == FunctionsUpTo(field) =>
            "pe: 4.2 counts the functions of the libraries before among those of a library",
        "pe" when field == "number_of_imports" && long.Parse(their!, CultureInfo.InvariantCulture) > long.Parse(our!, CultureInfo.InvariantCulture) =>
            "pe: 4.2 counts libraries of which nothing is imported",
        "dotnet" when their is null && NewInDotNet().IsMatch(field) => "dotnet: classes came with 4.3",
        "dotnet" when our is not null && Blob().IsMatch(field) && their == WithoutLastByte(our) => "dotnet: 4.2 leaves out the last byte of blobs",
        "dotnet" when their is null && HasLongTables => $"dotnet: 4.2 reads no further than a table of {MaximumRows} rows",
        "macho" when their is not null && our is not null && (field == "magic" || field.EndsWith(".magic", StringComparison.Ordinal))
            && (uint)long.Parse(our, CultureInfo.InvariantCulture) == BinaryPrimitives.ReverseEndianness((uint)long.Parse(their, CultureInfo.InvariantCulture)) =>
            "macho: magic numbers are read as big-endian since 4.3",
        _ => null,
    };

    private bool HasLongTables => _hasLongTables ??= PeImage.Read(new BoundedReader(source, new ScanBudget(ScanLimits.Default))) is { } image
        && DotNetImage.Read(image)?.Tables is { } stream && MetadataTables.Read(image.Reader, stream.Offset) is var tables
        && (!tables.IsComplete || Enumerable.Range(0, 64).Any(table => tables.RowCount(table) > MaximumRows));

    /// <summary>Functions of a library and of those before it.</summary>
    private string FunctionsUpTo(string field)
    {
        var library = int.Parse(field.AsSpan("import_details[".Length, field.IndexOf(']', StringComparison.Ordinal) - "import_details[".Length), CultureInfo.InvariantCulture);
        return Enumerable.Range(0, library + 1).Sum(i => long.Parse(ours[$"import_details[{i}].number_of_functions"], CultureInfo.InvariantCulture))
            .ToString(CultureInfo.InvariantCulture);
    }

    /// <summary>A quoted text without the byte before the quote, which is one character or four.</summary>
    private static string WithoutLastByte(string quoted) => quoted == "\"\"" ? quoted :
        Regex.Replace(quoted, "(\\\\x[0-9a-f]{2}|.)\"$", "\"", RegexOptions.Singleline);

    [GeneratedRegex(@"^(import_details\[\d+\]\.functions\[\d+\]\.rva|export_details\[\d+\]\.rva|delayed_import_details\[.*|rich_signature\.version_data|is_signed"
        + @"|signatures\[\d+\]\.(certificates|signer_info|countersignatures|verified|digest|digest_alg|file_digest|number_of_certificates|number_of_countersignatures).*)$")]
    private static partial Regex NewInPe();

    [GeneratedRegex(@"^number_of_classes$")]
    private static partial Regex NewInDotNet();

    [GeneratedRegex(@"^(constants\[\d+\]|assembly_refs\[\d+\]\.public_key_or_token)$")]
    private static partial Regex Blob();
}
