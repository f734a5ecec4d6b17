namespace Perisai.Engine.Containers.SquashFs;

/// <summary>An inode of a directory or a file; of a file, the list of its blocks' lengths follows in the metadata.</summary>
/// <param name="Start">Of a directory, the block of its list; of a file, the place of its first block.</param>
/// <param name="Offset">Of a directory, the offset in that block; of a file, that in the fragment.</param>
/// <param name="Fragment">The number of the fragment with the file's end; all ones where there is none.</param>
internal readonly record struct SquashFsInode(bool IsDirectory, bool IsFile, long Start, uint Offset, long Length, uint Fragment)
{
    public const uint NoFragment = uint.MaxValue;
}
