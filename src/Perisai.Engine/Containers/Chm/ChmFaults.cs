namespace Perisai.Engine.Containers.Chm;

/// <summary>What can be wrong with compiled help.</summary>
internal static class ChmFaults
{
    public const string TruncatedHeader = "chm.truncated-header";
    public const string BadDirectory = "chm.bad-directory";
    public const string BadEntry = "chm.bad-entry";
    public const string Truncated = "chm.truncated";
    public const string BadSection = "chm.bad-section";
}
