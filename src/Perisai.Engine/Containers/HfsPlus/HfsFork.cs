using System.Buffers.Binary;

namespace Perisai.Engine.Containers.HfsPlus;

/// <summary>A fork of a file: its length, and the first eight of its extents, each a first block and a number of blocks.</summary>
internal readonly record struct HfsFork(long Length, uint Blocks, byte[] Extents)
{
    public const int StoredLength = 80;
    public const int ExtentsLength = 64;
    public const int ExtentLength = 8;

    public static HfsFork Read(ReadOnlySpan<byte> bytes) => new(
        Math.Max(0, BinaryPrimitives.ReadInt64BigEndian(bytes)), BinaryPrimitives.ReadUInt32BigEndian(bytes[12..]),
        bytes.Slice(16, ExtentsLength).ToArray());
}
