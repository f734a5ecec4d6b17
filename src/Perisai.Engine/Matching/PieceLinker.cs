namespace Perisai.Engine.Matching;

/// <summary>
/// Joins the pieces of patterns that have wide or unbounded gaps. Pieces are found in any order, so their matches are kept until the
/// object's end and then walked in order: a match of piece k counts when a counted match of piece k-1 ends at a fitting distance before.
/// </summary>
internal sealed class PieceLinker
{
    /// <summary>
    /// Matches kept for one piece: the first ones, and of later pieces the last one too. So an unbounded gap between two pieces loses nothing (the
    /// first end before it and the last match behind it are all it needs); others may, and <see cref="Overflowed"/> says so.
    /// </summary>
    public const int MaximumPerPiece = 4096;

    private readonly Dictionary<(int Segment, uint Pattern), List<Hit>[]> _hits = [];
    private readonly Dictionary<(int Segment, uint Pattern), int> _waiting = [];
    private readonly Stack<List<Hit>> _free = new();

    private readonly record struct Hit(long Start, long End, uint LinkMinimum, uint LinkMaximum);

    /// <summary>Whether matches were dropped since <see cref="Clear"/>.</summary>
    public bool Overflowed { get; private set; }

    /// <summary>
    /// Whether every piece that the first pass looks for was found of some pattern that has others: then a second pass must look for these.
    /// </summary>
    public bool NeedsSecondPass
    {
        get
        {
            foreach (var (key, firstPass) in _waiting)
            {
                if (_hits[key].Count(list => list.Count > 0) == firstPass)
                    return true;
            }

            return false;
        }
    }

    public void Clear()
    {
        _waiting.Clear();
        Overflowed = false;
        foreach (var lists in _hits.Values)
        {
            foreach (var list in lists)
            {
                list.Clear();
                _free.Push(list);
            }
        }

        _hits.Clear();
    }

    public void Add(int segment, in PieceRecord piece, long start, long end)
    {
        if (!_hits.TryGetValue((segment, piece.Pattern), out var lists))
        {
            lists = new List<Hit>[piece.Count];
            for (var i = 0; i < lists.Length; i++)
                lists[i] = _free.TryPop(out var list) ? list : [];
            _hits.Add((segment, piece.Pattern), lists);
            if (piece.FirstPassCount < piece.Count)
                _waiting.Add((segment, piece.Pattern), piece.FirstPassCount);
        }

        var hits = lists[piece.Index];
        if (hits.Count < MaximumPerPiece)
        {
            hits.Add(new(start, end, piece.LinkMinimum, piece.LinkMaximum));
            return;
        }

        Overflowed = true;
        if (piece.Index > 0 && end > hits[^1].End)
            hits[^1] = new(start, end, piece.LinkMinimum, piece.LinkMaximum);
    }

    /// <summary>Reports every match of a last piece that a chain leads to; its start is that of the chain's first piece found first.</summary>
    public void Report(IPatternSink sink)
    {
        foreach (var ((segment, pattern), lists) in _hits)
        {
            if (lists.Any(list => list.Count == 0))
                continue;
            var reached = lists[0].OrderBy(hit => hit.End).ThenBy(hit => hit.Start).Select(hit => (hit.End, First: hit.Start)).ToList();
            for (var k = 1; k < lists.Length && reached.Count > 0; k++)
                reached = Advance(reached, lists[k]);
            foreach (var (end, first) in reached)
                sink.OnMatch(segment, pattern, first, end);
        }
    }

    private static List<(long End, long First)> Advance(List<(long End, long First)> reached, List<Hit> hits)
    {
        var next = new List<(long End, long First)>();
        hits.Sort(static (a, b) => a.End != b.End ? a.End.CompareTo(b.End) : a.Start.CompareTo(b.Start));
        foreach (var hit in hits)
        {
            // The earliest end that the greatest distance allows; the least distance then decides.
            var earliest = hit.LinkMaximum == PieceRecord.Unbounded ? long.MinValue : hit.Start - hit.LinkMaximum;
            var index = LowerBound(reached, earliest);
            if (index < reached.Count && reached[index].End <= hit.Start - hit.LinkMinimum)
                next.Add((hit.End, reached[index].First));
        }

        return next;
    }

    private static int LowerBound(List<(long End, long First)> sorted, long value)
    {
        int low = 0, high = sorted.Count;
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (sorted[middle].End < value)
                low = middle + 1;
            else
                high = middle;
        }

        return low;
    }
}
