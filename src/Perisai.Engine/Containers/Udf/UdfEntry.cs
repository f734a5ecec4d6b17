using System.Buffers.Binary;

namespace Perisai.Engine.Containers.Udf;

/// <summary>A file entry, plain or extended: the kind of the file, its length, and where its content is (ECMA-167, 4/14.9 and 4/14.17).</summary>
internal sealed record UdfEntry(int Kind, long Length, int DescriptorKind, byte[] Descriptors, UdfPlace Streams, int Partition)
{
    public const int Directory = 4;
    public const int StreamDirectory = 13;
    public const int VirtualTable = 248;

    /// <summary>The content stands in the entry itself.</summary>
    public const int Embedded = 3;

    /// <summary>Kinds with content of the user: files, those without a kind, real-time files.</summary>
    public bool IsFile => Kind is 0 or 5 or 249;

    public bool IsDirectory => Kind is Directory or StreamDirectory;

    /// <summary>Parses a block; null where it holds no entry.</summary>
    public static UdfEntry? Parse(ReadOnlySpan<byte> block, int partition)
    {
        var tag = UdfTags.Read(block);
        var isExtended = tag == UdfTag.ExtendedFileEntry;
        var start = isExtended ? 216 : 176;
        if (!isExtended && tag != UdfTag.FileEntry || block.Length < start)
            return null;
        long attributes = BinaryPrimitives.ReadUInt32LittleEndian(block[(start - 8)..]);
        long length = BinaryPrimitives.ReadUInt32LittleEndian(block[(start - 4)..]);
        if (start + attributes + length > block.Length)
            return null;
        return new(
            block[27], Math.Max(0, BinaryPrimitives.ReadInt64LittleEndian(block[56..])), block[34] & 7,
            block.Slice(start + (int)attributes, (int)length).ToArray(), isExtended ? UdfPlace.Read(block[152..]) : default, partition);
    }
}
