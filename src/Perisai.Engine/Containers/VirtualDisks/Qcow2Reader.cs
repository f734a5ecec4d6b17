using System.Buffers.Binary;

namespace Perisai.Engine.Containers.VirtualDisks;

/// <summary>Reads QEMU disks, versions 2 and 3: clusters that two levels of tables lead to, some of them compressed.</summary>
internal sealed class Qcow2Reader : IContainerReader
{
    private const int HeaderLength = 72;
    private const int LongHeaderLength = 105;
    private const ulong DirtyFeatures = 3;
    private const ulong ExternalData = 4;
    private const ulong HasCompressionType = 8;
    private const ulong ExtendedEntries = 16;

    public static readonly Qcow2Reader Instance = new();

    public string Name => "qcow2";

    public FormatDescription Description { get; } = new(
        "QEMU disk (qcow2)",
        "versions 2 and 3, clusters compressed with deflate or zstd, as one disk with random access",
        "QEMU, docs/interop/qcow2.txt (https://www.qemu.org/docs/master/interop/qcow2.html)")
    {
        Gaps = "internal snapshots are not read; backing files, external data, encryption and extended tables are reported",
    };

    public void Read(ByteSource source, IMemberSink sink)
    {
        Span<byte> header = stackalloc byte[LongHeaderLength];
        header.Clear();
        var count = source.Read(0, header);
        sink.Budget.ChargeRead(count);
        var version = BinaryPrimitives.ReadUInt32BigEndian(header[4..]);
        var bits = (int)Math.Min(99, BinaryPrimitives.ReadUInt32BigEndian(header[20..]));
        var length = BinaryPrimitives.ReadInt64BigEndian(header[24..]);
        var entries = BinaryPrimitives.ReadUInt32BigEndian(header[36..]);
        var table = BinaryPrimitives.ReadInt64BigEndian(header[40..]);
        var features = version >= 3 ? BinaryPrimitives.ReadUInt64BigEndian(header[72..]) : 0;
        var disk = new Member("disk") { DeclaredLength = length };
        if (version is not (2 or 3))
        {
            sink.AddNotScanned(disk, NotScannedReason.Unsupported, $"qcow version {version}");
            return;
        }

        if (BinaryPrimitives.ReadUInt32BigEndian(header[32..]) != 0)
        {
            sink.AddNotScanned(disk, NotScannedReason.Encrypted, "The disk is encrypted.");
            return;
        }

        if ((features & (ExternalData | ExtendedEntries)) != 0)
        {
            sink.AddNotScanned(
                disk, (features & ExternalData) != 0 ? NotScannedReason.MissingVolume : NotScannedReason.Unsupported,
                (features & ExternalData) != 0 ? "The data are in another file." : "Extended tables.");
            return;
        }

        if (count < HeaderLength || bits is < 9 or > 21 || length < 0 || table <= 0 || table > source.Length || entries > (source.Length - table) / 8 + 1)
        {
            sink.AddLoss(VirtualDiskFaults.BadQcowHeader, 0);
            return;
        }

        if ((features & DirtyFeatures) != 0)
            sink.AddFault(VirtualDiskFaults.QcowDirty, 72, "The disk was not closed properly.");
        var isZstd = (features & HasCompressionType) != 0 && header[104] == 1;
        using (var virtualDisk = new Qcow2Source(source, table, entries, length, bits, isZstd, sink.Budget))
            virtualDisk.HandOn(sink, "qcow2");
        if (BinaryPrimitives.ReadInt64BigEndian(header[8..]) != 0 && !sink.ShouldStop)
            sink.AddNotScanned(new Member("backing file"), NotScannedReason.MissingVolume, "What the disk does not hold is in another file.");
    }
}
