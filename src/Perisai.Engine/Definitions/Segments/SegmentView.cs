using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Numerics;
using System.Text;
using Perisai.Engine.Definitions.Hashes;
using Perisai.Engine.Definitions.Ir;
using Perisai.Engine.Definitions.Rules;
using Perisai.Engine.Matching;

namespace Perisai.Engine.Definitions.Segments;

/// <summary>A segment's sections under their types.</summary>
internal sealed unsafe class SegmentView
{
    private readonly SegmentFile _file;
    private readonly HashNames _hashNames;
    private readonly SegmentArray<DefinitionRecord> _definitions;
    private readonly SegmentArray<PatternRecord> _patternRecords;
    private readonly SegmentArray<SubpatternRecord> _subpatterns;
    private readonly SegmentArray<byte> _subpatternData;
    private readonly SegmentArray<byte> _conditions;

    public SegmentView(SegmentFile file)
    {
        _file = file;
        _hashNames = new(file);
        _definitions = file.Array<DefinitionRecord>(SectionKind.Definitions);
        _patternRecords = file.Array<PatternRecord>(SectionKind.Patterns);
        _subpatterns = file.Array<SubpatternRecord>(SectionKind.Subpatterns);
        _subpatternData = file.Array<byte>(SectionKind.SubpatternData);
        _conditions = file.Array<byte>(SectionKind.Conditions);
        Sources = ReadSources(file.Section(SectionKind.Sources));
        HashTables = [.. file.Parameters(SectionKind.HashTable).Select(p => new HashTable(file, HashTableKey.FromParameter(p)))];
        Patterns = ReadPatterns(file);
        Rules = RuleView.Of(file);
        Auxiliary = AuxiliaryCoding.Read(file.Section(SectionKind.Auxiliary), file.Path);
        Unconditional = [.. Enumerable.Range(0, PatternSetBuilder.TargetCount)
            .Select(target => file.Section<uint>(SectionKind.Unconditional, (uint)target).ToArray())];
    }

    public SegmentFile File => _file;

    public ImmutableArray<string> Sources { get; }

    public HashTable[] HashTables { get; }

    /// <summary>The matcher's tables; null where the segment has no patterns.</summary>
    public SegmentPatterns? Patterns { get; }

    /// <summary>The YARA rules; null where the segment has none.</summary>
    public RuleView? Rules { get; }

    /// <summary>Definitions that are neither patterns nor digests: some hundreds at most.</summary>
    public ImmutableArray<AuxiliaryDefinition> Auxiliary { get; }

    /// <summary>By target: definitions whose condition may hold without a match.</summary>
    public uint[][] Unconditional { get; }

    public ReadOnlySpan<DefinitionRecord> Definitions => _definitions.Span;

    /// <summary>Asked for at every match.</summary>
    public ReadOnlySpan<PatternRecord> PatternRecords => _patternRecords.Span;

    public ReadOnlySpan<SubpatternRecord> Subpatterns => _subpatterns.Span;

    public ReadOnlySpan<byte> SubpatternData => _subpatternData.Span;

    /// <summary>Perceptual hashes of pictures, sorted.</summary>
    public ReadOnlySpan<PictureRecord> Pictures => _file.Section<PictureRecord>(SectionKind.Pictures);

    public ReadOnlySpan<ulong> Tombstones => _file.Section<ulong>(SectionKind.Tombstones);

    public ReadOnlySpan<byte> Condition(in DefinitionRecord record) => _conditions.Span[(int)record.Condition..];

    public string NameOf(in DefinitionRecord record) =>
        Encoding.UTF8.GetString(_file.Section(SectionKind.Names).Slice((int)record.NameOffset, record.NameLength));

    public string SourceName(int source) => source < Sources.Length ? Sources[source] : "";

    public HashNames HashNames => _hashNames;

    /// <summary>Whether this segment retracts a name from the segments before it; of <paramref name="name"/> the XxHash3.</summary>
    public bool Retracts(ulong name) => Tombstones.BinarySearch(name) >= 0;

    /// <summary>Digests of the lines under a name that this segment retracts from the segments before it.</summary>
    public IEnumerable<ulong> RetractedLines(ulong name)
    {
        var lines = _file.Section<RetractedLine>(SectionKind.LineTombstones);
        var at = lines.BinarySearch(new RetractedLine(name, 0));
        var found = new List<ulong>();
        for (at = at < 0 ? ~at : at; at < lines.Length && lines[at].Name == name; at++)
            found.Add(lines[at].LineDigest);
        return found;
    }

    private static ImmutableArray<string> ReadSources(ReadOnlySpan<byte> bytes)
    {
        if (bytes.IsEmpty)
            return [];
        var count = BinaryPrimitives.ReadInt32LittleEndian(bytes);
        var names = ImmutableArray.CreateBuilder<string>(count);
        var at = 4;
        for (var i = 0; i < count; i++)
        {
            var length = BinaryPrimitives.ReadInt32LittleEndian(bytes[at..]);
            names.Add(Encoding.UTF8.GetString(bytes.Slice(at + 4, length)));
            at += 4 + length;
        }

        return names.ToImmutable();
    }

    private static SegmentPatterns? ReadPatterns(SegmentFile file)
    {
        var pieces = file.Pointer(SectionKind.Pieces);
        if (pieces == null)
            return null;
        var anchors = new AnchorTable[GramGroups.Count];
        var bitmaps = new BitmapView[GramGroups.Count, PatternSetBuilder.TargetCount];
        for (uint group = 0; group < GramGroups.Count; group++)
        {
            var bitmap = file.Section<ulong>(SectionKind.AnchorBitmap, group);
            if (bitmap.IsEmpty)
                continue;
            var starts = file.Section<uint>(SectionKind.AnchorStarts, group);
            var entries = file.Section<AnchorEntry>(SectionKind.AnchorEntries, group);
            anchors[group] = new(
                (ulong*)file.Pointer(SectionKind.AnchorBitmap, group), BitOperations.Log2((uint)bitmap.Length) + 6,
                (uint*)file.Pointer(SectionKind.AnchorStarts, group), BitOperations.Log2((uint)starts.Length - 1),
                (AnchorEntry*)file.Pointer(SectionKind.AnchorEntries, group), entries.Length);
            for (uint target = 0; target < PatternSetBuilder.TargetCount; target++)
            {
                var parameter = BitmapFor(file, group, target);
                var words = file.Section<uint>(SectionKind.GramBitmap, parameter);
                if (!words.IsEmpty)
                {
                    bitmaps[group, target] = new(
                        (nint)file.Pointer(SectionKind.GramBitmap, parameter), BitOperations.Log2((uint)words.Length));
                }
            }
        }

        return new()
        {
            Pieces = pieces + 16,
            Anchors = anchors,
            Bitmaps = bitmaps,
            MaximumBefore = *(int*)pieces,
            MaximumAfter = *(int*)(pieces + 4),
            // A bitmap is some megabytes and only those of the types that occur are used: checked when first asked for.
            EnsureVerified = (group, target) =>
                file.EnsureVerified(SectionKind.GramBitmap, BitmapFor(file, (uint)group, (uint)target), 0, long.MaxValue / 2),
        };
    }

    /// <summary>The parameter of the bitmap that serves a target: its own, or that for any object.</summary>
    private static uint BitmapFor(SegmentFile file, uint group, uint target) =>
        file.Section(SectionKind.GramBitmap, (group << 8) | target).IsEmpty ? group << 8 : (group << 8) | target;
}
