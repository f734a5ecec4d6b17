namespace Perisai.Engine.Containers.Egg;

/// <summary>A block of a file (or, in a solid archive, of all files), compressed by itself.</summary>
internal readonly record struct EggBlock(int Method, long Length, uint Checksum, long Offset, long Stored);
