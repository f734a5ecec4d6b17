using Perisai.Engine.Formats;

namespace Perisai.Engine.Containers;

/// <summary>
/// Chooses the reader for a type and runs it so that nothing it throws gets past: the one adapter between hostile bytes,
/// our readers and the libraries behind them.
/// </summary>
internal static class ContainerDispatcher
{
    /// <summary>
    /// What an object is. LZMA alone, which has no mark, is decoded a little to be sure; all other types are told by their bytes.
    /// </summary>
    public static FileType Identify(ByteSource source, ScanBudget budget)
    {
        var type = TypeIdentifier.Identify(new BoundedReader(source, budget));
        return type == FileType.Lzma && !Lzma.LzmaReader.CanBegin(source, budget)
            ? TypeIdentifier.Identify(new BoundedReader(source, budget), mayBeLzma: false) : type;
    }

    /// <summary>The reader for a type; null where the type has no members or is not opened yet.</summary>
    public static IContainerReader? ReaderFor(FileType type) => type switch
    {
        // One line a format, in the order of FileType.
        FileType.Mail => Mail.MailReader.Instance,
        FileType.Mbox => Mail.MboxReader.Instance,
        FileType.Tnef => Tnef.TnefReader.Instance,
        FileType.Rtf => Rtf.RtfReader.Instance,
        FileType.Pdf => Pdf.PdfReader.Instance,
        FileType.Swf => Swf.SwfReader.Instance,
        FileType.Ole2 => Ole2.Ole2Reader.Instance,
        FileType.Gif => Images.GifReader.Instance,
        FileType.Png => Images.PngReader.Instance,
        FileType.Jpeg => Images.JpegReader.Instance,
        FileType.Tiff => Images.TiffReader.Instance,
        FileType.Lnk => ShellLink.LnkReader.Instance,
        FileType.PostScript => PostScript.DosEpsReader.Instance,
        FileType.Calendar => Calendar.CalendarReader.Calendar,
        FileType.VCard => Calendar.CalendarReader.Contacts,
        FileType.Zip => Zip.ZipReader.Instance,
        FileType.Gzip => Gzip.GzipReader.Instance,
        FileType.Bzip2 => Bzip2.Bzip2Reader.Instance,
        FileType.Xz => Xz.XzReader.Instance,
        FileType.Lzip => Lzip.LzipReader.Instance,
        FileType.Lzma => Lzma.LzmaReader.Instance,
        FileType.Zstd => Zstd.ZstdReader.Instance,
        FileType.Lz4 => Lz4.Lz4Reader.Instance,
        FileType.Compress => Compress.CompressReader.Instance,
        FileType.Arj => Arj.ArjReader.Instance,
        FileType.Cab => Cab.CabReader.Instance,
        FileType.InstallShieldCab => InstallShield.InstallShieldCabReader.Instance,
        FileType.Chm => Chm.ChmReader.Instance,
        FileType.Iso9660 => Iso9660.Iso9660Reader.Instance,
        FileType.Pe => Pe.PeContentReader.Instance,
        FileType.MsDos => Dos.DosProgramReader.Instance,
        FileType.Elf => Elf.ElfContentReader.Instance,
        FileType.MachOFat => MachOFat.MachOFatReader.Instance,
        FileType.Tar => Tar.TarReader.Instance,
        FileType.Cpio => Cpio.CpioReader.Instance,
        FileType.Ar => Ar.ArReader.Instance,
        FileType.Rpm => Rpm.RpmReader.Instance,
        FileType.SevenZip => SevenZip.SevenZipReader.Instance,
        FileType.Rar4 or FileType.Rar5 => Rar.RarReader.Instance,
        FileType.Szdd => Szdd.SzddReader.Instance,
        FileType.BinHex => BinHex.BinHexReader.Instance,
        FileType.Uuencode => Uuencode.UuencodeReader.Instance,
        FileType.Dmg => Dmg.DmgReader.Instance,
        FileType.Udf => Udf.UdfReader.Instance,
        FileType.SquashFs => SquashFs.SquashFsReader.Instance,
        FileType.Lha => Lha.LhaReader.Instance,
        FileType.Xml => XmlDocument.XmlDataReader.Instance,
        FileType.Ace => Ace.AceReader.Instance,
        FileType.Alz => Alz.AlzReader.Instance,
        FileType.Egg => Egg.EggReader.Instance,
        FileType.Xar => Xar.XarReader.Instance,
        FileType.Wim => Wim.WimReader.Instance,
        FileType.DiskImage => Disks.DiskReader.Instance,
        FileType.Sis => Sis.SisReader.Instance,
        FileType.OneNote => OneNote.OneNoteReader.Instance,
        FileType.YEnc => YEnc.YEncReader.Instance,
        FileType.MacBinary => MacBinary.MacBinaryReader.Instance,
        FileType.Hwp3 => Hwp3.Hwp3Reader.Instance,
        FileType.EncodedScript => EncodedScript.EncodedScriptReader.Instance,
        FileType.HfsPlus => HfsPlus.HfsPlusReader.Instance,
        FileType.Ext => Ext.ExtReader.Instance,
        FileType.Fat => Fat.FatReader.Instance,
        FileType.Ntfs => Ntfs.NtfsReader.Instance,
        FileType.ApplePartitions => Disks.ApplePartitionReader.Instance,
        FileType.Vhd => VirtualDisks.VhdReader.Instance,
        FileType.Vhdx => VirtualDisks.VhdxReader.Instance,
        FileType.Vmdk => VirtualDisks.VmdkReader.Instance,
        FileType.Qcow2 => VirtualDisks.Qcow2Reader.Instance,
        FileType.Nsis => Nsis.NsisReader.Instance,
        FileType.InstallShieldSetup => InstallShield.SetupReader.Instance,
        FileType.InnoSetup => Inno.InnoSetupReader.Instance,
        FileType.AutoIt => AutoIt.AutoItReader.Instance,
        FileType.ActiveMime => ActiveMime.ActiveMimeReader.Instance,
        FileType.Arc => Arc.ArcReader.Instance,
        _ => null,
    };

