namespace Perisai.Engine.Containers.Arj;

/// <summary>What can be wrong with an ARJ archive.</summary>
internal static class ArjFaults
{
    public const string BadHeader = "arj.bad-header";
    public const string HeaderChecksum = "arj.header-checksum";
    public const string MissingEnd = "arj.missing-end";
    public const string Truncated = "arj.truncated";
    public const string Checksum = "arj.checksum";
    public const string LengthMismatch = "arj.length-mismatch";
    public const string TrailingData = "arj.trailing-data";
}
