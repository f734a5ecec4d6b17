namespace Perisai.Engine.Containers.Volumes;

/// <summary>
/// Collects, in order, the stretches of a sparse source that hold bytes. Where they would be too many, near ones are taken together with the
/// hole between them, so that the list stays below a mebibyte whatever a file claims.
/// </summary>
internal sealed class RangeList
{
    private const int MaxRanges = 1 << 16;

    private readonly List<ByteRange> _ranges = [];
    private long _nearest;

    public IReadOnlyList<ByteRange> Ranges => _ranges;

    public void Add(long start, long length)
    {
        if (length <= 0)
            return;
        if (_ranges.Count > 0 && _ranges[^1] is var last && start - (last.Start + last.Length) <= _nearest)
        {
            _ranges[^1] = last with { Length = Math.Max(last.Length, start + length - last.Start) };
            return;
        }

        if (_ranges.Count == MaxRanges)
            Coarsen();
        _ranges.Add(new(start, length));
    }

    /// <summary>Adds a part of a source that may be sparse itself.</summary>
    public void Add(ByteSource source, long offset, long length, long start)
    {
        if (source.Ranges is not { } ranges)
        {
            Add(start, length);
            return;
        }

        for (var index = FirstBehind(ranges, offset); index < ranges.Count && ranges[index].Start < offset + length; index++)
        {
            var from = Math.Max(ranges[index].Start, offset);
            var to = Math.Min(ranges[index].Start + ranges[index].Length, offset + length);
            Add(start + from - offset, to - from);
        }
    }

    /// <summary>The index of the first stretch that ends behind an offset.</summary>
    public static int FirstBehind(IReadOnlyList<ByteRange> ranges, long offset)
    {
        int low = 0, high = ranges.Count;
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (ranges[middle].Start + ranges[middle].Length <= offset)
                low = middle + 1;
            else
                high = middle;
        }

        return low;
    }

    private void Coarsen()
    {
        while (_ranges.Count > MaxRanges / 2)
        {
            _nearest = Math.Max(1 << 16, _nearest * 2);
            var kept = 0;
            for (var index = 1; index < _ranges.Count; index++)
            {
                var (last, next) = (_ranges[kept], _ranges[index]);
                if (next.Start - (last.Start + last.Length) <= _nearest)
                    _ranges[kept] = last with { Length = next.Start + next.Length - last.Start };
                else
                    _ranges[++kept] = next;
            }

            _ranges.RemoveRange(kept + 1, _ranges.Count - kept - 1);
        }
    }
}
