namespace Perisai.Engine.Containers.SquashFs;

/// <summary>What can be wrong with a SquashFS image.</summary>
internal static class SquashFsFaults
{
    /// <summary>The first word of all ids, those of what file systems share included.</summary>
    public const string Format = "squashfs";

    public const string BadSuperblock = "squashfs.bad-superblock";
    public const string Truncated = "squashfs.truncated";
    public const string BadInode = "squashfs.bad-inode";
    public const string BadDirectory = "squashfs.bad-directory";
    public const string BadFragment = "squashfs.bad-fragment";
}
