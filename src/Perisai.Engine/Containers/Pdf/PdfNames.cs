using System.Collections.Frozen;

namespace Perisai.Engine.Containers.Pdf;

/// <summary>Names that have a meaning to programs, which nobody has a reason to write with #xx in place of letters.</summary>
internal static class PdfNames
{
    private static readonly FrozenSet<string> _known = new[]
    {
        "AA", "Action", "ASCII85Decode", "ASCIIHexDecode", "A85", "AHx", "CCITTFaxDecode", "Contents", "Crypt", "DCTDecode", "EmbeddedFile",
        "Encrypt", "Filter", "FlateDecode", "Fl", "ImportData", "JavaScript", "JBIG2Decode", "JPXDecode", "JS", "Launch", "Length", "LZWDecode",
        "Named", "Names", "ObjStm", "OpenAction", "Page", "Pages", "RichMedia", "Root", "RunLengthDecode", "S", "Standard", "SubmitForm", "Type",
        "URI", "XFA", "XRef",
    }.ToFrozenSet(StringComparer.Ordinal);

    public static bool IsKnown(string name) => _known.Contains(name);
}
