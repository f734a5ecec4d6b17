using Perisai.Engine.Definitions.Ir;

namespace Perisai.Engine.Definitions;

/// <summary>Which of ClamAV's target types an object of a type belongs to.</summary>
internal static class ObjectTargets
{
    /// <summary>The target. Never <see cref="ObjectTarget.Any"/>, to which every object belongs as well.</summary>
    public static ObjectTarget For(FileType type) => type switch
    {
        // ClamAV has one type for all that begins with MZ.
        FileType.Pe or FileType.MsDos => ObjectTarget.Pe,
        FileType.Ole2 => ObjectTarget.Ole2,
        FileType.Html => ObjectTarget.Html,
        FileType.Mail or FileType.Mbox => ObjectTarget.Mail,
        FileType.Gif or FileType.Png or FileType.Jpeg or FileType.Tiff or FileType.Bmp or FileType.Jpeg2000 => ObjectTarget.Graphics,
        FileType.Elf => ObjectTarget.Elf,
        FileType.Text or FileType.TextUtf16 or FileType.Script or FileType.Xml => ObjectTarget.Text,
        FileType.MachO or FileType.MachOFat => ObjectTarget.MachO,
        FileType.Pdf => ObjectTarget.Pdf,
        FileType.Swf => ObjectTarget.Flash,
        FileType.JavaClass => ObjectTarget.Java,
        // What ClamAV knows by type and has no target for: only definitions for any object are tried. "Other" is what it does not know.
        FileType.Zip or FileType.SevenZip or FileType.Rar4 or FileType.Rar5 or FileType.Arj or FileType.Cab or FileType.Gzip or FileType.Bzip2 or FileType.Xz
            or FileType.Tar or FileType.Cpio or FileType.Chm or FileType.Szdd or FileType.BinHex or FileType.Sis or FileType.Tnef or FileType.Rtf
            or FileType.Lnk or FileType.OneNote or FileType.EncodedScript => ObjectTarget.None,
        _ => ObjectTarget.Other,
    };
}
