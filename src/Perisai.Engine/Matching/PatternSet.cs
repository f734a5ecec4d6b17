using System.Runtime.InteropServices;

namespace Perisai.Engine.Matching;

/// <summary>The matcher's tables of one segment, in place in its mapping.</summary>
internal sealed unsafe class SegmentPatterns
{
    public required byte* Pieces { get; init; }

    /// <summary>One table a <see cref="GramGroup"/>.</summary>
    public required AnchorTable[] Anchors { get; init; }

    /// <summary>Stage-1 bitmaps by group and target; a null pointer where there are no grams.</summary>
    public required BitmapView[,] Bitmaps { get; init; }

    /// <summary>Called before a bitmap is first used, so that large tables can be checked when they are needed.</summary>
    public Action<GramGroup, int> EnsureVerified { get; init; } = static (_, _) => { };

    public required int MaximumBefore { get; init; }

    public required int MaximumAfter { get; init; }
}

/// <summary>A stage-1 bitmap in memory. No record: the printing of one cannot be compiled ahead of time where a property is a pointer.</summary>
/// <param name="words">The first word; null where there are no grams.</param>
/// <param name="log2Words">Its size.</param>
/// <param name="tinyTables">Of two-byte grams, once they are to be searched: their <see cref="TinyGramTables"/>.</param>
internal readonly unsafe struct BitmapView(nint words, int log2Words, nint tinyTables = 0)
{
    public nint Words { get; } = words;

    public int Log2Words { get; } = log2Words;

    public uint* Pointer => (uint*)Words;

    public byte* TinyTables => (byte*)tinyTables;

    public bool IsEmpty => Words == 0;
}

/// <summary>
/// The patterns of all segments, searched in one pass: their stage-1 bitmaps are united. Immutable and shared by matchers;
/// unions are made when a type of object is first met, and where one segment alone has grams its own bitmap is used in place.
/// </summary>
internal sealed unsafe class PatternSet(SegmentPatterns[] segments) : IDisposable
{
    private readonly BitmapView[,] _united = new BitmapView[GramGroups.Count, PatternSetBuilder.TargetCount];
    private readonly bool[,] _ready = new bool[GramGroups.Count, PatternSetBuilder.TargetCount];
    private readonly List<nint> _owned = [];
    private readonly Lock _lock = new();

    public SegmentPatterns[] Segments { get; } = segments;

    /// <summary>
    /// How far before a probe any piece reaches, and how far from it on. One byte more for boundary tests; and before it what a long gram can be off its
    /// anchor, for the probe that finds it may stand in the next part.
    /// </summary>
    public int Before { get; } = segments.Length == 0 ? 0 : segments.Max(segment => segment.MaximumBefore) + GramGroups.Step(GramGroup.Long);

    /// <inheritdoc cref="Before"/>
    public int After { get; } = segments.Length == 0 ? 0 : segments.Max(segment => segment.MaximumAfter) + 1;

    public BitmapView Bitmap(GramGroup group, int target)
    {
        if (Volatile.Read(ref _ready[(int)group, target]))
            return _united[(int)group, target];
        lock (_lock)
        {
            if (!_ready[(int)group, target])
            {
                foreach (var segment in Segments)
                    segment.EnsureVerified(group, target);
                var united = Unite([.. Segments.Select(s => s.Bitmaps[(int)group, target]).Where(b => !b.IsEmpty)]);
                _united[(int)group, target] = GramGroups.KindOf(group) == GramGroup.Tiny && !united.IsEmpty ? WithTables(united) : united;
                Volatile.Write(ref _ready[(int)group, target], true);
            }

            return _united[(int)group, target];
        }
    }

    public void Dispose()
    {
        foreach (var memory in _owned)
            NativeMemory.AlignedFree((void*)memory);
        _owned.Clear();
    }

    private BitmapView WithTables(BitmapView view)
    {
        var tables = (nint)NativeMemory.AlignedAlloc(TinyGramTables.Length, 64);
        _owned.Add(tables);
        TinyGramTables.Build(view.Pointer, (byte*)tables);
        return new(view.Words, view.Log2Words, tables);
    }

    private BitmapView Unite(BitmapView[] views)
    {
        if (views.Length <= 1)
            return views.FirstOrDefault();
        var log2Words = views.Max(view => view.Log2Words);
        var memory = (nint)NativeMemory.AlignedAlloc((nuint)4 << log2Words, 64);
        _owned.Add(memory);
        var words = new Span<uint>((void*)memory, 1 << log2Words);
        words.Clear();
        foreach (var view in views)
            GramBitmap.SpreadInto(new ReadOnlySpan<uint>(view.Pointer, 1 << view.Log2Words), words);
        return new(memory, log2Words);
    }
}
