using System.Buffers.Binary;

namespace Perisai.Engine.Containers.VirtualDisks;

/// <summary>Reads Hyper-V disks (MS-VHDX): headers, a table of regions, metadata, and the table of blocks that they lead to.</summary>
internal sealed class VhdxReader : IContainerReader
{
    private const long FirstHeader = 64 << 10;
    private const long SecondHeader = 128 << 10;
    private const long FirstRegions = 192 << 10;
    private const long SecondRegions = 256 << 10;
    private const int MaxEntries = 2047;
    private const int EntryLength = 32;

    private static readonly Guid _tableRegion = new("2DC27766-F623-4200-9D64-115E9BFD4A08");
    private static readonly Guid _metadataRegion = new("8B7CA206-4790-4B9A-B8FE-575F050F886E");
    private static readonly Guid _parameters = new("CAA16737-FA36-4D43-B3B6-33F0AA44E76B");
    private static readonly Guid _diskSize = new("2FA54224-CD1B-4876-B211-5DBED83BF4B8");
    private static readonly Guid _sectorSize = new("8141BF1D-A96F-4709-BA47-F233A8FAAB5F");

    public static readonly VhdxReader Instance = new();

    public string Name => "vhdx";

    public FormatDescription Description { get; } = new(
        "Hyper-V disk (vhdx)",
        "fixed and dynamic disks, as one disk with random access",
        "[MS-VHDX]: Virtual Hard Disk v2 (https://learn.microsoft.com/openspecs/windows_protocols/ms-vhdx)")
    {
        Gaps = "the log is not replayed, which is reported where it would have to be; of a differencing disk, what its parent holds",
    };

    public void Read(ByteSource source, IMemberSink sink)
    {
        var reader = new BoundedReader(source, sink.Budget);
        CheckLog(reader, sink);
        if (!TryReadRegions(reader, FirstRegions, out var table, out var metadata) && !TryReadRegions(reader, SecondRegions, out table, out metadata))
        {
            sink.AddLoss(VirtualDiskFaults.BadVhdxRegions, FirstRegions);
            return;
        }

        if (!TryReadMetadata(reader, metadata, out var blockLength, out var length, out var sectorLength, out var hasParent))
        {
            sink.AddLoss(VirtualDiskFaults.BadVhdxMetadata, metadata);
            return;
        }

        using var disk = new VhdxSource(source, table, length, blockLength, sectorLength, sink.Budget);
        disk.HandOn(sink, "vhdx");
        if (hasParent)
            sink.AddNotScanned(new Member("parent"), NotScannedReason.MissingVolume, "What the disk does not hold is in another file.");
    }

    /// <summary>The header with the higher number tells whether a log has to be replayed.</summary>
    private static void CheckLog(BoundedReader reader, IMemberSink sink)
    {
        long newest = -1;
        var isDirty = false;
        foreach (var at in (ReadOnlySpan<long>)[FirstHeader, SecondHeader])
        {
            reader.Position = at;
            if (!reader.TryGetSpan(80, out var header) || !header.StartsWith("head"u8))
                continue;
            var number = BinaryPrimitives.ReadInt64LittleEndian(header[8..]);
            if (number <= newest)
                continue;
            newest = number;
            isDirty = header.Slice(48, 16).ContainsAnyExcept((byte)0);
        }

        if (newest < 0)
            sink.AddFault(VirtualDiskFaults.BadVhdxHeader, FirstHeader);
        if (isDirty)
            sink.AddFault(VirtualDiskFaults.VhdxDirtyLog, FirstHeader, "The log holds changes that were not applied.");
    }

    private static bool TryReadRegions(BoundedReader reader, long at, out long table, out long metadata)
    {
        table = metadata = 0;
        reader.Position = at;
        if (!reader.TryGetSpan(16, out var header) || !header.StartsWith("regi"u8))
            return false;
        var count = Math.Min(MaxEntries, BinaryPrimitives.ReadUInt32LittleEndian(header[8..]));
        for (var index = 0; index < count && reader.TryGetSpan(EntryLength, out var entry); index++)
        {
            var kind = new Guid(entry[..16]);
            var offset = BinaryPrimitives.ReadInt64LittleEndian(entry[16..]);
            if (kind == _tableRegion)
                table = offset;
            else if (kind == _metadataRegion)
                metadata = offset;
        }

        return table > 0 && metadata > 0 && table < reader.Length && metadata < reader.Length;
    }

    private static bool TryReadMetadata(
        BoundedReader reader, long at, out int blockLength, out long length, out long sectorLength, out bool hasParent)
    {
        (blockLength, length, sectorLength, hasParent) = (0, 0, 0, false);
        reader.Position = at;
        if (!reader.TryGetSpan(EntryLength, out var header) || !header.StartsWith("metadata"u8))
            return false;
        int count = BinaryPrimitives.ReadUInt16LittleEndian(header[10..]);
        for (var index = 1; index <= Math.Min(count, MaxEntries); index++)
        {
            reader.Position = at + index * EntryLength;
            if (!reader.TryGetSpan(EntryLength, out var entry))
                return false;
            var kind = new Guid(entry[..16]);
            reader.Position = at + BinaryPrimitives.ReadUInt32LittleEndian(entry[16..]);
            if (!reader.TryPeekSpan(8, out var item))
                continue;
            if (kind == _parameters)
            {
                blockLength = (int)Math.Min(int.MaxValue, BinaryPrimitives.ReadUInt32LittleEndian(item));
                hasParent = (item[4] & 2) != 0;
            }
            else if (kind == _diskSize)
            {
                length = BinaryPrimitives.ReadInt64LittleEndian(item);
            }
            else if (kind == _sectorSize)
            {
                sectorLength = BinaryPrimitives.ReadUInt32LittleEndian(item);
            }
        }

        return blockLength is >= 1 << 20 and <= 256 << 20 && length > 0 && sectorLength is 512 or 4096;
    }

    /// <summary>
    /// The table has eight bytes for each block: its state, and its place in mebibytes. After as many blocks as one bitmap of sectors can
    /// describe comes an entry for that bitmap.
    /// </summary>
    private sealed class VhdxSource(ByteSource file, long table, long length, int blockLength, long sectorLength, ScanBudget budget)
        : BlockMapSource(file, length, blockLength, budget)
    {
        private const int FullyPresent = 6;
        private const int PartlyPresent = 7;

        private readonly BoundedReader _table = new(file, budget);
        private readonly long _blocksOfBitmap = Math.Max(1, (sectorLength << 23) / blockLength);

        protected override long NextMapped(long block) =>
            block < Blocks && table + (block + block / _blocksOfBitmap) * 8 > File.Length - 8 ? EndForWantOfTables() : block;

        protected override long Find(long block)
        {
            _table.Position = table + (block + block / _blocksOfBitmap) * 8;
            return _table.TryReadUInt64(out var entry) && (entry & 7) is FullyPresent or PartlyPresent && entry >> 20 is > 0 and < 1UL << 43
                ? (long)(entry >> 20 << 20) : Hole;
        }
    }
}
