namespace Perisai.Engine.Containers.Swf;

/// <summary>What can be wrong with a Flash file.</summary>
internal static class SwfFaults
{
    public const string Truncated = "swf.truncated";
    public const string TruncatedTag = "swf.truncated-tag";
    public const string LengthMismatch = "swf.length-mismatch";
    public const string TrailingData = "swf.trailing-data";
}
