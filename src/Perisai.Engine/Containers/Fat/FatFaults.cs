namespace Perisai.Engine.Containers.Fat;

/// <summary>What can be wrong with a FAT or exFAT volume.</summary>
internal static class FatFaults
{
    /// <summary>The first word of all ids, those of what file systems share included.</summary>
    public const string Format = "fat";

    public const string BadBootSector = "fat.bad-boot-sector";
    public const string Truncated = "fat.truncated";
    public const string BadChain = "fat.bad-chain";
    public const string BadDirectory = "fat.bad-directory";
    public const string TooLongDirectory = "fat.too-long-directory";
    public const string BadName = "fat.bad-name";
}
