using System.Buffers.Binary;

namespace Perisai.Engine.Containers.Udf;

/// <summary>
/// Finds the logical volume of an image: an anchor at one of three places leads to a sequence of descriptors, those to partitions, and their maps
/// say which kind each is of (ECMA-167, part 3; UDF 2.60, 2.2).
/// </summary>
internal static class UdfVolumes
{
    private const int MaxDescriptors = 256;
    private const int MaxMaps = 64;
    private const int MapsOffset = 440;
    private const int MaxTable = 16 << 20;

    /// <summary>Written sectors at the end in which the last entry, that of the table of moved blocks, is looked for.</summary>
    private const int TableSearch = 512;

    public static UdfVolume? Find(ByteSource image, IMemberSink sink)
    {
        foreach (var sectorLength in (ReadOnlySpan<int>)[2048, 512, 4096, 1024, 8192, 16384, 32768])
        {
            var last = image.Length / sectorLength - 1;
            foreach (var sector in (ReadOnlySpan<long>)[256, last - 256, last, 512])
            {
                if (Read(image, sector, sectorLength, sink) is not { } anchor || UdfTags.Read(anchor) != UdfTag.AnchorPointer
                    || BinaryPrimitives.ReadUInt32LittleEndian(anchor.AsSpan(12)) != (uint)sector)
                    continue;
                for (var copy = 16; copy <= 24; copy += 8)
                {
                    long first = BinaryPrimitives.ReadUInt32LittleEndian(anchor.AsSpan(copy + 4));
                    long count = BinaryPrimitives.ReadUInt32LittleEndian(anchor.AsSpan(copy)) / sectorLength;
                    if (ReadSequence(image, first, count, sectorLength, sink) is { } volume)
                        return volume;
                }
            }
        }

        return null;
    }

    private static UdfVolume? ReadSequence(ByteSource image, long first, long count, int sectorLength, IMemberSink sink)
    {
        var starts = new Dictionary<int, long>();
        byte[]? logical = null;
        for (long index = 0; index < Math.Min(count, MaxDescriptors) && !sink.ShouldStop; index++)
        {
            if (Read(image, first + index, sectorLength, sink) is not { } descriptor)
                break;
            switch (UdfTags.Read(descriptor))
            {
                case UdfTag.Partition:
                    starts[BinaryPrimitives.ReadUInt16LittleEndian(descriptor.AsSpan(22))] =
                        BinaryPrimitives.ReadUInt32LittleEndian(descriptor.AsSpan(188)) * (long)sectorLength;
                    break;
                case UdfTag.LogicalVolume:
                    logical = descriptor;
                    break;
                case UdfTag.Terminating:
                    count = 0;
                    break;
            }
        }

        if (logical is null || starts.Count == 0)
            return null;
        var blockLength = BinaryPrimitives.ReadUInt32LittleEndian(logical.AsSpan(212));
        if (blockLength is < 512 or > 32768 || blockLength != sectorLength)
            return null;
        var volume = new UdfVolume(image, sectorLength, sink.Budget) { FileSet = UdfPlace.Read(logical.AsSpan(248)) };
        ReadMaps(volume, logical, starts, sink);
        return volume;
    }

    private static void ReadMaps(UdfVolume volume, byte[] logical, Dictionary<int, long> starts, IMemberSink sink)
    {
        var count = Math.Min(MaxMaps, BinaryPrimitives.ReadUInt32LittleEndian(logical.AsSpan(268)));
        var at = MapsOffset;
        for (var index = 0; index < count; index++)
        {
            int length = at + 2 <= logical.Length ? logical[at + 1] : 0;
            if (length < 6 || at + length > logical.Length)
            {
                sink.AddLoss(UdfFaults.BadPartition, -1);
                return;
            }

            var map = logical.AsSpan(at, length);
            at += length;
            var isPlain = map[0] == 1;
            int number = BinaryPrimitives.ReadUInt16LittleEndian(map[(isPlain || length < 64 ? 4 : 38)..]);
            var partition = starts.TryGetValue(number, out var start) ? new UdfPartition(volume.Image, start, volume.BlockLength) : null;
            volume.Partitions.Add(partition);
            if (partition is null || !isPlain && (length < 64 || !TryFinish(volume, partition, start, map, sink)))
            {
                volume.Partitions[^1] = null;
                sink.AddLoss(UdfFaults.BadPartition, start);
            }
        }
    }

