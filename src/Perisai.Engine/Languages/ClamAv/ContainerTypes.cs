using System.Collections.Frozen;
using System.Collections.Immutable;

namespace Perisai.Engine.Languages.ClamAv;

/// <summary>ClamAV's names of file types that can be containers, and ours.</summary>
internal static class ContainerTypes
{
    /// <summary>The types that a name stands for; none where we never open such a container.</summary>
    public static ImmutableArray<FileType> Of(string name) => name switch
    {
        "CL_TYPE_ZIP" => [FileType.Zip],
        "CL_TYPE_GZ" => [FileType.Gzip],
        "CL_TYPE_BZ" => [FileType.Bzip2],
        "CL_TYPE_XZ" => [FileType.Xz],
        "CL_TYPE_POSIX_TAR" or "CL_TYPE_OLD_TAR" => [FileType.Tar],
        "CL_TYPE_CPIO_OLD" or "CL_TYPE_CPIO_ODC" or "CL_TYPE_CPIO_NEWC" or "CL_TYPE_CPIO_CRC" => [FileType.Cpio],
        "CL_TYPE_RAR" => [FileType.Rar4, FileType.Rar5],
        "CL_TYPE_7Z" => [FileType.SevenZip],
        "CL_TYPE_ARJ" => [FileType.Arj],
        "CL_TYPE_MSCAB" => [FileType.Cab],
        "CL_TYPE_ISO9660" => [FileType.Iso9660],
        "CL_TYPE_MAIL" => [FileType.Mail, FileType.Mbox],
        "CL_TYPE_TNEF" => [FileType.Tnef],
        "CL_TYPE_UUENCODED" => [FileType.Uuencode],
        "CL_TYPE_BINHEX" => [FileType.BinHex],
        "CL_TYPE_MSSZDD" => [FileType.Szdd],
        "CL_TYPE_MSCHM" => [FileType.Chm],
        "CL_TYPE_MSOLE2" => [FileType.Ole2],
        "CL_TYPE_PDF" => [FileType.Pdf],
        "CL_TYPE_RTF" => [FileType.Rtf],
        "CL_TYPE_SWF" => [FileType.Swf],
        "CL_TYPE_HTML" => [FileType.Html],
        "CL_TYPE_MSEXE" => [FileType.Pe],
        "CL_TYPE_ELF" => [FileType.Elf],
        "CL_TYPE_MACHO_UNIBIN" => [FileType.MachOFat],
        "CL_TYPE_DMG" => [FileType.Dmg],
        "CL_TYPE_XAR" => [FileType.Xar],
        "CL_TYPE_LHA_LZH" => [FileType.Lha],
        "CL_TYPE_ALZ" => [FileType.Alz],
        "CL_TYPE_EGG" => [FileType.Egg],
        "CL_TYPE_ONENOTE" => [FileType.OneNote],
        "CL_TYPE_SIS" => [FileType.Sis],
        "CL_TYPE_UDF" => [FileType.Udf],
        "CL_TYPE_MBR" or "CL_TYPE_PART_ANY" => [FileType.DiskImage],
        "CL_TYPE_APM" => [FileType.ApplePartitions],
        "CL_TYPE_PART_HFSPLUS" => [FileType.HfsPlus],
        "CL_TYPE_NULSFT" => [FileType.Nsis],
        "CL_TYPE_AUTOIT" => [FileType.AutoIt],
        "CL_TYPE_ISHIELD_MSI" => [FileType.InstallShieldSetup],
        "CL_TYPE_HWP3" => [FileType.Hwp3],
        "CL_TYPE_SCRENC" => [FileType.EncodedScript],
        "CL_TYPE_MACHO" => [FileType.MachO],
        "CL_TYPE_OOXML_WORD" => [FileType.OoxmlDocument],
        "CL_TYPE_OOXML_XL" => [FileType.OoxmlWorkbook],
        "CL_TYPE_OOXML_PPT" => [FileType.OoxmlPresentation],
        "CL_TYPE_OOXML_HWP" => [FileType.HwpxDocument],
        "CL_TYPE_XML_WORD" or "CL_TYPE_XML_XL" or "CL_TYPE_XML_HWP" or "CL_TYPE_XDP" => [FileType.Xml],
        "CL_TYPE_GPT" => [FileType.DiskImage],
        _ => [],
    };

    /// <summary>The types that a name stands for, containers or not; none where we tell no such type apart.</summary>
    public static ImmutableArray<FileType> OfMarks(string name) => name switch
    {
        "CL_TYPE_TEXT_ASCII" or "CL_TYPE_TEXT_UTF8" => [FileType.Text],
        "CL_TYPE_TEXT_UTF16LE" or "CL_TYPE_TEXT_UTF16BE" => [FileType.TextUtf16],
        "CL_TYPE_SCRIPT" => [FileType.Script],
        "CL_TYPE_GIF" => [FileType.Gif],
        "CL_TYPE_PNG" => [FileType.Png],
        "CL_TYPE_JPEG" => [FileType.Jpeg],
        "CL_TYPE_TIFF" => [FileType.Tiff],
        "CL_TYPE_GRAPHICS" => [FileType.Bmp],
        "CL_TYPE_RIFF" => [FileType.Riff],
        "CL_TYPE_PS" => [FileType.PostScript],
        "CL_TYPE_LNK" => [FileType.Lnk],
        "CL_TYPE_JAVA" => [FileType.JavaClass],
        "CL_TYPE_PYTHON_COMPILED" => [FileType.PythonBytecode],
        "CL_TYPE_GPT" => [FileType.DiskImage],
        _ => Of(name),
    };

    /// <summary>Whether ClamAV 1.4 has a type of the name: of one that it has not, it refuses the database.</summary>
    public static bool IsKnown(string name) => !Of(name).IsEmpty || Others.Contains(name);

    /// <summary>
    /// ClamAV's types in which nothing ever lies, there or here: an archive behind a program, say, has the type of any archive once it is opened.
    /// </summary>
    private static readonly FrozenSet<string> Others = new[]
    {
        "CL_TYPE_ANY", "CL_TYPE_BINARY_DATA", "CL_TYPE_CRYPTFF", "CL_TYPE_EGGSFX", "CL_TYPE_GIF", "CL_TYPE_GRAPHICS", "CL_TYPE_HTML_UTF16",
        "CL_TYPE_HWPOLE2", "CL_TYPE_IGNORED", "CL_TYPE_INTERNAL", "CL_TYPE_JAVA", "CL_TYPE_JPEG", "CL_TYPE_LNK", "CL_TYPE_MHTML", "CL_TYPE_MSPPT",
        "CL_TYPE_MSWORD", "CL_TYPE_MSXL", "CL_TYPE_PNG", "CL_TYPE_PS",
        "CL_TYPE_PYTHON_COMPILED", "CL_TYPE_RIFF", "CL_TYPE_SCRIPT", "CL_TYPE_SFX", "CL_TYPE_TEXT_ASCII", "CL_TYPE_TEXT_UTF16BE", "CL_TYPE_TEXT_UTF16LE",
        "CL_TYPE_TEXT_UTF8", "CL_TYPE_TIFF", "CL_TYPE_ZIPSFX", "CL_TYPE_RARSFX", "CL_TYPE_7ZSFX",
        "CL_TYPE_ARJSFX", "CL_TYPE_CABSFX", "CL_TYPE_AI_MODEL",
    }.ToFrozenSet(StringComparer.Ordinal);
}
