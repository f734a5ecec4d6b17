namespace Perisai.Engine.Containers.Rtf;

/// <summary>What can be wrong with an RTF document.</summary>
internal static class RtfFaults
{
    public const string Truncated = "rtf.truncated";
    public const string BadObject = "rtf.bad-object";
    public const string TruncatedObject = "rtf.truncated-object";
    public const string TrailingData = "rtf.trailing-data";
    public const string TooDeep = "rtf.too-deep";
}
