namespace Perisai.Engine.Containers.Chm;

/// <summary>A file of the directory: a range of one of the two content sections.</summary>
internal sealed record ChmEntry(string Name, long Section, long Offset, long Length);
