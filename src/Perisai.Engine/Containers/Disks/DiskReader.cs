namespace Perisai.Engine.Containers.Disks;

/// <summary>Reads images of disks with a master boot record or a GUID partition table: each partition is a member, and what lies between them.</summary>
internal sealed class DiskReader : IContainerReader
{
    private const int SectorLength = 512;

    public static readonly DiskReader Instance = new();

    public string Name => "disk";

    public FormatDescription Description { get; } = new(
        "Disk image (MBR, GPT)",
        "primary, extended and logical partitions; both tables of a GPT; what lies between partitions",
        "UEFI Specification 2.10, chapter 5 (https://uefi.org/specs/UEFI/2.10/05_GUID_Partition_Table_Format.html)")
    {
        Limits = "512 partitions",
        Gaps = "file systems that have no reader (XFS, Btrfs, APFS …), LVM and encrypted volumes are reported",
    };

    public void Read(ByteSource source, IMemberSink sink)
    {
        var parts = new DiskParts(source, sink);
        var sectorLength = GptTable.FindSectorLength(source);
        if (sectorLength == 0 && GptTable.HasBackup(source, SectorLength))
            sectorLength = SectorLength;
        if (sectorLength != 0)
            GptTable.Read(source, sectorLength, sink, parts);
        MbrTable.Read(source, sectorLength == 0 ? SectorLength : sectorLength, sink, parts);
        if (parts.Count == 0)
            sink.AddLoss(DiskFaults.NoPartition, 0);
        parts.HandOn();
    }
}
