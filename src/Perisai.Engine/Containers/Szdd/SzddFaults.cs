namespace Perisai.Engine.Containers.Szdd;

/// <summary>What can be wrong with a file of MS-DOS compress.</summary>
internal static class SzddFaults
{
    public const string TruncatedHeader = "szdd.truncated-header";
    public const string LengthMismatch = "szdd.length-mismatch";
    public const string TrailingData = "szdd.trailing-data";
}
