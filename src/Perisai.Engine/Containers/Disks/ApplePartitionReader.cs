using System.Buffers.Binary;

namespace Perisai.Engine.Containers.Disks;

/// <summary>Reads images of disks with an Apple partition map: entries of 512 bytes, a block each, from the second block on.</summary>
internal sealed class ApplePartitionReader : IContainerReader
{
    private const int EntryLength = 512;
    private const int MaxEntries = 1024;

    public static readonly ApplePartitionReader Instance = new();

    public string Name => "apm";

    public FormatDescription Description { get; } = new(
        "Disk image (Apple partition map)",
        "all partitions but the map itself and free space that is empty",
        "Inside Macintosh: Devices, chapter 3 (https://developer.apple.com/library/archive/documentation/mac/pdf/Devices/SCSI_Manager.pdf)")
    {
        Limits = "512 partitions",
    };

    public void Read(ByteSource source, IMemberSink sink)
    {
        var reader = new BoundedReader(source, sink.Budget);
        var parts = new DiskParts(source, sink);
        var table = new List<DiskPart>();
        var blockLength = FindBlockLength(reader);
        reader.Position = 0;
        parts.AddStructure(0, blockLength);
        long count = 1;
        for (var index = 1; index <= count && !sink.ShouldStop; index++)
        {
            reader.Position = index * (long)blockLength;
            if (!reader.TryGetSpan(EntryLength, out var entry) || !entry.StartsWith("PM"u8))
            {
                sink.AddLoss(DiskFaults.BadMapEntry, index * (long)blockLength);
                break;
            }

            if (index == 1)
                count = Math.Min(MaxEntries, BinaryPrimitives.ReadUInt32BigEndian(entry[4..]));
            var start = BinaryPrimitives.ReadUInt32BigEndian(entry[8..]) * (long)blockLength;
            var length = BinaryPrimitives.ReadUInt32BigEndian(entry[12..]) * (long)blockLength;
            var name = MemberName.Decode(entry.Slice(16, 32));
            var kind = MemberName.Decode(entry.Slice(48, 32));
            parts.AddStructure(index * (long)blockLength, EntryLength);
            // The map describes itself; free space is looked at as what lies between.
            if (kind is "Apple_partition_map" or "Apple_Free" || length == 0)
                continue;
            table.Add(new(name.Length > 0 ? $"partition-{index} ({name})" : $"partition-{index}", start, length));
        }

        parts.AddTable(table, Observations.ApplePartitionsIntersect);
        parts.HandOn();
    }

    /// <summary>The length that the first block tells, where the map's first entry stands there; or the place of that entry.</summary>
    private static int FindBlockLength(BoundedReader reader)
    {
        foreach (var length in (ReadOnlySpan<int>)[512, 1024, 2048, 4096])
        {
            reader.Position = length;
            if (reader.TryPeekSpan(2, out var mark) && mark.SequenceEqual("PM"u8))
                return length;
        }

        return 512;
    }
}
