using System.Buffers.Binary;

namespace Perisai.Engine.Containers.Ext;

/// <summary>An inode: what kind of file it is, how long, and where its blocks are.</summary>
internal readonly record struct ExtInode(byte[] Bytes)
{
    public const int MapOffset = 40;
    public const int MapLength = 60;

    private const uint CompressedFlag = 4;
    private const uint EncryptedFlag = 0x800;
    private const uint ExtentsFlag = 0x80000;
    private const uint InlineFlag = 0x10000000;
    private const uint AttributesMark = 0xEA020000;
    private const int BasicLength = 128;
    private const int AttributeEntryLength = 16;

    private uint Flags => BinaryPrimitives.ReadUInt32LittleEndian(Bytes.AsSpan(32));

    public bool IsFile => Bytes[1] >> 4 == 8;

    public bool IsDirectory => Bytes[1] >> 4 == 4;

    public long Length => Math.Max(
        0, BinaryPrimitives.ReadUInt32LittleEndian(Bytes.AsSpan(4)) | (long)BinaryPrimitives.ReadUInt32LittleEndian(Bytes.AsSpan(108)) << 32);

    public bool IsCompressed => (Flags & CompressedFlag) != 0;

    public bool IsEncrypted => (Flags & EncryptedFlag) != 0;

    public bool HasExtents => (Flags & ExtentsFlag) != 0;

    public bool IsInline => (Flags & InlineFlag) != 0;

    /// <summary>The 60 bytes with block numbers, extents or content.</summary>
    public ReadOnlySpan<byte> Map => Bytes.AsSpan(MapOffset, MapLength);

    /// <summary>What inline content holds beyond the map: the value of the attribute <c>system.data</c>. Null where it makes no sense.</summary>
    public byte[]? InlineRest()
    {
        if (Bytes.Length < BasicLength + 4)
            return [];
        var attributes = BasicLength + BinaryPrimitives.ReadUInt16LittleEndian(Bytes.AsSpan(BasicLength));
        if (attributes + 4 > Bytes.Length || BinaryPrimitives.ReadUInt32LittleEndian(Bytes.AsSpan(attributes)) != AttributesMark)
            return [];
        // Offsets of values count from the first entry.
        var entries = Bytes.AsSpan(attributes + 4);
        for (var at = 0; at + AttributeEntryLength <= entries.Length && BinaryPrimitives.ReadUInt32LittleEndian(entries[at..]) != 0;)
        {
            int nameLength = entries[at];
            if (at + AttributeEntryLength + nameLength > entries.Length)
                return null;
            if (entries[at + 1] == 7 && entries.Slice(at + AttributeEntryLength, nameLength).SequenceEqual("data"u8))
            {
                int offset = BinaryPrimitives.ReadUInt16LittleEndian(entries[(at + 2)..]);
                var length = BinaryPrimitives.ReadUInt32LittleEndian(entries[(at + 8)..]);
                return offset + length <= entries.Length ? entries.Slice(offset, (int)length).ToArray() : null;
            }

            at += (AttributeEntryLength + nameLength + 3) & ~3;
        }

        return [];
    }
}
