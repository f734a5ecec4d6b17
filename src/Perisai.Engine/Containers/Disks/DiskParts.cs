using Perisai.Engine.Containers.Volumes;

namespace Perisai.Engine.Containers.Disks;

/// <summary>
/// Collects the partitions of a disk and hands them on in the order of their places, with what lies between them where it is not zeros. The
/// same range is handed on once, whichever tables name it.
/// </summary>
internal sealed class DiskParts(ByteSource disk, IMemberSink sink)
{
    /// <summary>Four times what the largest usual table holds.</summary>
    private const int MaxParts = 512;

    /// <summary>What small disks may hold twice and more.</summary>
    private const long OverlapFloor = 64L << 20;

    private const int SectorLength = 512;

    private readonly List<DiskPart> _parts = [];
    private readonly List<DiskPart> _structures = [];

    /// <summary>How many were named.</summary>
    public int Count => _parts.Count;

    /// <summary>A range that tables themselves fill: no gap.</summary>
    public void AddStructure(long start, long length) => _structures.Add(new("", start, length));

    /// <summary>Adds the partitions of one table; those that share bytes are an observation.</summary>
    public void AddTable(IReadOnlyList<DiskPart> table, string observation)
    {
        Observe(table, observation);
        foreach (var part in table)
        {
            if (_parts.Count == MaxParts)
            {
                sink.AddLoss(DiskFaults.TooManyPartitions, part.Start);
                break;
            }

            if (!_parts.Exists(known => known.Start == part.Start && known.Length == part.Length))
                _parts.Add(part);
        }
    }

    /// <summary>Says of ranges that should lie apart that they do not.</summary>
    public void Observe(IReadOnlyList<DiskPart> ranges, string observation)
    {
        var ordered = ranges.OrderBy(part => part.Start).ToList();
        for (var index = 1; index < ordered.Count; index++)
        {
            if (ordered[index].Intersects(ordered[index - 1]))
            {
                sink.AddObservation(observation, $"{ordered[index - 1].Name} and {ordered[index].Name} share bytes.");
                break;
            }
        }
    }

    public void HandOn()
    {
        _parts.Sort((left, right) => left.Start != right.Start ? left.Start.CompareTo(right.Start) : left.Length.CompareTo(right.Length));
        long reached = 0;
        long total = 0;
        foreach (var part in _parts)
        {
            if (sink.ShouldStop || !AddGap(reached, Math.Min(part.Start, disk.Length)))
                return;
            reached = Math.Max(reached, part.End);
            if (part.Start >= disk.Length)
            {
                sink.AddLoss(DiskFaults.PartitionOutside, part.Start, part.Name);
                continue;
            }

            if (part.End > disk.Length)
                sink.AddFault(DiskFaults.Truncated, part.Start, $"{part.Name} ends {part.End - disk.Length} bytes behind the disk.");
            var length = Math.Min(part.Length, disk.Length - part.Start);
            total = long.CreateSaturating((Int128)total + length);
            if (total > Math.Min(disk.Length, long.MaxValue / 4) * 2 + OverlapFloor)
            {
                sink.AddFault(DiskFaults.OverlappingPartitions, part.Start, "The partitions share their bytes.");
                sink.AddNotScanned(
                    new Member("overlapping partitions"), NotScannedReason.OverBudget, "Partitions that share bytes with others were not opened.");
                return;
            }

            if (!AddPart(part, length))
                return;
        }

        if (!sink.ShouldStop)
            AddGap(reached, disk.Length);
    }

    private bool AddPart(in DiskPart part, long length)
    {
        // A partition that begins with the table which names it, as on hybrid discs, shall not be opened by that table again.
        if (part.Start == 0
            && ContainerDispatcher.Identify(new SliceByteSource(disk, 0, length), sink.Budget) is FileType.DiskImage or FileType.ApplePartitions)
            return true;
        var member = new Member(part.Name) { DeclaredLength = part.Length };
        return sink.AddSlice(member, disk, part.Start, length) && ForeignVolume.Report(member, disk, part.Start, sink);
    }

    /// <summary>Hands on what lies between two partitions, from the first sector that holds anything to the last one.</summary>
    private bool AddGap(long start, long end)
    {
        while (start < end && !sink.ShouldStop)
        {
            var structure = _structures.Where(part => part.Start < end && part.End > start).OrderBy(part => part.Start).Cast<DiskPart?>().FirstOrDefault();
            var stop = structure is { } found ? Math.Max(start, found.Start) : end;
            var (first, last) = FindContent(start, stop);
            if (last > first && !sink.AddSlice(new Member($"gap-{first}"), disk, first, last - first))
                return false;
            start = structure is { } passed ? passed.End : end;
        }

        return !sink.ShouldStop;
    }

    private (long First, long Last) FindContent(long start, long end)
    {
        long first = -1, last = -1;
        if (end <= start)
            return (0, 0);
        var ranges = disk.Ranges ?? [new(0, disk.Length)];
        var buffer = System.Buffers.ArrayPool<byte>.Shared.Rent(64 << 10);
        for (var index = RangeList.FirstBehind(ranges, start); index < ranges.Count && ranges[index].Start < end; index++)
        {
            var to = Math.Min(end, ranges[index].Start + ranges[index].Length);
            for (var at = Math.Max(start, ranges[index].Start); at < to;)
            {
                var count = disk.Read(at, buffer.AsSpan(0, (int)Math.Min(buffer.Length, to - at)));
                if (count <= 0 || !sink.Budget.ChargeRead(count))
                    break;
                var read = buffer.AsSpan(0, count);
                if (read.ContainsAnyExcept((byte)0))
                {
                    if (first < 0)
                        first = at + read.IndexOfAnyExcept((byte)0);
                    last = at + read.LastIndexOfAnyExcept((byte)0) + 1;
                }

                at += count;
            }
        }

        System.Buffers.ArrayPool<byte>.Shared.Return(buffer);
        if (first < 0)
            return (0, 0);
        first = Math.Max(start, first / SectorLength * SectorLength);
        return (first, Math.Min(end, (last + SectorLength - 1) / SectorLength * SectorLength));
    }
}
