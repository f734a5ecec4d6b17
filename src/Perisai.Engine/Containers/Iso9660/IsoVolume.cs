using System.Buffers.Binary;

namespace Perisai.Engine.Containers.Iso9660;

/// <summary>A volume descriptor that leads to a tree of directories.</summary>
/// <param name="IsJoliet">Whether names are UCS-2, big endian.</param>
/// <param name="BlockLength">What extents are counted in: 512, 1024 or 2048 bytes.</param>
/// <param name="Blocks">The length of the volume that it claims.</param>
/// <param name="RootBlock">The root directory's first block, any extended attributes skipped.</param>
/// <param name="RootLength">The root directory's length in bytes.</param>
internal readonly record struct IsoVolume(bool IsJoliet, int BlockLength, uint Blocks, long RootBlock, long RootLength)
{
    private const int RootRecord = 156;

    /// <summary>Parses the descriptor in a sector; null where its numbers make no sense.</summary>
    public static IsoVolume? Parse(ReadOnlySpan<byte> sector)
    {
        int blockLength = BinaryPrimitives.ReadUInt16LittleEndian(sector[128..]);
        // Some programs leave it zero or write nonsense; then it is what nearly all have.
        if (blockLength is not (512 or 1024 or 2048))
            blockLength = Iso9660Format.SectorLength;
        var root = sector[RootRecord..];
        if (root[0] < Iso9660Format.RecordLength + 1)
            return null;
        return new(
            IsJolietEscape(sector[88..]), blockLength, BinaryPrimitives.ReadUInt32LittleEndian(sector[80..]),
            BinaryPrimitives.ReadUInt32LittleEndian(root[2..]) + (long)root[1], BinaryPrimitives.ReadUInt32LittleEndian(root[10..]));
    }

    /// <summary>The escape sequences of UCS-2, levels 1 to 3. Primary descriptors have zeros there.</summary>
    private static bool IsJolietEscape(ReadOnlySpan<byte> escape) => escape is [(byte)'%', (byte)'/', (byte)'@' or (byte)'C' or (byte)'E', ..];
}
