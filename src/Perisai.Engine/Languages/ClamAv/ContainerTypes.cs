using System.Collections.Immutable;

namespace Perisai.Engine.Languages.ClamAv;

/// <summary>ClamAV's names of file types that can be containers, and ours.</summary>
internal static class ContainerTypes
{
    /// <summary>The types that a name stands for; none where we never open such a container.</summary>
    public static ImmutableArray<FileType> Of(string name) => name switch
    {
        "CL_TYPE_ZIP" or "CL_TYPE_ZIPSFX" => [FileType.Zip],
        "CL_TYPE_GZ" => [FileType.Gzip],
        "CL_TYPE_BZ" => [FileType.Bzip2],
        "CL_TYPE_XZ" => [FileType.Xz],
        "CL_TYPE_POSIX_TAR" or "CL_TYPE_OLD_TAR" => [FileType.Tar],
        "CL_TYPE_CPIO_OLD" or "CL_TYPE_CPIO_ODC" or "CL_TYPE_CPIO_NEWC" or "CL_TYPE_CPIO_CRC" => [FileType.Cpio],
        "CL_TYPE_RAR" or "CL_TYPE_RARSFX" => [FileType.Rar4, FileType.Rar5],
        "CL_TYPE_7Z" or "CL_TYPE_7ZSFX" => [FileType.SevenZip],
        "CL_TYPE_ARJ" or "CL_TYPE_ARJSFX" => [FileType.Arj],
        "CL_TYPE_MSCAB" or "CL_TYPE_CABSFX" => [FileType.Cab],
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
        "CL_TYPE_ISHIELD_MSI" or "CL_TYPE_INTERNAL" => [],
        _ => [],
    };
}
