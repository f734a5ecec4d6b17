using Perisai.Engine.Containers.Volumes;

namespace Perisai.Engine.Containers.Ntfs;

/// <summary>
/// Data runs: a byte that tells how long two numbers are, the length of the run in clusters, and its place as the distance from the run
/// before. A run without a place is a hole.
/// </summary>
internal static class NtfsRuns
{
    /// <summary>A file in more pieces than this is cut.</summary>
    private const int MaxPieces = 1 << 18;

    /// <summary>Appends the pieces. False: the runs make no sense from some place on.</summary>
    public static bool TryRead(ReadOnlySpan<byte> runs, ByteSource source, int clusterLength, List<Piece> pieces)
    {
        long cluster = 0;
        var most = long.MaxValue / 4 / clusterLength;
        for (var at = 0; at < runs.Length && runs[at] != 0;)
        {
            var (lengthBytes, placeBytes) = (runs[at] & 15, runs[at] >> 4);
            at++;
            if (lengthBytes is 0 or > 8 || placeBytes > 8 || at + lengthBytes + placeBytes > runs.Length || pieces.Count > MaxPieces)
                return false;
            var count = Number(runs.Slice(at, lengthBytes));
            at += lengthBytes;
            if (count <= 0 || count > most)
                return false;
            if (placeBytes == 0)
            {
                VolumeFiles.Append(pieces, new(null, 0, count * clusterLength));
                continue;
            }

            cluster += Number(runs.Slice(at, placeBytes));
            at += placeBytes;
            if (cluster < 0 || cluster > most)
                return false;
            VolumeFiles.Append(pieces, new(source, cluster * clusterLength, count * clusterLength));
        }

        return true;
    }

    /// <summary>A signed number, its lowest byte first.</summary>
    private static long Number(ReadOnlySpan<byte> bytes)
    {
        long value = (sbyte)bytes[^1];
        for (var index = bytes.Length - 2; index >= 0; index--)
            value = value << 8 | bytes[index];
        return value;
    }
}
