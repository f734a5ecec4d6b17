namespace Perisai.Engine.Containers.Ace;

/// <summary>What can be wrong with an ACE archive.</summary>
internal static class AceFaults
{
    public const string BadHeader = "ace.bad-header";
    public const string HeaderChecksum = "ace.header-checksum";
    public const string Truncated = "ace.truncated";
    public const string Checksum = "ace.checksum";
}
