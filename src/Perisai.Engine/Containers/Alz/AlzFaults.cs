namespace Perisai.Engine.Containers.Alz;

/// <summary>What can be wrong with an ALZ archive.</summary>
internal static class AlzFaults
{
    public const string BadHeader = "alz.bad-header";
    public const string Truncated = "alz.truncated";
    public const string MissingEnd = "alz.missing-end";
    public const string Checksum = "alz.checksum";
    public const string TrailingData = "alz.trailing-data";
}
