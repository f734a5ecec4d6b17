using System.Buffers.Binary;
using System.Numerics;

namespace Perisai.Engine.Formats.Identification;

/// <summary>File systems and partition tables, told by the first 4 KiB.</summary>
internal static class VolumeMagic
{
    private const int SuperblockOffset = 1024;

    /// <summary>Those whose marks do not come about by chance, whatever stands in the boot blocks before them.</summary>
    public static FileType FindBehindBootBlocks(ReadOnlySpan<byte> head)
    {
        if (head.Length >= 520 && head[512..].StartsWith("EFI PART"u8))
            return FileType.DiskImage;
        if (head.Length < SuperblockOffset + 256)
            return FileType.Unknown;
        var block = head[SuperblockOffset..];
        if (block[56] == 0x53 && block[57] == 0xEF && IsExt(block))
            return FileType.Ext;
        return IsHfsPlus(block) ? FileType.HfsPlus : FileType.Unknown;
    }

    /// <summary>Boot sectors and partition tables.</summary>
    public static FileType FindBootSector(ReadOnlySpan<byte> head)
    {
        if (IsApplePartitionMap(head))
            return FileType.ApplePartitions;
        if (head.Length < 512)
            return FileType.Unknown;
        if (head[3..].StartsWith("NTFS    "u8))
            return FileType.Ntfs;
        if (head[3..].StartsWith("EXFAT   "u8) || IsFat(head))
            return FileType.Fat;
        return IsMasterBootRecord(head) ? FileType.DiskImage : FileType.Unknown;
    }

    /// <summary>A revision, a block size and an inode count that exist, and blocks in groups.</summary>
    private static bool IsExt(ReadOnlySpan<byte> block) =>
        BinaryPrimitives.ReadUInt32LittleEndian(block) > 0 && BinaryPrimitives.ReadUInt32LittleEndian(block[24..]) <= 6
        && BinaryPrimitives.ReadUInt32LittleEndian(block[76..]) <= 1 && BinaryPrimitives.ReadUInt32LittleEndian(block[32..]) > 0
        && BinaryPrimitives.ReadUInt32LittleEndian(block[40..]) > 0;

    /// <summary>
    /// The version that belongs to the mark, and a block size that is a power of two; or the wrapper of an old HFS volume, which names what it wraps.
    /// </summary>
    private static bool IsHfsPlus(ReadOnlySpan<byte> block) =>
        block.StartsWith("BD"u8) && block[124..].StartsWith("H+"u8)
        || (block.StartsWith("H+\0\u0004"u8) || block.StartsWith("HX\0\u0005"u8))
        && BinaryPrimitives.ReadUInt32BigEndian(block[40..]) is >= 512 and var size && BitOperations.IsPow2(size);

    private static bool IsApplePartitionMap(ReadOnlySpan<byte> head)
    {
        if (head.Length < 1024)
            return false;
        var hasDriver = head.StartsWith("ER"u8) && BinaryPrimitives.ReadUInt16BigEndian(head[2..]) is 512 or 1024 or 2048 or 4096;
        for (var at = 512; at <= 2048 && at + 16 <= head.Length; at *= 2)
        {
            if (head[at..].StartsWith("PM\0\0"u8) && (hasDriver || at == 512 && head[(at + 48)..].StartsWith("Apple_partition_map"u8)))
                return true;
        }

        return false;
    }

    /// <summary>A FAT volume: a jump, and a description of the medium in which every number exists.</summary>
    private static bool IsFat(ReadOnlySpan<byte> head) =>
        head[0] is 0xEB or 0xE9 or 0 && BinaryPrimitives.ReadUInt16LittleEndian(head[11..]) is 512 or 1024 or 2048 or 4096
        && BitOperations.IsPow2((uint)head[13]) && BinaryPrimitives.ReadUInt16LittleEndian(head[14..]) > 0 && head[16] is 1 or 2
        && (head[21] >= 0xF8 || head[21] == 0xF0)
        && (BinaryPrimitives.ReadUInt16LittleEndian(head[19..]) != 0 || BinaryPrimitives.ReadUInt32LittleEndian(head[32..]) != 0)
        && (head[0] != 0 || head[510] == 0x55 && head[511] == 0xAA);

    /// <summary>A boot record's mark and a partition table that could be one.</summary>
    private static bool IsMasterBootRecord(ReadOnlySpan<byte> head)
    {
        if (head[510] != 0x55 || head[511] != 0xAA)
            return false;
        var used = 0;
        for (var at = 446; at < 510; at += 16)
        {
            if (head[at] is not (0 or 0x80))
                return false;
            used += head[at + 4] != 0 && BinaryPrimitives.ReadUInt32LittleEndian(head[(at + 12)..]) != 0 ? 1 : 0;
        }

        return used > 0;
    }
}