    /// <summary>What makes the views of an object, beside its reader; null where it has none.</summary>
    public static IContainerReader? ViewsOf(FileType type, ByteSource source) => type switch
    {
        FileType.Text or FileType.TextUtf16 or FileType.Html or FileType.Script or FileType.Xml or FileType.YEnc or FileType.PostScript
            or FileType.Calendar or FileType.VCard or FileType.Unknown when source.Ranges is null => Views.ViewChoice.For(source),
        _ => null,
    };

    /// <summary>
    /// Whether archives and programs are looked for within an object: where no reader knows its parts, and in programs, pages and images, in which
    /// anything may lie anywhere.
    /// </summary>
    public static bool MayHoldMarks(FileType type) => ReaderFor(type) is null || type is FileType.Pe or FileType.MsDos or FileType.Elf or FileType.Xml
        or FileType.Rtf or FileType.Pdf or FileType.Swf or FileType.Gif or FileType.Png or FileType.Jpeg or FileType.Tiff
        or FileType.OneNote or FileType.Lnk or FileType.PostScript or FileType.Calendar or FileType.VCard;

    /// <summary>
    /// Whether an object is of a kind that holds other objects, or keeps its content compressed or encoded, and that we cannot open yet: its own
    /// bytes are matched, and what it holds is reported as not scanned.
    /// </summary>
    public static bool IsUnopened(FileType type) => type is FileType.StuffIt or FileType.Zoo;

    /// <summary>Reads the container; whatever is thrown becomes a fault.</summary>
    public static void Read(IContainerReader reader, ByteSource source, IMemberSink sink)
    {
        try
        {
            reader.Read(source, sink);
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            sink.AddFault($"{reader.Name}.reader-failed", -1, exception.GetType().Name);
        }
    }
}
