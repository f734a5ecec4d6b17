namespace Perisai.Engine.Containers.Fat;

/// <summary>A file or directory, as its entries in a directory tell.</summary>
/// <param name="IsContiguous">exFAT: the clusters follow one another, and the table is not asked.</param>
internal readonly record struct FatEntry(string Name, bool IsDirectory, uint Cluster, long Length, bool IsContiguous);
