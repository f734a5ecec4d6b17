namespace Perisai.Engine;

/// <summary>What an object is, told from its bytes and never from its name.</summary>
public enum FileType : byte
{
    /// <summary>Binary data of no type that we know.</summary>
    Unknown,

    /// <summary>Zero bytes.</summary>
    Empty,

    /// <summary>Text in ASCII, an 8-bit code or UTF-8.</summary>
    Text,

    /// <summary>Text in UTF-16.</summary>
    TextUtf16,

    /// <summary>HTML.</summary>
    Html,

    /// <summary>A program source or script that a first line or its keywords give away.</summary>
    Script,

    /// <summary>A single mail message (RFC 5322).</summary>
    Mail,

    /// <summary>An mbox mailbox.</summary>
    Mbox,

    /// <summary>Transport-neutral encapsulation format (winmail.dat).</summary>
    Tnef,

    /// <summary>Portable executable (Windows).</summary>
    Pe,

    /// <summary>MS-DOS executable without a PE header.</summary>
    MsDos,

    /// <summary>Executable and linkable format.</summary>
    Elf,

    /// <summary>Mach-O, one architecture.</summary>
    MachO,

    /// <summary>Mach-O, several architectures.</summary>
    MachOFat,

    /// <summary>Java class file.</summary>
    JavaClass,

    /// <summary>OLE2 compound file.</summary>
    Ole2,

    /// <summary>Rich text format.</summary>
    Rtf,

    /// <summary>PDF.</summary>
    Pdf,

    /// <summary>Shockwave flash.</summary>
    Swf,

    /// <summary>GIF.</summary>
    Gif,

    /// <summary>PNG.</summary>
    Png,

    /// <summary>JPEG.</summary>
    Jpeg,

    /// <summary>TIFF.</summary>
    Tiff,

    /// <summary>Windows bitmap.</summary>
    Bmp,

    /// <summary>RIFF (wav, avi, webp).</summary>
    Riff,

    /// <summary>Windows shortcut.</summary>
    Lnk,

    /// <summary>PostScript.</summary>
    PostScript,

    /// <summary>Zip and its children (jar, docx, nupkg, apk …).</summary>
    Zip,

    /// <summary>gzip.</summary>
    Gzip,

    /// <summary>bzip2.</summary>
    Bzip2,

    /// <summary>xz.</summary>
    Xz,

    /// <summary>lzip.</summary>
    Lzip,

    /// <summary>LZMA alone.</summary>
    Lzma,

    /// <summary>Zstandard.</summary>
    Zstd,

    /// <summary>LZ4 frames.</summary>
    Lz4,

    /// <summary>compress (.Z).</summary>
    Compress,

    /// <summary>tar of any dialect.</summary>
    Tar,

    /// <summary>cpio of any dialect.</summary>
    Cpio,

    /// <summary>ar, also deb packages.</summary>
    Ar,

    /// <summary>RPM package.</summary>
    Rpm,

    /// <summary>7z.</summary>
    SevenZip,

    /// <summary>RAR 1.5 to 4.</summary>
    Rar4,

    /// <summary>RAR 5.</summary>
    Rar5,

    /// <summary>ARJ.</summary>
    Arj,

    /// <summary>Microsoft cabinet.</summary>
    Cab,

    /// <summary>InstallShield cabinet.</summary>
    InstallShieldCab,

    /// <summary>Compiled HTML help.</summary>
    Chm,

    /// <summary>ISO 9660 image.</summary>
    Iso9660,

    /// <summary>MS-DOS compress.exe (SZDD, KWAJ).</summary>
    Szdd,

    /// <summary>BinHex 4.</summary>
    BinHex,

    /// <summary>uuencoded text without a mail around it.</summary>
    Uuencode,

    /// <summary>XML that is not HTML.</summary>
    Xml,

    /// <summary>LHA, LZH.</summary>
    Lha,

    /// <summary>ACE.</summary>
    Ace,

    /// <summary>ALZ.</summary>
    Alz,

