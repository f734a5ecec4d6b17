namespace Perisai.Engine.Containers.MacBinary;

/// <summary>What can be wrong with a Macintosh file that was put into one.</summary>
internal static class MacBinaryFaults
{
    public const string TruncatedHeader = "macbinary.truncated-header";
    public const string Truncated = "macbinary.truncated";
    public const string TrailingData = "macbinary.trailing-data";
}
