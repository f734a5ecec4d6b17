namespace Perisai.Engine.Containers.Disks;

/// <summary>What can be wrong with the partition tables of a disk.</summary>
internal static class DiskFaults
{
    public const string NoPartition = "disk.no-partition";
    public const string PartitionOutside = "disk.partition-outside";
    public const string Truncated = "disk.truncated";
    public const string OverlappingPartitions = "disk.overlapping-entries";
    public const string BadExtendedPartition = "disk.bad-extended-partition";
    public const string BadGptHeader = "disk.bad-gpt-header";
    public const string BadGptChecksum = "disk.bad-gpt-checksum";
    public const string TooManyPartitions = "disk.too-many-partitions";
    public const string BadMapEntry = "disk.bad-map-entry";
}
