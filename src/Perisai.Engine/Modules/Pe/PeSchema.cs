using System.Text;
using Perisai.Engine.Formats.Pe;

namespace Perisai.Engine.Modules.Pe;

/// <summary>
/// What rules can ask the pe module for: a table of names, types and where the values come from. Places are stored in segments: new fields come last.
/// </summary>
internal static class PeSchema
{
    private static readonly FactSchema<Version> _version = new FactSchema<Version>("pe.version")
        .Integer("major", version => version.Major)
        .Integer("minor", version => version.Minor);

    private static readonly FactSchema<KeyAndValue> _keyAndValue = new FactSchema<KeyAndValue>("pe.version_info_list")
        .Text("key", pair => pair.Key)
        .Text("value", pair => pair.Value);

    private static readonly FactSchema<Directory> _directory = new FactSchema<Directory>("pe.data_directories")
        .Integer("virtual_address", directory => directory.Address)
        .Integer("size", directory => directory.Length);

    private static readonly FactSchema<Section> _section = new FactSchema<Section>("pe.sections")
        .Text("name", section => section.Header.Name)
        .Text("full_name", section => PeDetails.ReadFullName(section.Image, section.Header.Name))
        .Integer("characteristics", section => section.Header.Characteristics)
        .Integer("virtual_address", section => section.Header.Address)
        .Integer("virtual_size", section => section.Header.VirtualLength)
        .Integer("raw_data_offset", section => section.Header.RawOffset)
        .Integer("raw_data_size", section => section.Header.RawLength)
        .Integer("pointer_to_relocations", section => section.Header.RelocationsOffset)
        .Integer("pointer_to_line_numbers", section => section.Header.LineNumbersOffset)
        .Integer("number_of_relocations", section => section.Header.RelocationCount)
        .Integer("number_of_line_numbers", section => section.Header.LineNumberCount);

    private static readonly FactSchema<PeOverlay> _overlay = new FactSchema<PeOverlay>("pe.overlay")
        .Integer("offset", overlay => overlay.Offset)
        .Integer("size", overlay => overlay.Length);

    private static readonly FactSchema<PeRichSignature> _rich = new FactSchema<PeRichSignature>("pe.rich_signature")
        .Integer("offset", rich => rich.Offset)
        .Integer("length", rich => rich.Raw.Length)
        .Integer("key", rich => rich.Key)
        .Text("raw_data", rich => rich.Raw)
        .Text("clear_data", rich => rich.Clear)
        .Text("version_data", rich => rich.Versions)
        .Function("version", PeFunctions.RichVersion, Returns("i"), Returns("ii"))
        .Function("toolid", PeFunctions.RichTool, Returns("i"), Returns("ii"));

    private static readonly FactSchema<PeExport> _export = new FactSchema<PeExport>("pe.export_details")
        .Integer("offset", export => export.Offset)
        .Text("name", export => export.Name)
        .Text("forward_name", export => export.ForwardName)
        .Integer("ordinal", export => export.Ordinal)
        .Integer("rva", export => export.Address);

    private static readonly FactSchema<PeImportedFunction> _function = new FactSchema<PeImportedFunction>("pe.import_details.functions")
        .Text("name", function => function.Name)
        .Integer("ordinal", function => function.Ordinal)
        .Integer("rva", function => function.Address);

    private static readonly FactSchema<PeImportedLibrary> _library = new FactSchema<PeImportedLibrary>("pe.import_details")
        .Text("library_name", library => library.Name)
        .Integer("number_of_functions", library => library.Functions.Count)
        .StructArray("functions", _function, library => library.Functions);

    private static readonly FactSchema<PeResource> _resource = new FactSchema<PeResource>("pe.resources")
        .Integer("rva", resource => resource.Address)
        .Integer("offset", resource => resource.Offset)
        .Integer("length", resource => resource.Length)
        .Integer("type", resource => resource.Type.Id)
        .Integer("id", resource => resource.Name.Id)
        .Integer("language", resource => resource.Language.Id)
        .Text("type_string", resource => resource.Type.ReadName(resource.Reader))
        .Text("name_string", resource => resource.Name.ReadName(resource.Reader))
        .Text("language_string", resource => resource.Language.ReadName(resource.Reader));

