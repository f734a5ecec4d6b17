namespace Perisai.Engine.Containers.Cab;

/// <summary>What can be wrong with a cabinet.</summary>
internal static class CabFaults
{
    public const string TruncatedHeader = "cab.truncated-header";
    public const string TruncatedFolders = "cab.truncated-folders";
    public const string TruncatedFiles = "cab.truncated-files";
    public const string Truncated = "cab.truncated";
    public const string BadFolderNumber = "cab.bad-folder-number";
    public const string BlockChecksum = "cab.block-checksum";
    public const string OverlappingFiles = "cab.overlapping-files";
    public const string TrailingData = "cab.trailing-data";
    public const string LengthMismatch = "cab.length-mismatch";
}
