namespace Perisai.Engine.Containers.DotNetBundle;

/// <summary>What can be wrong with the files of a .NET single-file program.</summary>
internal static class DotNetBundleFaults
{
    /// <summary>The header or the list of files is cut short.</summary>
    public const string Truncated = "dotnetbundle.truncated";

    /// <summary>A file lies outside the program.</summary>
    public const string OutsideFile = "dotnetbundle.outside-file";

    /// <summary>The files take more than the program has.</summary>
    public const string Overlapping = "dotnetbundle.overlapping-entries";

    /// <summary>More files than are handed on.</summary>
    public const string TooMany = "dotnetbundle.too-many-files";
}
