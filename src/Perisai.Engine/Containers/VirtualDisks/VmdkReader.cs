using System.Buffers.Binary;
using System.Text;
using System.Text.RegularExpressions;

namespace Perisai.Engine.Containers.VirtualDisks;

/// <summary>
/// Reads VMware disks: sparse extents, plain and with compressed grains, also those of old ESX servers. A descriptor alone names other files,
/// which are reported.
/// </summary>
internal sealed partial class VmdkReader : IContainerReader
{
    private const int SectorLength = 512;
    private const int MaxDescriptor = 64 << 10;
    private const uint CompressedFlag = 0x10000;

    /// <summary>Compressed extents that were written as a stream have their true header at the end, before the last sector.</summary>
    private const int FooterDistance = 2 * SectorLength;

    public static readonly VmdkReader Instance = new();

    public string Name => "vmdk";

    public FormatDescription Description { get; } = new(
        "VMware disk (vmdk)",
        "sparse extents and stream-optimised ones, as one disk with random access",
        "VMware Virtual Disks, Virtual Disk Format 5.0")
    {
        Gaps = "extents in other files and parents are reported",
    };

    public void Read(ByteSource source, IMemberSink sink)
    {
        var reader = new BoundedReader(source, sink.Budget);
        reader.TryPeekSpan((int)Math.Min(SectorLength, source.Length), out var head);
        if (head.StartsWith("# Disk"u8))
        {
            ReadDescriptor(reader, 0, source.Length, isAlone: true, sink);
            return;
        }

        var header = head.Length < SectorLength ? null : head.StartsWith("COWD"u8) ? ParseOld(head) : Parse(head);
        if (header is { Directory: -1 })
        {
            reader.Position = source.Length - FooterDistance;
            header = reader.TryGetSpan(SectorLength, out var footer) && footer.StartsWith("KDMV"u8) ? Parse(footer) : null;
        }

        if (header is null or { Directory: -1 })
        {
            sink.AddLoss(VirtualDiskFaults.BadVmdkHeader, 0);
            return;
        }

        using (var disk = new VmdkSource(source, header, sink.Budget))
            disk.HandOn(sink, "vmdk");
        if (header.DescriptorLength > 0 && !sink.ShouldStop)
            ReadDescriptor(reader, header.Descriptor, header.DescriptorLength, isAlone: false, sink);
    }

    private static VmdkHeader? Parse(ReadOnlySpan<byte> header)
    {
        var capacity = BinaryPrimitives.ReadInt64LittleEndian(header[12..]);
        var grain = BinaryPrimitives.ReadInt64LittleEndian(header[20..]);
        var descriptor = BinaryPrimitives.ReadInt64LittleEndian(header[28..]);
        var descriptorLength = BinaryPrimitives.ReadInt64LittleEndian(header[36..]);
        var entries = BinaryPrimitives.ReadUInt32LittleEndian(header[44..]);
        var directory = BinaryPrimitives.ReadInt64LittleEndian(header[56..]);
        return Check(new(
            capacity, grain, entries, directory, (BinaryPrimitives.ReadUInt32LittleEndian(header[8..]) & CompressedFlag) != 0,
            descriptor > 0 && descriptor < long.MaxValue / SectorLength ? descriptor * SectorLength : 0,
            descriptor > 0 && descriptorLength is > 0 and < MaxDescriptor ? descriptorLength * SectorLength : 0));
    }

    private static VmdkHeader? ParseOld(ReadOnlySpan<byte> header) => Check(new(
        BinaryPrimitives.ReadUInt32LittleEndian(header[12..]), BinaryPrimitives.ReadUInt32LittleEndian(header[16..]), 4096,
        BinaryPrimitives.ReadUInt32LittleEndian(header[20..]), false, 0, 0));

    private static VmdkHeader? Check(VmdkHeader header) =>
        header.Capacity is > 0 and < long.MaxValue / SectorLength && header.Grain is > 0 and <= 1 << 15 && header.EntriesOfTable is > 0 and <= 1 << 16
            && (header.Directory == -1 || header.Directory is > 0 and < long.MaxValue / SectorLength) ? header : null;

    /// <summary>The text that describes a disk: what it says of other files is reported.</summary>
    private static void ReadDescriptor(BoundedReader reader, long at, long length, bool isAlone, IMemberSink sink)
    {
        reader.Position = at;
        if (!reader.TryGetSpan((int)Math.Min(Math.Min(length, MaxDescriptor), reader.Length - at), out var bytes))
            return;
        var text = Encoding.Latin1.GetString(bytes).Split('\0')[0];
        if (ParentName().Match(text) is { Success: true } parent && !parent.Groups[1].Value.Equals("ffffffff", StringComparison.OrdinalIgnoreCase))
            sink.AddNotScanned(new Member("parent"), NotScannedReason.MissingVolume, "What the disk does not hold is in another file.");
        var extents = ExtentLine().Matches(text);
        if (!isAlone && extents.Count < 2)
            return;
        foreach (Match extent in extents)
        {
            if (sink.ShouldStop)
                return;
            sink.AddNotScanned(new Member(extent.Groups[2].Value), NotScannedReason.MissingVolume, $"An extent ({extent.Groups[1].Value}) in another file.");
        }
    }

    [GeneratedRegex(@"^\s*parentCID\s*=\s*([0-9a-fA-F]+)", RegexOptions.Multiline)]
    private static partial Regex ParentName();

    [GeneratedRegex(@"^\s*(?:RW|RDONLY|NOACCESS)\s+\d+\s+(\w+)\s+""([^""\r\n]+)""", RegexOptions.Multiline)]
    private static partial Regex ExtentLine();
}
