using System.Runtime.InteropServices;
using Perisai.Engine.Definitions.Compilation;
using Perisai.Engine.Definitions.Ir;
using Perisai.Engine.Matching;

namespace Perisai.Engine.Tests.Languages.Yara.Strings;

/// <summary>Strings in tables of their own, searched by the real matcher; and what the parts' matches come to, as YARA joins them.</summary>
internal sealed unsafe class StringSearcher : IPatternSink, IDisposable
{
    private readonly IReadOnlyList<RuleString> _strings;
    private readonly List<nint> _memory = [];
    private readonly List<(int String, int Part)> _patterns = [];
    private readonly PatternSet _set;
    private readonly PatternMatcher _matcher;
    private readonly List<List<Dictionary<long, long>>> _found = [];

    public StringSearcher(IReadOnlyList<RuleString> strings)
    {
        _strings = strings;
        var builder = new PatternSetBuilder(GramFrequencies.Default);
        for (var i = 0; i < strings.Count; i++)
        {
            for (var part = 0; part < strings[i].Parts.Length; part++)
            {
                foreach (var search in strings[i].Parts[part].Searches)
                    builder.Add((uint)_patterns.Count, search);
                _patterns.Add((i, part));
            }
        }

        GroupCounts = builder.GroupCounts;
        _set = new([Load(builder)]);
        _matcher = new(_set);
    }

    public int[] GroupCounts { get; }

    public long Steps => _matcher.ExpressionSteps;

    public int Before => _set.Before;

    public int After => _set.After;

    /// <summary>Offsets and lengths of each string's matches; the text is searched in parts of some length.</summary>
    public List<(long Offset, long Length)>[] Search(ReadOnlySpan<byte> text, int part = int.MaxValue)
    {
        _found.Clear();
        foreach (var one in _strings)
            _found.Add([.. one.Parts.Select(_ => new Dictionary<long, long>())]);
        _matcher.Begin(0);
        for (long from = 0; from < text.Length; from += part)
        {
            var to = Math.Min(text.Length, from + part);
            var start = (int)Math.Max(0, from - _set.Before);
            var end = (int)Math.Min(text.Length, to + _set.After);
            _matcher.Scan(text[start..end], start, (int)from - start, (int)to - start, end == text.Length, this);
        }

        _matcher.End(this);
        return [.. _strings.Select((one, i) => Join(one, _found[i]))];
    }

    public void OnMatch(int segment, uint pattern, long start, long end)
    {
        var (index, part) = _patterns[(int)pattern];
        var found = _found[index][part];
        if (!found.TryGetValue(start, out var known) || (_strings[index].KeepsLongest ? end > known : end < known))
            found[start] = end;
    }

    public void Dispose()
    {
        _matcher.Dispose();
        _set.Dispose();
        foreach (var memory in _memory)
            NativeMemory.AlignedFree((void*)memory);
    }

    private static List<(long Offset, long Length)> Join(RuleString one, List<Dictionary<long, long>> found)
    {
        // Of every match of the parts so far: where it ends, and where the chain began.
        List<(long First, long End)> reached = [.. found[0].Select(pair => (pair.Key, pair.Value))];
        for (var part = 1; part < one.Parts.Length; part++)
        {
            var (minimum, maximum) = (one.Parts[part].LinkMinimum, one.Parts[part].LinkMaximum);
            var next = new List<(long First, long End)>();
            foreach (var (start, end) in found[part].OrderBy(pair => pair.Key))
            {
                foreach (var (first, before) in reached)
                {
                    if (before + minimum <= start && (maximum == PieceRecord.Unbounded || before + maximum >= start))
                        next.Add((first, end));
                }
            }

            reached = next;
        }

        return [.. reached.GroupBy(chain => chain.First).Select(group => (group.Key, group.First().End - group.Key)).Order()];
    }

    private SegmentPatterns Load(PatternSetBuilder builder)
    {
        var anchors = new AnchorTable[GramGroups.Count];
        var bitmaps = new BitmapView[GramGroups.Count, PatternSetBuilder.TargetCount];
        for (GramGroup group = 0; (int)group < GramGroups.Count; group++)
        {
            var words = builder.BuildBitmaps(group).FirstOrDefault(bitmap => bitmap.Target == 0).Words ?? [];
            if (words.Length == 0)
                continue;
            var (bitmap, starts, entries) = builder.BuildAnchors(group);
            anchors[(int)group] = new(
                (ulong*)Keep<ulong>(bitmap), System.Numerics.BitOperations.Log2((uint)bitmap.Length) + 6, (uint*)Keep<uint>(starts),
                System.Numerics.BitOperations.Log2((uint)starts.Length - 1), (AnchorEntry*)Keep<AnchorEntry>(entries), entries.Length);
            bitmaps[(int)group, 0] = new((nint)Keep<uint>(words), System.Numerics.BitOperations.Log2((uint)words.Length));
        }

        return new()
        {
            Pieces = (byte*)Keep<byte>(builder.Pieces.ToArray()),
            Anchors = anchors,
            Bitmaps = bitmaps,
            MaximumBefore = builder.MaximumBefore,
            MaximumAfter = builder.MaximumAfter,
        };
    }

    private void* Keep<T>(T[] items)
        where T : unmanaged
    {
        var bytes = MemoryMarshal.AsBytes(items.AsSpan());
        var memory = NativeMemory.AlignedAlloc((nuint)Math.Max(64, bytes.Length), 64);
        bytes.CopyTo(new Span<byte>(memory, bytes.Length));
        _memory.Add((nint)memory);
        return memory;
    }
}
