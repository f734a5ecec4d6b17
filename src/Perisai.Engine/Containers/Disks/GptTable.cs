using System.Buffers.Binary;
using System.IO.Hashing;
using System.Text;

namespace Perisai.Engine.Containers.Disks;

/// <summary>
/// A GUID partition table (UEFI Specification, 5.3): a header in the second sector, a copy of it in the last one, each with its own array of
/// entries. Both are read, as either may be the one that a system believes.
/// </summary>
internal static class GptTable
{
    private const int HeaderLength = 92;
    private const int MinEntryLength = 128;

    /// <summary>The usual array has 16 KiB.</summary>
    private const long MaxArray = 1 << 20;

    private static ReadOnlySpan<byte> Signature => "EFI PART"u8;

    /// <summary>The length of a sector by the place of the header; 0 where there is no header.</summary>
    public static int FindSectorLength(ByteSource disk)
    {
        Span<byte> mark = stackalloc byte[8];
        for (var length = 512; length <= 4096; length *= 2)
        {
            if (disk.Read(length, mark) == mark.Length && mark.SequenceEqual(Signature))
                return length;
        }

        return 0;
    }

    /// <summary>Whether the last sector holds the copy of a header.</summary>
    public static bool HasBackup(ByteSource disk, int sectorLength)
    {
        Span<byte> mark = stackalloc byte[8];
        return disk.Length > sectorLength && disk.Read(disk.Length - sectorLength, mark) == mark.Length && mark.SequenceEqual(Signature);
    }

    public static void Read(ByteSource disk, int sectorLength, IMemberSink sink, DiskParts parts)
    {
        var backup = disk.Length / sectorLength - 1;
        if (ReadOne(disk, 1, sectorLength, sink, parts) is { } primary)
            backup = primary > 1 && primary < disk.Length / sectorLength ? primary : backup;
        else
            sink.AddFault(DiskFaults.BadGptHeader, sectorLength, "The first header cannot be read.");
        if (ReadOne(disk, backup, sectorLength, sink, parts) is null)
            sink.AddFault(DiskFaults.BadGptHeader, backup * sectorLength, "The second header cannot be read.");
    }

    /// <summary>Reads a header and its array; returns the sector that it names for the other header, null where it is none.</summary>
    private static long? ReadOne(ByteSource disk, long sector, int sectorLength, IMemberSink sink, DiskParts parts)
    {
        Span<byte> header = stackalloc byte[512];
        var at = sector * sectorLength;
        if (disk.Read(at, header) < header.Length || !header.StartsWith(Signature))
            return null;
        parts.AddStructure(at, sectorLength);
        var length = BinaryPrimitives.ReadUInt32LittleEndian(header[12..]);
        var stored = BinaryPrimitives.ReadUInt32LittleEndian(header[16..]);
        var array = BinaryPrimitives.ReadInt64LittleEndian(header[72..]);
        long count = BinaryPrimitives.ReadUInt32LittleEndian(header[80..]);
        long entryLength = BinaryPrimitives.ReadUInt32LittleEndian(header[84..]);
        var entriesChecksum = BinaryPrimitives.ReadUInt32LittleEndian(header[88..]);
        header.Slice(16, 4).Clear();
        if (length is < HeaderLength or > 512 || Crc32.HashToUInt32(header[..(int)length]) != stored)
            sink.AddFault(DiskFaults.BadGptChecksum, at);
        if (entryLength < MinEntryLength || array <= 0 || array > disk.Length / sectorLength || count * entryLength > MaxArray)
            return null;
        var bytes = new byte[count * entryLength];
        var read = disk.Read(array * sectorLength, bytes);
        sink.Budget.ChargeRead(read);
        if (Crc32.HashToUInt32(bytes) != entriesChecksum)
            sink.AddFault(DiskFaults.BadGptChecksum, array * sectorLength);
        parts.AddStructure(array * sectorLength, bytes.Length);
        parts.AddTable(Entries(bytes, (int)entryLength, sectorLength), Observations.GptPartitionsIntersect);
        return BinaryPrimitives.ReadInt64LittleEndian(header[32..]);
    }

    private static List<DiskPart> Entries(byte[] bytes, int entryLength, int sectorLength)
    {
        var table = new List<DiskPart>();
        for (var at = 0; at + entryLength <= bytes.Length; at += entryLength)
        {
            var entry = bytes.AsSpan(at, entryLength);
            if (!entry[..16].ContainsAnyExcept((byte)0))
                continue;
            var first = BinaryPrimitives.ReadInt64LittleEndian(entry[32..]);
            var last = BinaryPrimitives.ReadInt64LittleEndian(entry[40..]);
            if (first < 0 || last < first || last >= long.MaxValue / sectorLength)
                continue;
            var name = Encoding.Unicode.GetString(entry.Slice(56, 72)).Split('\0')[0];
            var number = at / entryLength + 1;
            table.Add(new(
                name.Length > 0 ? $"partition-{number} ({name})" : $"partition-{number}", first * sectorLength, (last - first + 1) * sectorLength));
        }

        return table;
    }
}
