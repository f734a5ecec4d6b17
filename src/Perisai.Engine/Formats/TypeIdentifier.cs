using Perisai.Engine.Formats.Identification;

namespace Perisai.Engine.Formats;

/// <summary>
/// Tells what an object is from its first 4 KiB and, for a few formats, some bytes at fixed places further on. One look at the head
/// for most objects, no allocation. Where bytes are several things at once, what a computer would run or open by itself wins:
/// programs, then tar (whose checksum does not come about by chance), then other marks, then text.
/// </summary>
internal static class TypeIdentifier
{
    /// <summary>Bytes looked at from the start.</summary>
    private const int HeadLength = 4096;

    /// <summary>
    /// The type. Never fails: what is not known is <see cref="FileType.Unknown"/> or text. The reader's position is kept.
    /// </summary>
    /// <param name="mayBeLzma">
    /// False where an attempt to decode it failed: LZMA alone has no mark, and other data begin with the same few numbers.
    /// </param>
    public static FileType Identify(BoundedReader reader, bool mayBeLzma = true)
    {
        if (reader.Length == 0)
            return FileType.Empty;
        var position = reader.Position;
        reader.Position = 0;
        var type = reader.TryPeekSpan((int)Math.Min(HeadLength, reader.Length), out var head)
            ? Identify(reader, head, mayBeLzma) : FileType.Unknown;
        reader.Position = position;
        return type;
    }

    private static FileType Identify(BoundedReader reader, ReadOnlySpan<byte> head, bool mayBeLzma)
    {
        var type = head.StartsWith("MZ"u8) ? FindDosOrWindows(reader, head) : BinaryMagic.Find(head);
        if (IsProgram(type))
            return type;
        if (TarHeader.IsHeader(head))
            return FileType.Tar;

        if (type == FileType.Zstd && (head[0] & 0xF0) == 0x50)
            return FarMagic.FindAfterSkippableFrames(reader);
        if (type == FileType.Unknown)
            type = FindByHeader(head, mayBeLzma);
        if (type == FileType.Unknown && head[0] == 0 && MacintoshFiles.IsMacintoshFile(head, reader.Length))
            type = FileType.MacBinary;
        if (type == FileType.Unknown)
            type = TextTypes.Find(head, isWhole: head.Length == reader.Length);
        if (MayHideVolume(type) && FarMagic.FindVolume(reader) is var disc && disc != FileType.Unknown)
            return disc;
        if (MayHideVolume(type) && VolumeMagic.FindBehindBootBlocks(head) is var volume && volume != FileType.Unknown)
            return FarMagic.FindTrailer(reader) is var outer && outer != FileType.Unknown ? outer : volume;
        if (type is FileType.Unknown or FileType.Bzip2 or FileType.Xz && FarMagic.FindTrailer(reader) is var disk && disk != FileType.Unknown)
            return disk;
        return type == FileType.Unknown ? VolumeMagic.FindBootSector(head) : type;
    }

    /// <summary>Types that an operating system runs whatever else is in the file.</summary>
    private static bool IsProgram(FileType type) =>
        type is FileType.Pe or FileType.Elf or FileType.MachO or FileType.MachOFat or FileType.JavaClass;

    /// <summary>
    /// Types whose head may be the unused first 32 KiB of a disc image. Archives and documents are none: they would be opened for what
    /// they are.
    /// </summary>
    private static bool MayHideVolume(FileType type) => type
        is FileType.Unknown or FileType.Text or FileType.TextUtf16 or FileType.Html or FileType.Script or FileType.Xml
        or FileType.MsDos or FileType.Gif or FileType.Png or FileType.Jpeg or FileType.Tiff or FileType.Bmp or FileType.Riff
        or FileType.Icon or FileType.Photoshop or FileType.Jpeg2000 or FileType.Media or FileType.Font or FileType.Lzma
        or FileType.PythonBytecode or FileType.Sqlite or FileType.WebAssembly or FileType.PostScript or FileType.Lnk or FileType.Compress;

    private static FileType FindDosOrWindows(BoundedReader reader, ReadOnlySpan<byte> head)
    {
        if (FarMagic.IsPe(reader, head))
            return FileType.Pe;
        // Two letters may also begin a text; a program's header holds zeros.
        return TextTypes.IsText(head, isWhole: head.Length == reader.Length) ? FileType.Unknown : FileType.MsDos;
    }

    /// <summary>Types without a mark at the start, told by a whole header.</summary>
    private static FileType FindByHeader(ReadOnlySpan<byte> head, bool mayBeLzma)
    {
        if (HeaderChecks.IsLha(head))
            return FileType.Lha;
        if (head.Length >= 14 && head[7..].StartsWith("**ACE**"u8))
            return FileType.Ace;
        if (HeaderChecks.IsIsoMedia(head))
            return FileType.Media;
        if (HeaderChecks.IsSis(head))
            return FileType.Sis;
        if (InstallerMarks.Find(head) is var installer && installer != FileType.Unknown)
            return installer;
        if (CpioHeader.IsBinary(head))
            return FileType.Cpio;
        if (HeaderChecks.IsPythonBytecode(head))
            return FileType.PythonBytecode;
        return mayBeLzma && HeaderChecks.IsLzma(head) ? FileType.Lzma : FileType.Unknown;
    }
}
