using System.Buffers.Binary;

namespace Perisai.Engine.Containers.SquashFs;

/// <summary>The compressors that a superblock can name.</summary>
internal enum SquashFsCompressor
{
    Zlib = 1,
    Lzma = 2,
    Lzo = 3,
    Xz = 4,
    Lz4 = 5,
    Zstd = 6,
}

/// <summary>The superblock of version 4: 96 bytes. Places are in bytes.</summary>
internal sealed record SquashFsSuperblock(
    int BlockLength, long Fragments, SquashFsCompressor Compressor, ulong RootInode, long Length, long InodeTable, long DirectoryTable, long FragmentTable)
{
    public const int StoredLength = 96;

    public static SquashFsSuperblock? Parse(ReadOnlySpan<byte> bytes)
    {
        var blockLength = BinaryPrimitives.ReadUInt32LittleEndian(bytes[12..]);
        var compressor = (SquashFsCompressor)BinaryPrimitives.ReadUInt16LittleEndian(bytes[20..]);
        if (blockLength is < 4096 or > 1 << 20 || compressor is < SquashFsCompressor.Zlib or > SquashFsCompressor.Zstd)
            return null;
        return new(
            (int)blockLength, BinaryPrimitives.ReadUInt32LittleEndian(bytes[16..]), compressor, BinaryPrimitives.ReadUInt64LittleEndian(bytes[32..]),
            BinaryPrimitives.ReadInt64LittleEndian(bytes[40..]), BinaryPrimitives.ReadInt64LittleEndian(bytes[64..]),
            BinaryPrimitives.ReadInt64LittleEndian(bytes[72..]), BinaryPrimitives.ReadInt64LittleEndian(bytes[80..]));
    }
}
