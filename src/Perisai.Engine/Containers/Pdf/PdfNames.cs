using System.Collections.Frozen;

namespace Perisai.Engine.Containers.Pdf;

/// <summary>
/// Names that nobody has a reason to write with #xx in place of letters. They are those for which clamscan 1.4.6 says so, as measured with
/// one file for each of some 150 names of ISO 32000.
/// </summary>
internal static class PdfNames
{
    private static readonly FrozenSet<string> _known = new[]
    {
        "A85", "AHx", "ASCII85Decode", "ASCIIHexDecode", "CCF", "CCITTFaxDecode", "Contents", "Crypt", "DCT", "DCTDecode", "EmbeddedFile", "Filter",
        "Fl", "FlateDecode", "Image", "JavaScript", "JBIG2Decode", "JPXDecode", "Launch", "Length", "LZW", "LZWDecode", "OpenAction", "Page", "R", "RL",
        "RunLengthDecode", "S", "Sig", "Standard", "Type", "V",
    }.ToFrozenSet(StringComparer.Ordinal);

    public static bool IsKnown(string name) => _known.Contains(name);
}
