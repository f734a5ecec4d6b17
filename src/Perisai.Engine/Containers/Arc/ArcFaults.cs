namespace Perisai.Engine.Containers.Arc;

/// <summary>What can be wrong with an ARC archive.</summary>
internal static class ArcFaults
{
    public const string BadHeader = "arc.bad-header";
    public const string MissingEnd = "arc.missing-end";
    public const string Truncated = "arc.truncated";
    public const string Checksum = "arc.checksum";
    public const string TrailingData = "arc.trailing-data";
}