    private static readonly FactSchema<CertificateFacts> _certificate =
        AddCertificate(new FactSchema<CertificateFacts>("pe.signatures.certificates"), certificate => certificate);

    private static readonly FactSchema<AuthenticodeSigner> _signer = new FactSchema<AuthenticodeSigner>("pe.signatures.signer_info")
        .Text("program_name", signer => signer.ProgramName)
        .Text("digest", signer => Hexadecimal.Of(signer.Digest))
        .Text("digest_alg", signer => Ascii(signer.DigestAlgorithm))
        .Integer("length_of_chain", signer => signer.Chain?.Count ?? 0)
        .StructArray("chain", _certificate, signer => signer.Chain ?? []);

    private static readonly FactSchema<Countersignature> _countersignature = new FactSchema<Countersignature>("pe.signatures.countersignatures")
        .Integer("verified", counter => counter.IsVerified ? 1 : 0)
        .Integer("sign_time", counter => counter.Time)
        .Text("digest_alg", counter => Ascii(counter.DigestAlgorithm))
        .Text("digest", counter => Hexadecimal.Of(counter.Digest))
        .Integer("length_of_chain", counter => counter.Chain?.Count ?? 0)
        .StructArray("chain", _certificate, counter => counter.Chain ?? []);

    private static readonly FactSchema<AuthenticodeSignature> _signature =
        AddCertificate(new FactSchema<AuthenticodeSignature>("pe.signatures"), signature => signature.Signer?.Chain is [var first, ..] ? first : null)
        .Integer("verified", signature => signature.IsVerified ? 1 : 0)
        .Text("digest_alg", signature => Ascii(signature.DigestAlgorithm))
        .Text("digest", signature => Hexadecimal.Of(signature.Digest))
        .Text("file_digest", signature => Hexadecimal.Of(signature.FileDigest))
        .Integer("number_of_certificates", signature => signature.Certificates?.Count ?? 0)
        .StructArray("certificates", _certificate, signature => signature.Certificates ?? [])
        .Struct("signer_info", _signer, signature => signature.Signer)
        .Integer("number_of_countersignatures", signature => signature.Countersignatures.Count)
        .StructArray("countersignatures", _countersignature, signature => signature.Countersignatures)
        .Function("valid_on", PeFunctions.ValidOn, Returns("i"));

    public static FactSchema<PeFacts> Module { get; } = AddDetails(AddFunctions(AddHeaders(AddConstants(new FactSchema<PeFacts>("pe")))));

    private static FactSchema<PeFacts> AddConstants(FactSchema<PeFacts> schema)
    {
        foreach (var (name, value) in PeConstants.All)
            schema.Constant(name, value);
        return schema;
    }

