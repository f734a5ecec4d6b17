namespace Perisai.Engine.Scanning.Rules;

/// <summary>Where a part of a string matched in one object, in the order of the starts once it is <see cref="Settle"/>d. Reused.</summary>
internal sealed class PartMatches
{
    /// <summary>Matches kept of one string, as in YARA; what comes after is not known.</summary>
    public const int Maximum = 1_000_000;

    private long[] _keys = new long[4];
    private long[] _ends = new long[4];
    private bool _isSorted = true;

    public int Count { get; private set; }

    /// <summary>Whether more matched than are kept.</summary>
    public bool IsFull => Count >= Maximum;

    public long Start(int index) => _keys[index];

    public long End(int index) => _ends[index];

    public long Length(int index) => _ends[index] - _keys[index];

    public void Clear()
    {
        Count = 0;
        _isSorted = true;
        if (_keys.Length > 1 << 16)
            (_keys, _ends) = (new long[4], new long[4]);
    }

    public void Add(long start, long end)
    {
        if (IsFull)
            return;
        if (Count == _keys.Length)
        {
            Array.Resize(ref _keys, Count * 2);
            Array.Resize(ref _ends, Count * 2);
        }

        _isSorted &= Count == 0 || start > _keys[Count - 1];
        _keys[Count] = start;
        _ends[Count++] = end;
    }

    /// <summary>Sorts, and keeps of several matches at one place the longest or the shortest.</summary>
    public void Settle(bool keepsLongest)
    {
        if (_isSorted)
            return;
        _isSorted = true;
        Array.Sort(_keys, _ends, 0, Count);
        var kept = 0;
        for (var i = 0; i < Count; i++)
        {
            if (kept > 0 && _keys[kept - 1] == _keys[i])
            {
                _ends[kept - 1] = keepsLongest ? Math.Max(_ends[kept - 1], _ends[i]) : Math.Min(_ends[kept - 1], _ends[i]);
                continue;
            }

            _keys[kept] = _keys[i];
            _ends[kept++] = _ends[i];
        }

        Count = kept;
    }

    /// <summary>
    /// Joins matches of the next part: of each match the end becomes the nearest end of a match of <paramref name="next"/> that begins between
    /// <paramref name="minimum"/> and <paramref name="maximum"/> bytes behind it; those without one are dropped. Both must be settled.
    /// </summary>
    public void Join(PartMatches next, long minimum, long maximum)
    {
        // In the order of the ends the windows only move forwards, and the least end in a window comes from a queue whose ends rise.
        var order = new int[Count];
        for (var i = 0; i < Count; i++)
            order[i] = i;
        Array.Sort(_ends.AsSpan(0, Count).ToArray(), order);
        var queue = new int[next.Count];
        int head = 0, tail = 0, entering = 0;
        var joined = new long[Count];
        foreach (var i in order)
        {
            var first = _ends[i] + minimum;
            var last = maximum == long.MaxValue ? long.MaxValue : _ends[i] + maximum;
            for (; entering < next.Count && next._keys[entering] <= last; entering++)
            {
                while (tail > head && next._ends[queue[tail - 1]] >= next._ends[entering])
                    tail--;
                queue[tail++] = entering;
            }

            while (head < tail && next._keys[queue[head]] < first)
                head++;
            joined[i] = head < tail ? next._ends[queue[head]] : -1;
        }

        var kept = 0;
        for (var i = 0; i < Count; i++)
        {
            if (joined[i] < 0)
                continue;
            _keys[kept] = _keys[i];
            _ends[kept++] = joined[i];
        }

        Count = kept;
    }

    /// <summary>The first match that starts at an offset or later.</summary>
    public int FirstFrom(long offset)
    {
        var index = Array.BinarySearch(_keys, 0, Count, offset);
        return index < 0 ? ~index : index;
    }

    /// <summary>Matches that start between two offsets, both included.</summary>
    public int CountBetween(long first, long last) => last < first ? 0 : FirstFrom(last == long.MaxValue ? last : last + 1) - FirstFrom(first);
}
