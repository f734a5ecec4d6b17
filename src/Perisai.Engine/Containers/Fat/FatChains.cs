using Perisai.Engine.Containers.Volumes;

namespace Perisai.Engine.Containers.Fat;

/// <summary>Follows the chains of clusters in the table. All chains together may be no longer than some times the table, so that loops cost little.</summary>
internal sealed class FatChains(ByteSource source, FatVolume volume, IMemberSink sink)
{
    private readonly BoundedReader _table = new(source, sink.Budget);
    private long _steps = volume.ClusterCount * 4 + (1 << 16);

    /// <summary>
    /// The pieces of a chain from its first cluster on, until it ends or they are this long. False: it ended before, or makes no sense; what
    /// was found so far is in the pieces.
    /// </summary>
    public bool TryFollow(uint cluster, long length, bool isContiguous, List<Piece> pieces)
    {
        if (isContiguous)
        {
            if (!volume.HasCluster(cluster))
                return false;
            VolumeFiles.Append(pieces, new(source, volume.OffsetOf(cluster), length));
            return true;
        }

        for (long found = 0, count = 0; found < length; found += volume.ClusterLength, count++)
        {
            if (!volume.HasCluster(cluster))
                return false;
            if (count >= volume.ClusterCount || --_steps < 0 || !sink.Budget.CheckTime())
                return false;
            VolumeFiles.Append(pieces, new(source, volume.OffsetOf(cluster), volume.ClusterLength));
            if (Next(cluster) is not { } next)
                return found + volume.ClusterLength >= length;
            cluster = next;
        }

        return true;
    }

    /// <summary>The pieces of a directory, whose length is told by its chain alone. False: the chain does not come to its end.</summary>
    public bool TryFollowToEnd(uint cluster, long maximum, List<Piece> pieces)
    {
        for (long found = 0, count = 0; found < maximum; found += volume.ClusterLength, count++)
        {
            if (!volume.HasCluster(cluster) || count >= volume.ClusterCount || --_steps < 0 || !sink.Budget.CheckTime())
                return false;
            VolumeFiles.Append(pieces, new(source, volume.OffsetOf(cluster), volume.ClusterLength));
            if (Next(cluster) is not { } next)
                return true;
            cluster = next;
        }

        sink.AddLoss(FatFaults.TooLongDirectory, volume.OffsetOf(cluster));
        return true;
    }

    /// <summary>The cluster that follows; null at the end of the chain, 0 where the table cannot be read.</summary>
    private uint? Next(uint cluster)
    {
        uint value;
        switch (volume.EntryBits)
        {
            case 12:
                // Three bytes hold two entries.
                _table.Position = volume.TableOffset + cluster + cluster / 2;
                if (!_table.TryReadUInt16(out var pair))
                    return 0;
                value = (cluster & 1) == 0 ? pair & 0xFFFu : (uint)pair >> 4;
                return value >= 0xFF8 ? null : value;
            case 16:
                _table.Position = volume.TableOffset + cluster * 2L;
                return !_table.TryReadUInt16(out var half) ? 0 : half >= 0xFFF8 ? null : half;
            default:
                _table.Position = volume.TableOffset + cluster * 4L;
                if (!_table.TryReadUInt32(out value))
                    return 0;
                if (volume.EntryBits == 28)
                    value &= 0xFFFFFFF;
                return value >= (volume.IsExFat ? 0xFFFFFFF8 : 0xFFFFFF8) ? null : value;
        }
    }
}
