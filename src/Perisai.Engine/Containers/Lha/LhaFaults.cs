namespace Perisai.Engine.Containers.Lha;

/// <summary>What can be wrong with an LHA archive.</summary>
internal static class LhaFaults
{
    public const string BadHeader = "lha.bad-header";
    public const string HeaderChecksum = "lha.header-checksum";
    public const string MissingEnd = "lha.missing-end";
    public const string Truncated = "lha.truncated";
    public const string Checksum = "lha.checksum";
    public const string TrailingData = "lha.trailing-data";
}
