namespace Perisai.Engine.Containers.Ext;

/// <summary>What can be wrong with an ext2, ext3 or ext4 volume.</summary>
internal static class ExtFaults
{
    /// <summary>The first word of all ids, those of what file systems share included.</summary>
    public const string Format = "ext";

    public const string BadSuperblock = "ext.bad-superblock";
    public const string Truncated = "ext.truncated";
    public const string NeedsRecovery = "ext.needs-recovery";
    public const string BadGroup = "ext.bad-group";
    public const string BadInode = "ext.bad-inode";
    public const string BadExtents = "ext.bad-extents";
    public const string BadDirectory = "ext.bad-directory";
    public const string BadInlineData = "ext.bad-inline-data";
}
