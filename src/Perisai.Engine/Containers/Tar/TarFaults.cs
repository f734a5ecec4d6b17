namespace Perisai.Engine.Containers.Tar;

/// <summary>What can be wrong with a tar archive.</summary>
internal static class TarFaults
{
    public const string BadChecksum = "tar.bad-checksum";
    public const string TruncatedHeader = "tar.truncated-header";
    public const string TruncatedMember = "tar.truncated-member";
    public const string BadNumber = "tar.bad-number";
    public const string BadExtendedHeader = "tar.bad-extended-header";
    public const string BadSparseMap = "tar.bad-sparse-map";
    public const string MissingEnd = "tar.missing-end";
    public const string TrailingData = "tar.trailing-data";
    public const string VolumeContinuation = "tar.volume-continuation";
}
