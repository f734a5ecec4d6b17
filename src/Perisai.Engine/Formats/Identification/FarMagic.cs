using System.Buffers.Binary;

namespace Perisai.Engine.Formats.Identification;

/// <summary>
/// Types whose marks stand far from the start. Each costs one read of a few bytes at that place, past the reader's window, which would
/// otherwise be filled with 64 KiB.
/// </summary>
internal static class FarMagic
{
    /// <summary>The first volume descriptor's identifier, after 16 sectors and its type byte.</summary>
    private const long VolumeDescriptorOffset = 32_769;

    private const int SectorLength = 2048;

    /// <summary>The largest sectors that programs write UDF with.</summary>
    private const int MaximumSectorLength = 32 << 10;

    /// <summary>Where the first volume descriptor's sector begins in an image of raw sectors.</summary>
    private const long RawDescriptorOffset = 16 * 2352;

    /// <summary>ISO 9660 or UDF, told by the volume descriptors; Unknown for neither.</summary>
    public static FileType FindVolume(BoundedReader reader)
    {
        if (reader.Length < VolumeDescriptorOffset + SectorLength - 1)
            return FileType.Unknown;
        Span<byte> mark = stackalloc byte[5];
        if (!TryRead(reader, VolumeDescriptorOffset, mark))
            return FileType.Unknown;
        if (mark.SequenceEqual("CD001"u8))
            return FileType.Iso9660;
        if (IsRawVolume(reader))
            return FileType.Iso9660;
        if (!mark.SequenceEqual("BEA01"u8))
            return FileType.Unknown;
        // The extended area of UDF: a bridge disc has the ISO descriptors first. Each descriptor takes 2 KiB, or a sector where those are larger.
        for (var length = SectorLength; length <= MaximumSectorLength; length *= 2)
        {
            if (TryRead(reader, VolumeDescriptorOffset + length, mark) && mark.StartsWith("NSR0"u8))
                return FileType.Udf;
        }

        return FileType.Unknown;
    }

    /// <summary>
    /// Whether it is an image of raw sectors (each begins with a pattern for synchronisation) with a volume descriptor where it has to be.
    /// </summary>
    private static bool IsRawVolume(BoundedReader reader)
    {
        Span<byte> sector = stackalloc byte[32];
        return TryRead(reader, RawDescriptorOffset, sector)
            && sector.BeginsWith([0, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 0])
            && sector[(sector[15] == 2 ? 25 : 17)..].StartsWith("CD001"u8);
    }

    /// <summary>Disks whose mark is in their last 512 bytes: those of Apple, and those of Virtual PC that are not dynamic.</summary>
    public static FileType FindTrailer(BoundedReader reader)
    {
        Span<byte> mark = stackalloc byte[8];
        if (reader.Length < 1024 || !TryRead(reader, reader.Length - 512, mark))
            return FileType.Unknown;
        if (mark.StartsWith("koly"u8) && mark[4] == 0)
            return FileType.Dmg;
        return mark.SequenceEqual("conectix"u8) ? FileType.Vhd : FileType.Unknown;
    }

    /// <summary>
    /// What follows the skippable frames that zstd and lz4 share: at most four are gone over. An object of nothing else counts as zstd.
    /// </summary>
    public static FileType FindAfterSkippableFrames(BoundedReader reader)
    {
        Span<byte> header = stackalloc byte[8];
        long at = 0;
        for (var i = 0; i < 4; i++)
        {
            if (!TryRead(reader, at, header))
                break;
            if (header.BeginsWith([0x04, 0x22, 0x4D, 0x18]))
                return FileType.Lz4;
            if ((header[0] & 0xF0) != 0x50)
                break;
            at += 8 + BinaryPrimitives.ReadUInt32LittleEndian(header[4..]);
        }

        return FileType.Zstd;
    }

    /// <summary>Whether the DOS header's pointer leads to a PE header.</summary>
    public static bool IsPe(BoundedReader reader, ReadOnlySpan<byte> head)
    {
        if (head.Length < 64)
            return false;
        long at = BinaryPrimitives.ReadUInt32LittleEndian(head[60..]);
        if (at + 4 <= head.Length)
            return at != 0 && head[(int)at..].StartsWith("PE\0\0"u8);
        Span<byte> mark = stackalloc byte[4];
        return TryRead(reader, at, mark) && mark.SequenceEqual("PE\0\0"u8);
    }

    private static bool TryRead(BoundedReader reader, long offset, Span<byte> destination)
    {
        if (offset > reader.Length - destination.Length)
            return false;
        var count = reader.Source.Read(offset, destination);
        reader.Budget.ChargeRead(count);
        return count == destination.Length;
    }
}