    /// <summary>Numbers are places in the header, counted from <c>PE\0\0</c>.</summary>
    private static FactSchema<PeFacts> AddHeaders(FactSchema<PeFacts> schema) => schema
        .IsThere("is_pe")
        .Integer("machine", pe => pe.Image.Machine)
        .Integer("number_of_sections", pe => pe.Image.SectionCount)
        .Integer("timestamp", pe => pe.Image.Timestamp)
        .Integer("pointer_to_symbol_table", pe => pe.Image.SymbolTableOffset)
        .Integer("number_of_symbols", pe => pe.Image.SymbolCount)
        .Integer("size_of_optional_header", pe => pe.Image.OptionalHeaderLength)
        .Integer("characteristics", pe => pe.Image.Characteristics)
        .Integer("entry_point", pe => pe.Image.ToOffset(pe.Image.EntryPointAddress))
        .Integer("entry_point_raw", pe => pe.Image.EntryPointAddress)
        .Integer("image_base", pe => unchecked((long)pe.Image.ImageBase))
        .Integer("number_of_rva_and_sizes", pe => pe.Image.DirectoryCount)
        .Integer("number_of_version_infos", pe => pe.VersionStrings.Count)
        .Add("version_info", new DictionaryType(ModuleType.Text), pe => RuleValue.Of(pe.VersionDictionary))
        .Array(
            "version_info_list", _keyAndValue.Type, pe => pe.VersionStrings,
            pair => RuleValue.Of(_keyAndValue.Bind(new KeyAndValue(pair.Key, pair.Value))))
        .Integer("opthdr_magic", pe => pe.Image.UInt16(24))
        .Integer("size_of_code", pe => pe.Image.UInt32(24 + 4))
        .Integer("size_of_initialized_data", pe => pe.Image.UInt32(24 + 8))
        .Integer("size_of_uninitialized_data", pe => pe.Image.UInt32(24 + 12))
        .Integer("base_of_code", pe => pe.Image.UInt32(24 + 20))
        .Integer("base_of_data", pe => pe.Image.Is64Bit ? null : pe.Image.UInt32(24 + 24))
        .Integer("section_alignment", pe => pe.Image.UInt32(24 + 32))
        .Integer("file_alignment", pe => pe.Image.FileAlignment)
        .Struct("linker_version", _version, pe => new Version(pe.Image.Byte(24 + 2), pe.Image.Byte(24 + 3)))
        .Struct("os_version", _version, pe => new Version(pe.Image.UInt16(24 + 40), pe.Image.UInt16(24 + 42)))
        .Struct("image_version", _version, pe => new Version(pe.Image.UInt16(24 + 44), pe.Image.UInt16(24 + 46)))
        .Struct("subsystem_version", _version, pe => new Version(pe.Image.UInt16(24 + 48), pe.Image.UInt16(24 + 50)))
        .Integer("win32_version_value", pe => pe.Image.UInt32(24 + 52))
        .Integer("size_of_image", pe => pe.Image.ImageLength)
        .Integer("size_of_headers", pe => pe.Image.UInt32(24 + 60))
        .Integer("checksum", pe => pe.Image.UInt32(24 + 64))
        .Function("calculate_checksum", PeFunctions.CalculateChecksum, Returns(""))
        .Integer("subsystem", pe => pe.Image.UInt16(24 + 68))
        .Integer("dll_characteristics", pe => pe.Image.UInt16(24 + 70))
        .Integer("size_of_stack_reserve", pe => Size(pe, 0))
        .Integer("size_of_stack_commit", pe => Size(pe, 1))
        .Integer("size_of_heap_reserve", pe => Size(pe, 2))
        .Integer("size_of_heap_commit", pe => Size(pe, 3))
        .Integer("loader_flags", pe => pe.Image.UInt32(24 + (pe.Image.Is64Bit ? 104 : 88)))
        .StructArray("data_directories", _directory, Directories)
        .Add("sections", new ArrayType(_section.Type), pe => RuleValue.Of(new MappedArray<PeSectionHeader>(
            pe.Image.Sections, header => RuleValue.Of(_section.Bind(new Section(pe.Image, header))))))
        .Struct("overlay", _overlay, pe => pe.Overlay)
        .Struct("rich_signature", _rich, pe => pe.Rich);

    private static FactSchema<PeFacts> AddFunctions(FactSchema<PeFacts> schema) => schema
        .Function("imphash", PeFunctions.ImportHash, new FunctionOverload("", ModuleType.Text))
        .Function("section_index", PeFunctions.SectionIndex, Returns("s"), Returns("i"))
        .Function("exports", PeFunctions.Exports, Returns("s"), Returns("r"), Returns("i"))
        .Function("exports_index", PeFunctions.ExportsIndex, Returns("s"), Returns("i"), Returns("r"))
        .Function(
            "imports", PeFunctions.Imports,
            Returns("ss"), Returns("si"), Returns("s"), Returns("rr"), Returns("iss"), Returns("isi"), Returns("is"), Returns("irr"))
        .Function("import_rva", PeFunctions.ImportAddress, Returns("ss"), Returns("si"))
        .Function("delayed_import_rva", PeFunctions.DelayedImportAddress, Returns("ss"), Returns("si"))
        .Function("locale", PeFunctions.Locale, Returns("i"))
        .Function("language", PeFunctions.Language, Returns("i"))
        .Function("is_dll", PeFunctions.IsLibrary, Returns(""))
        .Function("is_32bit", PeFunctions.Is32Bit, Returns(""))
        .Function("is_64bit", PeFunctions.Is64Bit, Returns(""));

