using System.Buffers.Binary;

namespace Perisai.Engine.Containers.Inno;

/// <summary>Where a file's content is: a stretch of a chunk, and the chunk's place in the data.</summary>
internal sealed record InnoLocation(int Number, uint FirstSlice, uint LastSlice, uint ChunkOffset, long Offset, long Length, long ChunkLength, byte[] Digest, int Flags)
{
    private const int FilteredFlag = 0x10;
    private const int EncryptedFlag = 0x40;
    private const int CompressedFlag = 0x80;

    /// <summary>Two numbers of slices, the chunk's offset, and three numbers of eight bytes.</summary>
    private const int DigestOffset = 36;

    /// <summary>A time and a version behind the digest.</summary>
    private const int TimeLength = 16;

    private const int MaxSlices = 1000;

    public bool IsFiltered => (Flags & FilteredFlag) != 0;

    public bool IsEncrypted => (Flags & EncryptedFlag) != 0;

    public bool IsCompressed => (Flags & CompressedFlag) != 0;

    /// <summary>
    /// Takes a table apart. How many bytes the flags have differs between versions: it is such that all entries are of one length and make sense. Null where none does.
    /// </summary>
    public static List<InnoLocation>? Read(ReadOnlySpan<byte> table, int digestLength)
    {
        foreach (var flagsLength in (ReadOnlySpan<int>)[2, 1, 3, 4])
        {
            var length = DigestOffset + digestLength + TimeLength + flagsLength;
            if (table.Length % length == 0 && TryRead(table, length, digestLength) is { } locations)
                return locations;
        }

        return null;
    }

    private static List<InnoLocation>? TryRead(ReadOnlySpan<byte> table, int length, int digestLength)
    {
        var locations = new List<InnoLocation>();
        for (; !table.IsEmpty; table = table[length..])
        {
            var location = new InnoLocation(
                locations.Count, BinaryPrimitives.ReadUInt32LittleEndian(table), BinaryPrimitives.ReadUInt32LittleEndian(table[4..]),
                BinaryPrimitives.ReadUInt32LittleEndian(table[8..]), BinaryPrimitives.ReadInt64LittleEndian(table[12..]),
                BinaryPrimitives.ReadInt64LittleEndian(table[20..]), BinaryPrimitives.ReadInt64LittleEndian(table[28..]),
                table.Slice(DigestOffset, digestLength).ToArray(), table[DigestOffset + digestLength + TimeLength]);
            if (location.FirstSlice > location.LastSlice || location.LastSlice > MaxSlices || location.Offset < 0 || location.Length < 0 || location.ChunkLength < 0)
                return null;
            locations.Add(location);
        }

        return locations;
    }
}
