namespace Perisai.Engine.Containers.Xar;

/// <summary>What can be wrong with a xar archive.</summary>
internal static class XarFaults
{
    public const string TruncatedHeader = "xar.truncated-header";
    public const string BadContents = "xar.bad-contents";
    public const string Truncated = "xar.truncated";
    public const string LengthMismatch = "xar.length-mismatch";
}