    /// <summary>EGG.</summary>
    Egg,

    /// <summary>xar (macOS packages).</summary>
    Xar,

    /// <summary>Windows imaging format.</summary>
    Wim,

    /// <summary>Apple disk image with a UDIF trailer.</summary>
    Dmg,

    /// <summary>UDF image without ISO 9660.</summary>
    Udf,

    /// <summary>SquashFS image.</summary>
    SquashFs,

    /// <summary>A disk image with an MBR or GPT partition table, or a boot sector.</summary>
    DiskImage,

    /// <summary>Symbian installation file.</summary>
    Sis,

    /// <summary>Microsoft OneNote section.</summary>
    OneNote,

    /// <summary>Windows icon or cursor.</summary>
    Icon,

    /// <summary>Photoshop image.</summary>
    Photoshop,

    /// <summary>JPEG 2000.</summary>
    Jpeg2000,

    /// <summary>Audio or video of a common kind: MP3, MP4, Ogg, Matroska, FLAC, MPEG, ASF, MIDI …</summary>
    Media,

    /// <summary>TrueType, OpenType or WOFF font.</summary>
    Font,

    /// <summary>SQLite database.</summary>
    Sqlite,

    /// <summary>WebAssembly module.</summary>
    WebAssembly,

    /// <summary>Dalvik executable (Android).</summary>
    Dex,

    /// <summary>Compiled Python.</summary>
    PythonBytecode,

    /// <summary>yEnc-encoded data without a mail around it.</summary>
    YEnc,

    /// <summary>MacBinary: a Macintosh file's two forks in one.</summary>
    MacBinary,

    /// <summary>StuffIt archive.</summary>
    StuffIt,

    /// <summary>Hangul word processor 3 document.</summary>
    Hwp3,

    /// <summary>Script encoded by Microsoft's screnc (JScript.Encode, VBScript.Encode).</summary>
    EncodedScript,

    /// <summary>iCalendar (ics).</summary>
    Calendar,

    /// <summary>vCard (vcf).</summary>
    VCard,

    /// <summary>HFS+ or HFSX volume.</summary>
    HfsPlus,

    /// <summary>ext2, ext3 or ext4 volume.</summary>
    Ext,

    /// <summary>FAT12, FAT16, FAT32 or exFAT volume.</summary>
    Fat,

    /// <summary>NTFS volume.</summary>
    Ntfs,

    /// <summary>A disk image with an Apple partition map.</summary>
    ApplePartitions,

    /// <summary>Virtual PC disk (VHD).</summary>
    Vhd,

    /// <summary>Hyper-V disk (VHDX).</summary>
    Vhdx,

    /// <summary>VMware disk.</summary>
    Vmdk,

    /// <summary>QEMU disk (QCOW2).</summary>
    Qcow2,

    /// <summary>Data of a Nullsoft installer, behind its program.</summary>
    Nsis,

    /// <summary>Data of an InstallShield setup program, behind it.</summary>
    InstallShieldSetup,

    /// <summary>Data of an Inno Setup installer.</summary>
    InnoSetup,

    /// <summary>Compiled AutoIt script (EA05, EA06), behind its program.</summary>
    AutoIt,

    /// <summary>Files of a .NET single-file program, behind its host.</summary>
    DotNetBundle,

    /// <summary>Microsoft Office's object for the macros of a web page or XML document (mso).</summary>
    ActiveMime,

    /// <summary>A zip archive that is a text document of Office Open XML (docx). What an archive is besides a zip, only its names tell.</summary>
    OoxmlDocument,

    /// <summary>… a workbook (xlsx).</summary>
    OoxmlWorkbook,

    /// <summary>… a presentation (pptx).</summary>
    OoxmlPresentation,

    /// <summary>… a document of the Hangul word processor (hwpx).</summary>
    HwpxDocument,

    /// <summary>ARC archive of System Enhancement Associates.</summary>
    Arc,

    /// <summary>ZOO archive.</summary>
    Zoo,
}
