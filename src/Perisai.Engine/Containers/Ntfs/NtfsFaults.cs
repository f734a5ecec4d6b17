namespace Perisai.Engine.Containers.Ntfs;

/// <summary>What can be wrong with an NTFS volume.</summary>
internal static class NtfsFaults
{
    /// <summary>The first word of all ids, those of what file systems share included.</summary>
    public const string Format = "ntfs";

    public const string BadBootSector = "ntfs.bad-boot-sector";
    public const string Truncated = "ntfs.truncated";
    public const string BadTable = "ntfs.bad-file-table";
    public const string BadRecord = "ntfs.bad-record";
    public const string BadAttribute = "ntfs.bad-attribute";
    public const string BadRuns = "ntfs.bad-runs";
    public const string BadAttributeList = "ntfs.bad-attribute-list";
    public const string TooManyRecords = "ntfs.too-many-records";
}
