using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics.X86;
using Perisai.Engine.Matching.Automata;

namespace Perisai.Engine.Matching;

/// <summary>
/// Searches text for all patterns of a <see cref="PatternSet"/>: stage 1 (<see cref="Prefilter"/>), stage 2 (<see cref="AnchorTable"/>), exact
/// verification, joining of pieces. One a thread; allocates nothing while it searches.
/// </summary>
/// <remarks>
/// Text comes in windows. Anchors are looked for in a part of the window (from, to); the window holds at least
/// <see cref="PatternSet.Before"/> bytes before and <see cref="PatternSet.After"/> bytes after that part, unless the object begins or
/// ends there. Parts follow one another without overlap, so nothing is found twice.
/// </remarks>
internal sealed unsafe class PatternMatcher : IDisposable
{
    private const int Capacity = 4096;
    private const int Batch = 128;
    private readonly PatternSet _patterns;
    private readonly int* _candidates = (int*)NativeMemory.AlignedAlloc(Capacity * sizeof(int), 64);
    private readonly PieceVerifier _verifier = new();
    private readonly AutomatonVerifier _automata = new();
    private readonly PieceLinker _linker = new();
    private int _target;
    private bool _isSecondPass;

    public PatternMatcher(PatternSet patterns, Prefilter.Kernel? kernel = null)
    {
        _patterns = patterns;
        KernelInUse = kernel ?? Prefilter.Best;
    }

    public Prefilter.Kernel KernelInUse { get; }

    /// <summary>Candidates after stage 1, after the second bitmap, and pieces compared, since the matcher was made.</summary>
    public (long Stage1, long Stage2, long Compared) Counters { get; private set; }

    /// <summary>Steps of expressions since the matcher was made: what their work is counted in.</summary>
    public long ExpressionSteps => _automata.Steps;

    /// <summary>Whether matches of a pattern with bounded wide gaps were dropped in this object.</summary>
    public bool Overflowed => _linker.Overflowed;

    /// <summary>
    /// Whether the object must be searched again, from its start, before it is ended: parts of some pattern were found, and the parts that are
    /// hard to find now matter. Objects in which that is so are few.
    /// </summary>
    public bool NeedsSecondPass => !_isSecondPass && _linker.NeedsSecondPass;

    /// <summary>Begins an object of a target.</summary>
    public void Begin(int target)
    {
        _isSecondPass = false;
        _target = target;
        _linker.Clear();
    }

    public bool IsSecondPass => _isSecondPass;

    /// <summary>Begins the second pass over the same object.</summary>
    public void BeginSecondPass() => _isSecondPass = true;

    /// <summary>Where the text begins that windows are of: 0, but for the stretches of a source with gaps.</summary>
    public long TextStart { get; set; }

    /// <summary>Searches one part of a window.</summary>
    /// <param name="window">The text around the part.</param>
    /// <param name="windowOffset">The window's first byte in the object.</param>
    /// <param name="from">First anchor offset in the window.</param>
    /// <param name="to">End of the anchor offsets (exclusive).</param>
    /// <param name="endsObject">Whether the window's end is the object's.</param>
    /// <param name="sink">Takes matches.</param>
    public void Scan(ReadOnlySpan<byte> window, long windowOffset, int from, int to, bool endsObject, IPatternSink sink)
    {
        fixed (byte* text = window)
        {
            _verifier.SetText(text, window.Length, windowOffset == TextStart, endsObject);
            _automata.SetText(text, window.Length, windowOffset == TextStart, endsObject);
            for (GramGroup group = 0; (int)group < GramGroups.Count; group++)
            {
                if (GramGroups.IsLate(group) != _isSecondPass)
                    continue;
                var bitmap = _patterns.Bitmap(group, _target);
                if (!bitmap.IsEmpty)
                    ScanGroup(group, bitmap, text, window.Length, windowOffset, from, to, sink);
            }
        }
    }

    /// <summary>Ends the object: joins pieces and reports their patterns.</summary>
    public void End(IPatternSink sink) => _linker.Report(sink);

    public void Dispose() => NativeMemory.AlignedFree(_candidates);

