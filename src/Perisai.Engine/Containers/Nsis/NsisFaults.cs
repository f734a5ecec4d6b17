namespace Perisai.Engine.Containers.Nsis;

/// <summary>What can be wrong with a Nullsoft installer's data.</summary>
internal static class NsisFaults
{
    public const string TruncatedHeader = "nsis.truncated-header";
    public const string Truncated = "nsis.truncated";
    public const string HeaderLength = "nsis.header-length";
    public const string TrailingData = "nsis.trailing-data";
}
