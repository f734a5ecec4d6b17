using System.Buffers.Binary;
using Perisai.Engine.Containers.Volumes;

namespace Perisai.Engine.Containers.VirtualDisks;

/// <summary>Reads Virtual PC disks: a footer of 512 bytes, which a dynamic disk also has at its start, and a table of blocks.</summary>
internal sealed class VhdReader : IContainerReader
{
    private const int FooterLength = 512;
    private const int HeaderLength = 1024;
    private const int Fixed = 2;
    private const int Differencing = 4;

    public static readonly VhdReader Instance = new();

    public string Name => "vhd";

    public FormatDescription Description { get; } = new(
        "Virtual PC disk (vhd)",
        "fixed and dynamic disks, as one disk with random access",
        "Virtual Hard Disk Image Format Specification 1.0 (Microsoft, 2006)")
    {
        Gaps = "of a differencing disk, what its parent holds",
    };

    public void Read(ByteSource source, IMemberSink sink)
    {
        var reader = new BoundedReader(source, sink.Budget);
        if (ReadFooter(reader, source.Length - FooterLength) is not { } footer)
        {
            sink.AddFault(VirtualDiskFaults.BadVhdFooter, source.Length - FooterLength);
            footer = ReadFooter(reader, 0);
        }

        if (footer is null)
        {
            sink.AddLoss(VirtualDiskFaults.BadVhdFooter, 0);
            return;
        }

        if (ChecksumOf(footer, 64) != BinaryPrimitives.ReadUInt32BigEndian(footer.AsSpan(64)))
            sink.AddFault(VirtualDiskFaults.BadVhdChecksum, source.Length - FooterLength);
        var length = BinaryPrimitives.ReadInt64BigEndian(footer.AsSpan(48));
        var type = BinaryPrimitives.ReadUInt32BigEndian(footer.AsSpan(60));
        if (type == Fixed)
            ReadFixed(source, length, sink);
        else
            ReadDynamic(source, reader, BinaryPrimitives.ReadInt64BigEndian(footer.AsSpan(16)), length, type == Differencing, sink);
    }

    private static void ReadFixed(ByteSource source, long length, IMemberSink sink)
    {
        if (length > source.Length - FooterLength)
            sink.AddLoss(VirtualDiskFaults.VhdTruncated, source.Length, $"{source.Length - FooterLength} of {length} bytes are there.");
        // Whatever the footer tells, all that stands before it is handed on.
        var member = new Member("disk") { DeclaredLength = length };
        if (sink.AddSlice(member, source, 0, source.Length - FooterLength))
            ForeignVolume.Report(member, source, 0, sink);
    }

    private static void ReadDynamic(ByteSource source, BoundedReader reader, long at, long length, bool hasParent, IMemberSink sink)
    {
        reader.Position = at;
        if (at < 0 || !reader.TryGetSpan(HeaderLength, out var header) || !header.StartsWith("cxsparse"u8))
        {
            sink.AddLoss(VirtualDiskFaults.BadVhdHeader, at);
            return;
        }

        var table = BinaryPrimitives.ReadInt64BigEndian(header[16..]);
        long entries = BinaryPrimitives.ReadUInt32BigEndian(header[28..]);
        var blockLength = BinaryPrimitives.ReadUInt32BigEndian(header[32..]);
        if (ChecksumOf(header, 36) != BinaryPrimitives.ReadUInt32BigEndian(header[36..]))
            sink.AddFault(VirtualDiskFaults.BadVhdChecksum, at);
        if (blockLength is < 4096 or > 1 << 30 || length <= 0 || table <= 0 || table > source.Length - entries * 4)
        {
            sink.AddLoss(VirtualDiskFaults.BadVhdHeader, at);
            return;
        }

        if (entries * blockLength < length)
            sink.AddLoss(VirtualDiskFaults.BadVhdHeader, at, "The table is too short for the disk.");
        using var disk = new VhdSource(source, table, entries, Math.Min(length, entries * blockLength), (int)blockLength, sink.Budget);
        disk.HandOn(sink, "vhd");
        if (hasParent)
            sink.AddNotScanned(new Member("parent"), NotScannedReason.MissingVolume, "What the disk does not hold is in another file.");
    }

    private static byte[]? ReadFooter(BoundedReader reader, long at)
    {
        reader.Position = at;
        return at >= 0 && reader.TryGetSpan(FooterLength, out var footer) && footer.StartsWith("conectix"u8) ? footer.ToArray() : null;
    }

    /// <summary>The inverted sum of all bytes but those of the checksum itself.</summary>
    private static uint ChecksumOf(ReadOnlySpan<byte> bytes, int checksumAt)
    {
        uint sum = 0;
        for (var index = 0; index < bytes.Length; index++)
            sum += index >= checksumAt && index < checksumAt + 4 ? 0u : bytes[index];
        return ~sum;
    }

    /// <summary>Blocks behind bitmaps of their sectors; the table holds the sector in which each bitmap begins.</summary>
    private sealed class VhdSource(ByteSource file, long table, long entries, long length, int blockLength, ScanBudget budget)
        : BlockMapSource(file, length, blockLength, budget)
    {
        private readonly BoundedReader _table = new(file, budget);
        private readonly long _bitmapLength = (blockLength / 4096 + 511) / 512 * 512;

        protected override long NextMapped(long block) =>
            block < entries ? block + CountUnmapped(_table, table + block * 4, entries - block, 4, 0xFF) : block;

        protected override long Find(long block)
        {
            _table.Position = table + block * 4;
            return block < entries && _table.TryReadUInt32(out var sector, bigEndian: true) && sector != uint.MaxValue
                ? sector * 512L + _bitmapLength : Hole;
        }
    }
}
