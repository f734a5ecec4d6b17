using System.Buffers.Binary;

namespace Perisai.Engine.Containers.Ntfs;

/// <summary>Sizes and places, in bytes, as the boot sector tells.</summary>
internal sealed record NtfsVolume(long Length, int ClusterLength, long TableOffset, long MirrorOffset, int RecordLength)
{
    /// <summary>Parses a boot sector of 512 bytes; null where its numbers make no volume.</summary>
    public static NtfsVolume? Parse(ReadOnlySpan<byte> sector)
    {
        int sectorLength = BinaryPrimitives.ReadUInt16LittleEndian(sector[11..]);
        // Clusters of more than 128 sectors are told by the negative logarithm of their number.
        var perCluster = sector[13] <= 128 ? sector[13] : 1 << Math.Min(30, 256 - sector[13]);
        var sectors = BinaryPrimitives.ReadInt64LittleEndian(sector[40..]);
        var table = BinaryPrimitives.ReadInt64LittleEndian(sector[48..]);
        var mirror = BinaryPrimitives.ReadInt64LittleEndian(sector[56..]);
        if (sectorLength is not (256 or 512 or 1024 or 2048 or 4096) || perCluster == 0 || (long)perCluster * sectorLength > 2 << 20)
            return null;
        var cluster = perCluster * sectorLength;
        // The length of a record: in clusters, or the negative logarithm of bytes.
        var stored = (sbyte)sector[64];
        var record = stored > 0 ? stored * (long)cluster : 1L << -stored;
        if (record is < 512 or > 64 << 10 || sectors <= 0 || table <= 0 || table > long.MaxValue / cluster || mirror is < 0 || mirror > long.MaxValue / cluster)
            return null;
        return new(sectors > long.MaxValue / sectorLength ? long.MaxValue : sectors * sectorLength, cluster, table * cluster, mirror * cluster, (int)record);
    }
}
