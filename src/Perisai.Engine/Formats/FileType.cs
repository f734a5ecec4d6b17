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
}
