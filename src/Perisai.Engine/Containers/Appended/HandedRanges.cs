namespace Perisai.Engine.Containers.Appended;

/// <summary>Which parts of an object have been handed on, so that nothing in them is handed on a second time. Parts may overlap.</summary>
internal sealed class HandedRanges
{
    /// <summary>More are not kept: the worst is that something is scanned twice.</summary>
    private const int MaximumKept = 65_536;

    private readonly List<(long Start, long End)> _ranges = [];
    private bool _isSorted = true;

    public int Count => _ranges.Count;

    public void Add(long offset, long length)
    {
        if (length <= 0 || _ranges.Count >= MaximumKept)
            return;
        _ranges.Add((offset, offset + length));
        _isSorted = false;
    }

    public bool Contains(long offset)
    {
        if (!_isSorted)
            Merge();
        int low = 0, high = _ranges.Count;
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (_ranges[middle].Start <= offset)
                low = middle + 1;
            else
                high = middle;
        }

        return low > 0 && offset < _ranges[low - 1].End;
    }

    private void Merge()
    {
        _ranges.Sort();
        var count = 0;
        for (var index = 0; index < _ranges.Count; index++)
        {
            var range = _ranges[index];
            if (count > 0 && range.Start <= _ranges[count - 1].End)
                _ranges[count - 1] = (_ranges[count - 1].Start, Math.Max(_ranges[count - 1].End, range.End));
            else
                _ranges[count++] = range;
        }

        _ranges.RemoveRange(count, _ranges.Count - count);
        _isSorted = true;
    }
}