    private static FactSchema<PeFacts> AddDetails(FactSchema<PeFacts> schema) => schema
        .Integer("number_of_imports", pe => pe.Imports.Count)
        .Integer("number_of_imported_functions", pe => pe.Imports.Sum(library => library.Functions.Count))
        .Integer("number_of_delayed_imports", pe => pe.DelayedImports.Count)
        .Integer("number_of_delayed_imported_functions", pe => pe.DelayedImports.Sum(library => library.Functions.Count))
        .Integer("number_of_exports", pe => pe.Exports.Exports.Count)
        .Text("dll_name", pe => pe.Exports.LibraryName)
        .Integer("export_timestamp", pe => pe.Exports.Timestamp)
        .StructArray("export_details", _export, pe => pe.Exports.Exports)
        .StructArray("import_details", _library, pe => pe.Imports)
        .StructArray("delayed_import_details", _library, pe => pe.DelayedImports)
        .Integer("resource_timestamp", pe => pe.Resources.Timestamp)
        .Struct("resource_version", _version, pe => pe.Resources is { MajorVersion: { } major, MinorVersion: { } minor } ? new Version(major, minor) : null)
        .StructArray("resources", _resource, pe => pe.Resources.Resources)
        .Integer("number_of_resources", pe => pe.Resources.Resources.Count)
        .Text("pdb_path", pe => pe.DebugPath)
        .StructArray("signatures", _signature, pe => pe.Signatures)
        .Integer("is_signed", pe => pe.Signatures.Count == 0 ? null : pe.Signatures.Any(signature => signature.IsVerified) ? 1 : 0)
        .Integer("number_of_signatures", pe => pe.Signatures.Count)
        .Function("rva_to_offset", PeFunctions.ToOffset, Returns("i"));

    private static FactSchema<T> AddCertificate<T>(FactSchema<T> schema, Func<T, CertificateFacts?> get)
        where T : class => schema
        .Text("thumbprint", facts => Hexadecimal.Of(get(facts)?.Thumbprint))
        .Text("issuer", facts => get(facts)?.Issuer)
        .Text("subject", facts => get(facts)?.Subject)
        .Integer("version", facts => get(facts)?.Version)
        .Text("algorithm", facts => get(facts) is { } certificate ? Ascii(CryptographicNames.Find(certificate.AlgorithmIdentifier)) : null)
        .Text("algorithm_oid", facts => Ascii(get(facts)?.AlgorithmIdentifier))
        .Text("serial", facts => Ascii(get(facts)?.Serial))
        .Integer("not_before", facts => get(facts)?.NotBefore)
        .Integer("not_after", facts => get(facts)?.NotAfter);

    private static FunctionOverload Returns(string parameters) => new(parameters, ModuleType.Integer);

    private static byte[]? Ascii(string? text) => text is null ? null : Encoding.ASCII.GetBytes(text);

    /// <summary>The sizes of stack and heap, four in a row.</summary>
    private static long Size(PeFacts pe, int index) =>
        pe.Image.Is64Bit ? unchecked((long)pe.Image.UInt64(24 + 72 + index * 8)) : pe.Image.UInt32(24 + 72 + index * 4);

    private static Directory[] Directories(PeFacts pe)
    {
        // A number with the highest bit counts as negative.
        var directories = new Directory[Math.Clamp(unchecked((int)pe.Image.DirectoryCount), 0, PeFormat.MaximumDirectories)];
        for (var i = 0; i < directories.Length; i++)
        {
            var (address, length) = pe.Image.DirectoryAt(i);
            directories[i] = new Directory(address, length);
        }

        return directories;
    }

    private sealed record Version(long Major, long Minor);

    private sealed record KeyAndValue(byte[] Key, byte[] Value);

    private sealed record Directory(uint Address, uint Length);

    private sealed record Section(PeImage Image, PeSectionHeader Header);
}
