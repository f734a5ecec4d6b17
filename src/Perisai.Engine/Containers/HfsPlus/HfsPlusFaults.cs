namespace Perisai.Engine.Containers.HfsPlus;

/// <summary>What can be wrong with an HFS+ volume.</summary>
internal static class HfsPlusFaults
{
    /// <summary>The first word of all ids, those of what file systems share included.</summary>
    public const string Format = "hfsplus";

    public const string BadHeader = "hfsplus.bad-header";
    public const string Truncated = "hfsplus.truncated";
    public const string NeedsRecovery = "hfsplus.needs-recovery";
    public const string BadCatalog = "hfsplus.bad-catalog";
    public const string BadExtents = "hfsplus.bad-extents";
    public const string BadAttributes = "hfsplus.bad-attributes";
    public const string TooManyRecords = "hfsplus.too-many-records";
}
