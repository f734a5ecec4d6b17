using System.Collections.Frozen;
using System.Globalization;
using Perisai.Engine.Definitions.Ir;

namespace Perisai.Engine.Languages.ClamAv;

/// <summary>
/// A line of a .cfg database, <c>category:0xflags[:minimum level[:maximum level]]</c>, by which whoever publishes definitions switches parts of ClamAV off
/// everywhere at once. It is read and checked and never obeyed: nobody who writes definitions can take from a user what looks at files. A line that would
/// switch something off is listed with what that is.
/// See https://docs.clamav.net/manual/Signatures/DynamicConfig.html.
/// </summary>
internal static class FeatureSwitch
{
    /// <summary>Parts of ClamAV 1.4 by category, in the order of their bits.</summary>
    private static readonly FrozenDictionary<string, string[]> Parts = new Dictionary<string, string[]>
    {
        ["PE"] = Words("PARITE KRIZ MAGISTR POLIPOS MD5SECT UPX FSG SWIZZOR PETITE PESPIN YC WWPACK NSPACK MEW UPACK ASPACK CATALOG CERTS MATCHICON IMPTBL"),
        ["ELF"] = Words("ELF"),
        ["MACHO"] = Words("MACHO"),
        ["ARCHIVE"] = Words(
            "RAR ZIP GZIP BZIP SZDD CAB CHM OLE2 TAR BINHEX SIS NSIS ARJ AUTOIT CPIO ISHIELD 7ZIP ISO9660 DMG XAR HFSPLUS XZ PASSWD MBR GPT APM EGG "
            + "UDF LHA ALZ"),
        ["DOCUMENT"] = Words("HTML RTF PDF SCRIPT HTMLSKIPRAW JSNORM SWF MSPML OOXML HWP ONENOTE"),
        ["MAIL"] = Words("MBOX TNEF"),
        ["OTHER"] = Words(
            "UUENCODED SCRENC RIFF JPEG CRYPTFF DLP MYDOOMLOG PREFILTERING PDFNAMEOBJ PRTNINTXN LZW PNG GIF TIFF IMAGE-FUZZY-HASH"),
        ["PHISHING"] = Words("ENGINE ENTCONV"),
        ["BYTECODE"] = Words("INTERPRETER JIT-X86 JIT-PPC JIT-ARM"),
        ["STATS"] = [],
        ["PCRE"] = Words("SUPPORT OPTIONS GLOBAL"),
    }.ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>What ClamAV itself has switched off: a heuristic that named harmless programs, and another processor's compiler.</summary>
    private static readonly string[] OffByDefault = ["SWIZZOR", "JIT-PPC", "JIT-ARM"];

    public static void Parse(ReadOnlySpan<char> line, SourceLocation location, DefinitionFlags flags, IDefinitionSink sink)
    {
        // ClamAV passes over a category that it does not know, and reads no further than what it needs.
        var colon = line.IndexOf(':');
        var category = colon < 0 ? "" : line[..colon].ToString();
        if (!Parts.TryGetValue(category, out var parts) || !IsForOurLevel(line))
            return;
        if (!TryReadFlags(line[(colon + 1)..], out var set))
        {
            LineProblem.Malformed(ClamAvMemberFaults.Number, colon + 1, "The flags are not 0x and hexadecimal digits. Correct or remove the line.")
                .Report(sink, category, location);
            return;
        }

        var off = parts.Where((part, bit) => (set & (1UL << bit)) == 0 && !OffByDefault.Contains(part)).ToList();
        if (off.Count == 0)
            return;
        var list = (set & ((1UL << parts.Length) - 1)) == 0 ? "all of it" : string.Join(", ", off);
        sink.AddUnsupported("cfg", category, $"would switch off in ClamAV's {category}: {list}; definitions switch nothing off here", location);
    }

    private static bool TryReadFlags(ReadOnlySpan<char> text, out ulong flags)
    {
        flags = 0;
        if (!text.StartsWith("0x", StringComparison.Ordinal))
            return false;
        var digits = text[2..];
        var end = 0;
        while (end < digits.Length && char.IsAsciiHexDigit(digits[end]))
            end++;
        return end is > 0 and <= 16 && ulong.TryParse(digits[..end], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out flags);
    }

    private static bool IsForOurLevel(ReadOnlySpan<char> line)
    {
        // ClamAV takes colons in a row for one, and a level that does not begin with a digit for nobody's.
        Span<Range> fields = stackalloc Range[5];
        var count = line.Split(fields, ':', StringSplitOptions.RemoveEmptyEntries);
        return (count < 3 || char.IsAsciiDigit(line[fields[2]][0])) && (count < 4 || char.IsAsciiDigit(line[fields[3]][0]))
            && FunctionalityLevel.Includes(
                count < 3 ? 0 : FunctionalityLevel.Parse(line[fields[2]]), count < 4 ? int.MaxValue : FunctionalityLevel.Parse(line[fields[3]]));
    }

    private static string[] Words(string text) => text.Split(' ');
}
