namespace Perisai.Engine.Containers.Wim;

/// <summary>What can be wrong with a Windows image.</summary>
internal static class WimFaults
{
    public const string TruncatedHeader = "wim.truncated-header";
    public const string BadTable = "wim.bad-table";
    public const string Truncated = "wim.truncated";
}
