namespace Perisai.Engine.Containers.VirtualDisks;

/// <summary>What can be wrong with the files of virtual disks.</summary>
internal static class VirtualDiskFaults
{
    public const string BadVhdFooter = "vhd.bad-footer";
    public const string BadVhdChecksum = "vhd.bad-checksum";
    public const string BadVhdHeader = "vhd.bad-header";
    public const string VhdTruncated = "vhd.truncated";
    public const string BadVhdxHeader = "vhdx.bad-header";
    public const string BadVhdxRegions = "vhdx.bad-regions";
    public const string BadVhdxMetadata = "vhdx.bad-metadata";
    public const string VhdxDirtyLog = "vhdx.dirty-log";
    public const string BadVmdkHeader = "vmdk.bad-header";
    public const string BadQcowHeader = "qcow2.bad-header";
    public const string QcowDirty = "qcow2.dirty";
}