    private void ScanGroup(
        GramGroup group, BitmapView bitmap, byte* text, int length, long windowOffset, int from, int to, IPatternSink sink)
    {
        to = Math.Min(to, length);
        // Probes stand at multiples of the step in the object, however it is cut into parts.
        var step = GramGroups.Step(group);
        from += (int)((step - ((windowOffset + from) % step)) % step);
        while (from < to)
        {
            var count = 0;
            from = Prefilter.Scan(group, KernelInUse, text, length, from, to, bitmap, _candidates, Capacity, ref count);
            if (count > 0)
            {
                for (var segment = 0; segment < _patterns.Segments.Length; segment++)
                {
                    if (!_patterns.Segments[segment].Bitmaps[(int)group, _target].IsEmpty)
                        Confirm(group, segment, text, length, windowOffset, count, sink);
                }
            }

            // The kernels stop where a gram would reach over the end; nothing is left then.
            if (from > length - GramGroups.GramLength(group))
                break;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Confirm(GramGroup group, int segment, byte* text, int length, long windowOffset, int count, IPatternSink sink)
    {
        var table = _patterns.Segments[segment].Anchors[(int)group];
        var gramLength = GramGroups.GramLength(group);
        var keys = stackalloc ulong[Batch];
        var hashes = stackalloc ulong[Batch];
        var positions = stackalloc int[Batch];
        var counters = Counters;
        counters.Stage1 += count;
        for (var first = 0; first < count; first += Batch)
        {
            // Each step prefetches what the next one reads: the tables are larger than the nearest caches.
            var size = Math.Min(Batch, count - first);
            for (var i = 0; i < size; i++)
            {
                var position = _candidates[first + i];
                keys[i] = Gram.Key(Gram.Load(text, position, length), gramLength);
                hashes[i] = Gram.Hash64(keys[i]);
                positions[i] = position;
                if (Sse.IsSupported)
                    Sse.Prefetch0(table.BitmapWord(hashes[i]));
            }

            var kept = 0;
            for (var i = 0; i < size; i++)
            {
                if (!table.MayContain(hashes[i]))
                    continue;
                keys[kept] = keys[i];
                hashes[kept] = hashes[i];
                positions[kept++] = positions[i];
                if (Sse.IsSupported)
                    Sse.Prefetch0(table.Starts + (hashes[i] >> table.BucketShift));
            }

            for (var i = 0; i < kept; i++)
            {
                hashes[i] >>= table.BucketShift;
                if (Sse.IsSupported)
                    Sse.Prefetch0(table.Entries + table.Starts[hashes[i]]);
            }

            counters.Stage2 += kept;
            for (var i = 0; i < kept; i++)
            {
                var end = table.Starts[hashes[i] + 1];
                for (var e = table.Starts[hashes[i]]; e < end; e++)
                {
                    if (Matches(table.Entries + e, keys[i], text, length, positions[i]))
                    {
                        counters.Compared++;
                        Compare(segment, table.Entries + e, positions[i], windowOffset, sink);
                    }
                }
            }
        }

        Counters = counters;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private bool Matches(AnchorEntry* entry, ulong key, byte* text, int length, int position)
    {
        var flags = entry->KeyAndFlags;
        if (((flags ^ key) & AnchorEntry.KeyMask) != 0)
            return false;
        var target = (int)(flags >> AnchorEntry.TargetShift) & 15;
        if (target != 0 && target != _target)
            return false;
        // Where they do not stand in the text whole, those that count may still: the piece itself decides.
        var at = position + ((int)(flags >> AnchorEntry.NeighbourShift) & 15) - AnchorEntry.NeighbourBefore;
        if (at < 0 || at + 4 > length)
            return true;
        var difference = (Unsafe.ReadUnaligned<uint>(text + at) | Gram.Fold32) ^ entry->Neighbours;
        return (difference & AnchorEntry.ByteMask((uint)(flags >> AnchorEntry.NeighbourMaskShift))) == 0;
    }

    private void Compare(int segment, AnchorEntry* entry, int position, long windowOffset, IPatternSink sink)
    {
        var piece = (PieceRecord*)(_patterns.Segments[segment].Pieces + ((long)entry->Piece * 4));
        var anchor = position - ((int)(entry->KeyAndFlags >> AnchorEntry.AlignmentShift) & 3);
        if (piece->Kind == PieceKind.Automaton)
        {
            _automata.Verify(_patterns.Segments[segment].Pieces, piece, anchor, segment, windowOffset, sink);
            return;
        }

        if (!_verifier.Verify(piece, anchor, out var start, out var end))
            return;
        if (piece->Count == 1)
            sink.OnMatch(segment, piece->Pattern, windowOffset + start, windowOffset + end);
        else if (sink.MayStart(segment, piece->Pattern, piece->Index, windowOffset + start))
            _linker.Add(segment, in *piece, windowOffset + start, windowOffset + end);
    }
}
