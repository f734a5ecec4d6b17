namespace Perisai.Engine.Containers.Iso9660;

/// <summary>What can be wrong with an ISO 9660 image.</summary>
internal static class Iso9660Faults
{
    public const string NoVolume = "iso9660.no-volume";
    public const string BadVolume = "iso9660.bad-volume";
    public const string TruncatedDirectory = "iso9660.truncated-directory";
    public const string BadRecord = "iso9660.bad-record";
    public const string OverlappingDirectories = "iso9660.overlapping-directories";
    public const string OverlappingEntries = "iso9660.overlapping-entries";
    public const string ExtentOutside = "iso9660.extent-outside";
    public const string UnfinishedFile = "iso9660.unfinished-file";
    public const string BadSystemUse = "iso9660.bad-system-use";
    public const string BadBootCatalog = "iso9660.bad-boot-catalog";
}
