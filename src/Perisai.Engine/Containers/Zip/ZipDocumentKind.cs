namespace Perisai.Engine.Containers.Zip;

/// <summary>
/// What a zip archive is besides an archive, as the names of its first entries tell: a package of Office Open XML has a list of its content types and the parts
/// of one application (ECMA-376 part 2, 10.1; part 1, 11.3), a Hangul document a package file (KS X 6101).
/// </summary>
internal static class ZipDocumentKind
{
    /// <summary>Entries that are looked at; programs write the names that tell among the first dozen.</summary>
    private const int Looked = 256;

    public static FileType Of(ReadOnlySpan<ZipEntry> entries)
    {
        var isPackage = false;
        var kind = FileType.Unknown;
        foreach (ref readonly var entry in entries[..Math.Min(Looked, entries.Length)])
        {
            var name = entry.Name;
            if (name == "Contents/content.hpf")
                return FileType.HwpxDocument;
            isPackage |= name == "[Content_Types].xml";
            if (kind != FileType.Unknown)
                continue;
            kind = StartsWith(name, "word/") ? FileType.OoxmlDocument
                : StartsWith(name, "xl/") ? FileType.OoxmlWorkbook
                : StartsWith(name, "ppt/") ? FileType.OoxmlPresentation
                : FileType.Unknown;
        }

        return isPackage ? kind : FileType.Unknown;
    }

    private static bool StartsWith(string name, string folder) => name.StartsWith(folder, StringComparison.Ordinal);
}