    private static bool TryFinish(UdfVolume volume, UdfPartition partition, long start, ReadOnlySpan<byte> map, IMemberSink sink)
    {
        var name = map[5..];
        if (name.StartsWith("*UDF Virtual Partition"u8))
            return (partition.VirtualTable = FindVirtualTable(volume, start, sink)) is not null;
        if (name.StartsWith("*UDF Sparable Partition"u8))
        {
            partition.PacketLength = Math.Max((ushort)1, BinaryPrimitives.ReadUInt16LittleEndian(map[40..]));
            partition.Spared = ReadSpared(volume, map, sink);
            return true;
        }

        if (!name.StartsWith("*UDF Metadata Partition"u8))
            return false;
        // The file that holds the partition's blocks lies in the partition that is meant; of two copies the second one will do.
        var plain = volume.Partitions.Count;
        volume.Partitions.Add(new UdfPartition(volume.Image, start, volume.BlockLength));
        foreach (var block in (ReadOnlySpan<uint>)[BinaryPrimitives.ReadUInt32LittleEndian(map[40..]), BinaryPrimitives.ReadUInt32LittleEndian(map[44..])])
        {
            var pieces = new List<Piece>();
            if (volume.ReadEntry(new(0, block, plain)) is { } entry && volume.TryGetPieces(entry, pieces) && pieces.Count > 0)
            {
                partition.Metadata = pieces;
                break;
            }
        }

        volume.Partitions.RemoveAt(plain);
        return partition.Metadata is not null;
    }

    private static Dictionary<uint, uint> ReadSpared(UdfVolume volume, ReadOnlySpan<byte> map, IMemberSink sink)
    {
        var spared = new Dictionary<uint, uint>();
        for (var table = 0; table < Math.Min((int)map[42], 4) && spared.Count == 0; table++)
        {
            var at = BinaryPrimitives.ReadUInt32LittleEndian(map[(48 + table * 4)..]) * (long)volume.BlockLength;
            var reader = new BoundedReader(volume.Image, sink.Budget, at);
            if (!reader.TryGetSpan(56, out var header) || !header[17..].StartsWith("*UDF Sparing Table"u8))
                continue;
            int count = BinaryPrimitives.ReadUInt16LittleEndian(header[48..]);
            for (; count > 0 && reader.TryReadUInt32(out var original) && reader.TryReadUInt32(out var moved); count--)
            {
                // The highest numbers stand for packets that are free or bad.
                if (original < 0xFFFFFFF0)
                    spared[original] = moved;
            }
        }

        return spared;
    }

    /// <summary>
    /// The table of moved blocks is the file whose entry was written last: it is the last sector that holds one.
    /// </summary>
    private static uint[]? FindVirtualTable(UdfVolume volume, long start, IMemberSink sink)
    {
        var plain = volume.Partitions.Count;
        volume.Partitions.Add(new UdfPartition(volume.Image, start, volume.BlockLength));
        uint[]? table = null;
        var looked = 0;
        for (var sector = volume.Image.Length / volume.BlockLength - 1; sector * volume.BlockLength > start && looked < TableSearch; sector--)
        {
            // What was never written does not count.
            if (Read(volume.Image, sector, volume.BlockLength, sink) is not { } block || sink.ShouldStop)
                break;
            if (!block.AsSpan().ContainsAnyExcept((byte)0))
                continue;
            looked++;
            if (UdfEntry.Parse(block, plain) is { Kind: 0 or UdfEntry.VirtualTable } entry && ContentOf(volume, entry) is { } bytes
                && (table = ParseVirtualTable(bytes, entry.Kind == UdfEntry.VirtualTable)) is not null)
                break;
        }

        volume.Partitions.RemoveAt(plain);
        return table;
    }

    private static byte[]? ContentOf(UdfVolume volume, UdfEntry entry)
    {
        if (entry.DescriptorKind == UdfEntry.Embedded)
            return entry.Descriptors;
        var pieces = new List<Piece>();
        if (entry.Length > MaxTable || !volume.TryGetPieces(entry, pieces))
            return null;
        var bytes = new byte[entry.Length];
        using var stream = new PieceStream(pieces);
        return stream.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false) == bytes.Length ? bytes : null;
    }

    /// <summary>Numbers of blocks, behind a header (UDF 2.00 and later) or before a name (UDF 1.50).</summary>
    private static uint[]? ParseVirtualTable(byte[] bytes, bool hasHeader)
    {
        const int TrailerLength = 36;
        var start = hasHeader && bytes.Length >= 2 ? BinaryPrimitives.ReadUInt16LittleEndian(bytes) : 0;
        var end = bytes.Length;
        if (!hasHeader)
        {
            end -= TrailerLength;
            if (end < 0 || !bytes.AsSpan(end + 1).StartsWith("*UDF Virtual Alloc Tbl"u8))
                return null;
        }

        var table = new uint[Math.Max(0, (end - start) / 4)];
        for (var index = 0; index < table.Length; index++)
            table[index] = BinaryPrimitives.ReadUInt32LittleEndian(bytes.AsSpan(start + index * 4));
        return table;
    }

    private static byte[]? Read(ByteSource image, long sector, int sectorLength, IMemberSink sink)
    {
        if (sector <= 0 || sector >= image.Length / sectorLength)
            return null;
        var bytes = new byte[sectorLength];
        var count = image.Read(sector * sectorLength, bytes);
        sink.Budget.ChargeRead(count);
        return count == bytes.Length ? bytes : null;
    }
}
