namespace Perisai.Engine.Containers.AutoIt;

/// <summary>What can be wrong with a compiled AutoIt script.</summary>
internal static class AutoItFaults
{
    public const string BadEntry = "autoit.bad-entry";
    public const string Truncated = "autoit.truncated";
    public const string MissingEnd = "autoit.missing-end";
    public const string Checksum = "autoit.checksum";
}
