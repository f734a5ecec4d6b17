namespace Perisai.Engine.Containers.Cpio;

/// <summary>What can be wrong with a cpio archive.</summary>
internal static class CpioFaults
{
    public const string BadMagic = "cpio.bad-magic";
    public const string BadNumber = "cpio.bad-number";
    public const string BadName = "cpio.bad-name";
    public const string BadSum = "cpio.bad-sum";
    public const string TruncatedHeader = "cpio.truncated-header";
    public const string TruncatedMember = "cpio.truncated-member";
    public const string MissingEnd = "cpio.missing-end";
    public const string TrailingData = "cpio.trailing-data";
    public const string SizeElsewhere = "cpio.size-elsewhere";
}
