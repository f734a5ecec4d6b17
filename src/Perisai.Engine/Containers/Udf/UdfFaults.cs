namespace Perisai.Engine.Containers.Udf;

/// <summary>What can be wrong with a UDF volume.</summary>
internal static class UdfFaults
{
    /// <summary>The first word of all ids, those of what file systems share included.</summary>
    public const string Format = "udf";

    public const string NoVolume = "udf.no-volume";
    public const string BadPartition = "udf.bad-partition";
    public const string BadFileSet = "udf.bad-file-set";
    public const string BadEntry = "udf.bad-entry";
    public const string BadExtents = "udf.bad-extents";
    public const string BadDirectory = "udf.bad-directory";
    public const string Truncated = "udf.truncated";
}
