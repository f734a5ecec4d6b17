using System.Buffers.Binary;

namespace Perisai.Engine.Containers.Fat;

/// <summary>Where things lie in a FAT or exFAT volume, in bytes, as its boot sector tells.</summary>
internal sealed record FatVolume
{
    /// <summary>Bits of an entry of the table: 12, 16, 28 (FAT32) or 32 (exFAT).</summary>
    public required int EntryBits { get; init; }

    public required long TableOffset { get; init; }

    public required long ClusterLength { get; init; }

    public required long ClusterCount { get; init; }

    /// <summary>Where cluster 2, the first one, lies.</summary>
    public required long DataOffset { get; init; }

    /// <summary>The length of the whole volume.</summary>
    public required long Length { get; init; }

    /// <summary>The root directory's first cluster; 0 where it has a place of its own.</summary>
    public uint RootCluster { get; init; }

    public long RootOffset { get; init; }

    public long RootLength { get; init; }

    public bool IsExFat => EntryBits == 32;

    public bool HasCluster(uint cluster) => cluster >= 2 && cluster - 2 < ClusterCount;

    public long OffsetOf(uint cluster) => DataOffset + (cluster - 2) * ClusterLength;

    /// <summary>Parses a boot sector of 512 bytes; null where its numbers make no volume.</summary>
    public static FatVolume? Parse(ReadOnlySpan<byte> sector) => sector[3..].StartsWith("EXFAT   "u8) ? ParseExFat(sector) : ParseFat(sector);

    private static FatVolume? ParseFat(ReadOnlySpan<byte> sector)
    {
        long sectorLength = BinaryPrimitives.ReadUInt16LittleEndian(sector[11..]);
        long perCluster = sector[13];
        long total = BinaryPrimitives.ReadUInt16LittleEndian(sector[19..]);
        long table = BinaryPrimitives.ReadUInt16LittleEndian(sector[22..]);
        var isFat32 = table == 0;
        if (total == 0)
            total = BinaryPrimitives.ReadUInt32LittleEndian(sector[32..]);
        if (isFat32)
            table = BinaryPrimitives.ReadUInt32LittleEndian(sector[36..]);
        if (sectorLength == 0 || perCluster == 0 || table == 0)
            return null;
        long reserved = BinaryPrimitives.ReadUInt16LittleEndian(sector[14..]);
        var rootLength = BinaryPrimitives.ReadUInt16LittleEndian(sector[17..]) * 32L;
        var root = reserved + sector[16] * table;
        var data = root + (rootLength + sectorLength - 1) / sectorLength;
        var clusters = (total - data) / perCluster;
        if (clusters <= 0)
            return null;
        return new()
        {
            // The number of clusters alone tells how wide the entries are.
            EntryBits = isFat32 ? 28 : clusters < 4085 ? 12 : 16,
            TableOffset = reserved * sectorLength,
            ClusterLength = perCluster * sectorLength,
            ClusterCount = clusters,
            DataOffset = data * sectorLength,
            Length = total * sectorLength,
            RootCluster = isFat32 ? BinaryPrimitives.ReadUInt32LittleEndian(sector[44..]) : 0,
            RootOffset = root * sectorLength,
            RootLength = rootLength,
        };
    }

    private static FatVolume? ParseExFat(ReadOnlySpan<byte> sector)
    {
        int sectorShift = sector[108], clusterShift = sector[109];
        if (sectorShift is < 9 or > 12 || clusterShift > 25 - sectorShift)
            return null;
        var sectors = BinaryPrimitives.ReadUInt64LittleEndian(sector[72..]);
        return new()
        {
            EntryBits = 32,
            TableOffset = (long)BinaryPrimitives.ReadUInt32LittleEndian(sector[80..]) << sectorShift,
            ClusterLength = 1L << (sectorShift + clusterShift),
            ClusterCount = BinaryPrimitives.ReadUInt32LittleEndian(sector[92..]),
            DataOffset = (long)BinaryPrimitives.ReadUInt32LittleEndian(sector[88..]) << sectorShift,
            Length = sectors > (ulong)(long.MaxValue >> sectorShift) ? long.MaxValue : (long)sectors << sectorShift,
            RootCluster = BinaryPrimitives.ReadUInt32LittleEndian(sector[96..]),
        };
    }
}
