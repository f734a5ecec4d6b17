using System.Buffers.Binary;

namespace Perisai.Engine.Containers.Disks;

/// <summary>The partition table of a master boot record, with the chain of extended ones: four entries of 16 bytes at offset 446.</summary>
internal static class MbrTable
{
    public const int RecordLength = 512;

    private const int TableOffset = 446;
    private const int EntryLength = 16;
    private const int MaxLogical = 256;

    private readonly record struct Entry(byte Type, uint Start, uint Length)
    {
        public bool IsExtended => Type is 0x05 or 0x0F or 0x85;

        public bool IsUsed => Type != 0 && Length != 0;
    }

    /// <summary>The partitions; those that only hide a GPT are left out. Records of extended partitions are structures.</summary>
    public static void Read(ByteSource disk, int sectorLength, IMemberSink sink, DiskParts parts)
    {
        if (ReadRecord(disk, 0, sink) is not { } record)
            return;
        var (primary, logical, extended) = (new List<DiskPart>(), new List<DiskPart>(), new List<DiskPart>());
        parts.AddStructure(0, RecordLength);
        for (var number = 0; number < record.Length; number++)
        {
            var entry = record[number];
            if (!entry.IsUsed || entry.Type == 0xEE)
                continue;
            var part = new DiskPart($"partition-{number + 1}", (long)entry.Start * sectorLength, (long)entry.Length * sectorLength);
            (entry.IsExtended ? extended : primary).Add(part);
            if (entry.IsExtended)
                ReadExtended(disk, entry, sectorLength, sink, parts, logical);
        }

        parts.AddTable(primary, Observations.MbrPartitionsIntersect);
        parts.AddTable(logical, Observations.MbrPartitionsIntersect);
        // Logical partitions lie in an extended one, primary ones do not.
        parts.Observe([.. primary, .. extended], Observations.MbrPartitionsIntersect);
    }

    private static void ReadExtended(
        ByteSource disk, Entry extended, int sectorLength, IMemberSink sink, DiskParts parts, List<DiskPart> table)
    {
        var known = new HashSet<long>();
        long at = extended.Start;
        for (var number = 0; !sink.ShouldStop; number++)
        {
            if (number == MaxLogical || !known.Add(at) || ReadRecord(disk, at * sectorLength, sink) is not { } record)
            {
                sink.AddLoss(DiskFaults.BadExtendedPartition, at * sectorLength);
                return;
            }

            parts.AddStructure(at * sectorLength, RecordLength);
            // One partition, counted from this record, and the next record, counted from the first one. Some tables hold more.
            long next = -1;
            foreach (var entry in record)
            {
                if (!entry.IsUsed)
                    continue;
                if (entry.IsExtended)
                    next = extended.Start + (long)entry.Start;
                else
                    table.Add(new($"partition-{5 + number}", (at + entry.Start) * sectorLength, (long)entry.Length * sectorLength));
            }

            if (next < 0)
                return;
            at = next;
        }
    }

    private static Entry[]? ReadRecord(ByteSource disk, long offset, IMemberSink sink)
    {
        Span<byte> record = stackalloc byte[RecordLength];
        var count = disk.Read(offset, record);
        sink.Budget.ChargeRead(count);
        if (count < RecordLength || record[510] != 0x55 || record[511] != 0xAA)
            return null;
        var entries = new Entry[4];
        for (var number = 0; number < entries.Length; number++)
        {
            var entry = record[(TableOffset + number * EntryLength)..];
            entries[number] = new(entry[4], BinaryPrimitives.ReadUInt32LittleEndian(entry[8..]), BinaryPrimitives.ReadUInt32LittleEndian(entry[12..]));
        }

        return entries;
    }
}
