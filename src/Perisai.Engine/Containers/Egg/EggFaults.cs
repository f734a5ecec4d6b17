namespace Perisai.Engine.Containers.Egg;

/// <summary>What can be wrong with an EGG archive.</summary>
internal static class EggFaults
{
    public const string BadHeader = "egg.bad-header";
    public const string BadRecord = "egg.bad-record";
    public const string Truncated = "egg.truncated";
    public const string MissingEnd = "egg.missing-end";
    public const string Checksum = "egg.checksum";
    public const string TrailingData = "egg.trailing-data";
}
