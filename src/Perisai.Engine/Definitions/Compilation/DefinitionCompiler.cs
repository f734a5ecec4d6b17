using System.Globalization;
using System.Buffers.Binary;
using System.Collections.Immutable;
using System.IO.Hashing;
using System.Runtime.InteropServices;
using System.Text;
using Perisai.Engine.Definitions.Hashes;
using Perisai.Engine.Definitions.Ir;
using Perisai.Engine.Definitions.Rules;
using Perisai.Engine.Definitions.Segments;
using Perisai.Engine.Matching;

namespace Perisai.Engine.Definitions.Compilation;

/// <summary>
/// Compiles definitions as they come and writes one segment. What it is handed is lowered at once and dropped, so that eight million
/// definitions need some hundred bytes each at most.
/// </summary>
internal sealed class DefinitionCompiler : IDefinitionSink
{
    /// <summary>Diagnostics kept: whoever hands in a file of other content has one a line, and needs not all of them.</summary>
    public const int MaximumDiagnostics = 10_000;

    private readonly PatternSetBuilder _patterns = new(GramFrequencies.Default);
    private readonly List<DefinitionRecord> _definitions = [];
    private readonly List<PatternRecord> _patternRecords = [];
    private readonly Dictionary<RuleSearchContent, int> _searches = [];
    private readonly Dictionary<int, SearchCost> _searchCosts = [];
    private readonly List<SearchCost> _addedCosts = [];
    private readonly List<SubpatternRecord> _subpatterns = [];
    private readonly List<PictureRecord> _pictures = [];
    private readonly MemoryStream _subpatternData = new();
    private readonly MemoryStream _conditions = new();
    private readonly MemoryStream _names = new();
    private readonly List<List<uint>> _unconditional = [.. Enumerable.Range(0, PatternSetBuilder.TargetCount).Select(_ => new List<uint>())];
    private readonly Dictionary<HashTableKey, HashTableBuilder> _hashes = [];
    private readonly HashNamesBuilder _hashNames = new();
    private readonly HashSet<string> _retracted = new(StringComparer.Ordinal);
    private readonly HashSet<RetractedLine> _retractedLines = [];
    private readonly List<string> _sources = [];
    private readonly Dictionary<string, ushort> _sourceNumbers = new(StringComparer.Ordinal);
    private readonly List<Diagnostic> _diagnostics = [];
    private readonly Dictionary<(string Kind, string Reason), UnsupportedLines> _unsupported = [];
    private readonly long[] _loadedBySource = new long[ushort.MaxValue];
    private readonly RuleSetWriter _rules = new();
    private readonly List<AuxiliaryDefinition> _auxiliary = [];

    /// <summary>Parts of definitions by pattern, which are not counted again.</summary>
    private readonly List<AuxiliaryDefinition> _handlers = [];
    private IReadOnlyList<RuleExternal> _ruleExternals = [];
    private RuleNames _ruleModules = new();
    private string _lastSource = "";
    private ushort _lastSourceNumber;

    /// <summary>Takes what each rule costs; null where nobody wants to know.</summary>
    public RuleCosts? Costs { get; init; }

    /// <summary>Definitions by pattern so far, YARA rules among them.</summary>
    public int DefinitionCount => _definitions.Count + _rules.Count + _auxiliary.Count;

    /// <summary>Definitions by digest so far.</summary>
    public long HashCount => _hashNames.Count;

    public IReadOnlyList<Diagnostic> Diagnostics => _diagnostics;

    /// <summary>Diagnostics beyond <see cref="MaximumDiagnostics"/>.</summary>
    public long DiagnosticsDropped { get; private set; }

    /// <summary>Whether one of them, kept or dropped, is an error.</summary>
    public bool HasErrors { get; private set; }

    public IEnumerable<UnsupportedLines> Unsupported => _unsupported.Values;

    /// <summary>Loaded definitions by source file.</summary>
    public IEnumerable<(string Source, long Count)> Loaded => _sources.Select((source, index) => (source, _loadedBySource[index]));

    /// <summary>Pieces by gram group; those of <see cref="GramGroup.Tiny"/> slow every scan down.</summary>
    public ReadOnlySpan<int> GroupCounts => _patterns.GroupCounts;

    public void Add(Definition definition)
    {
        if (RefusesName(definition.Name, definition.Location))
            return;
        var number = (uint)_definitions.Count;
        var reason = AddPatterns(definition, number, out var records);
        if (reason is not null)
        {
            AddUnsupported(Kind(definition.Location.File), definition.Name, reason, definition.Location);
            return;
        }

        byte[] condition;
        try
        {
            condition = ConditionEncoder.Encode(definition.Condition);
        }
        catch (ArgumentException exception)
        {
            AddUnsupported(Kind(definition.Location.File), definition.Name, exception.Message, definition.Location);
            return;
        }

        _patternRecords.AddRange(records);
        var name = Encoding.UTF8.GetBytes(definition.Name);
        var record = new DefinitionRecord
        {
            NameOffset = (uint)_names.Length,
            NameLength = (ushort)name.Length,
            Source = SourceNumber(definition.Location.File),
            Line = (uint)definition.Location.Line,
            Condition = (uint)_conditions.Length,
            FirstSubpattern = (uint)_subpatterns.Count,
            SubpatternCount = (ushort)definition.Subpatterns.Length,
            Target = (byte)definition.Target,
            Flags = (byte)definition.Flags,
            IsSimple = definition is
            {
                Subpatterns: [BytePattern], Condition: MatchCount { Operator: ComparisonOperator.Greater, Value: 0, MinimumDistinct: 0 or 1 },
            }
                ? (byte)1 : (byte)0,
            LineDigestHigh = (ushort)(definition.LineDigest >> 32),
            LineDigestLow = (uint)definition.LineDigest,
        };
        _names.Write(name);
        _conditions.Write(condition);
        AddSubpatterns(definition, number);
        _definitions.Add(record);
        if (definition.Flags.HasFlag(DefinitionFlags.Retypes))
        {
            _handlers.Add(new(AuxiliaryKind.Handler, definition.Name, definition.Location, [((int)definition.Handler).ToString(CultureInfo.InvariantCulture)])
            {
                LineDigest = definition.LineDigest,
            });
        }

        _loadedBySource[record.Source]++;
        if (HoldsWithoutMatch(condition))
            _unconditional[record.Target].Add(number);
    }

    public void Add(in HashDefinition definition, ReadOnlySpan<byte> digest)
    {
        if (RefusesName(definition.Name, definition.Location))
            return;
        var source = SourceNumber(definition.Location.File);
        var number = _hashNames.Add(definition.Name, (uint)definition.Location.Line, source, definition.Flags);
        var key = new HashTableKey(definition.Algorithm, definition.Scope, definition.Flags.HasFlag(DefinitionFlags.Allow));
        if (!_hashes.TryGetValue(key, out var table))
            _hashes.Add(key, table = new());
        table.Add(digest, definition.Size ?? HashKey.AnySize, number);
        _loadedBySource[source]++;
    }

    public void Add(AuxiliaryDefinition definition)
    {
        if (RefusesName(definition.Name, definition.Location))
            return;
        _auxiliary.Add(definition);
        _loadedBySource[SourceNumber(definition.Location.File)]++;
    }

    /// <summary>Adds a rule; rules refer to one another by their place in the order in which they come.</summary>
    public void Add(RuleDefinition rule)
    {
        var source = SourceNumber(rule.Location.File);
        _addedCosts.Clear();
        _rules.Add(rule, source, AddSearch);
        if (Costs is not null)
            AddCosts(Costs, rule);
        _loadedBySource[source]++;
    }

    /// <summary>Names that rules refer to by number.</summary>
    public void SetRuleNames(IReadOnlyList<RuleExternal> externals, RuleNames modules) => (_ruleExternals, _ruleModules) = (externals, modules);

    private void AddSearch(uint part, RuleSearch search)
    {
        // Rules share many strings. What is to be searched for already is not searched for twice: the patterns of one search are a chain.
        var number = _patternRecords.Count;
        _patternRecords.Add(new() { Definition = RulePartRecord.Flag | part });
        ref var last = ref CollectionsMarshal.GetValueRefOrAddDefault(_searches, RuleSearchContent.Of(search), out var isKnown);
        if (isKnown)
            CollectionsMarshal.AsSpan(_patternRecords)[last].MaximumShift = (uint)number;
        var cost = isKnown ? _searchCosts.GetValueOrDefault(last) : _patterns.Add((uint)number, search);
        last = number;
        if (Costs is null)
            return;
        _searchCosts[number] = cost;
        _addedCosts.Add(cost);
    }

    /// <summary>The searches of a rule were added in the order of its strings.</summary>
    private void AddCosts(RuleCosts costs, RuleDefinition rule)
    {
        var next = 0;
        foreach (var text in rule.Strings)
        {
            foreach (var part in text.Parts)
            {
                for (var i = 0; i < part.Searches.Length; i++)
                    costs.Add(text.Identifier, _addedCosts[next++]);
            }
        }

        costs.End(rule);
    }

    public void Retract(string name, string? lineDigest, SourceLocation location)
    {
        if (lineDigest is null)
            _retracted.Add(name);
        else
            _retractedLines.Add(new(NameHash(name), Definition.ShortenLineDigest(lineDigest)));
    }

    public void AddUnsupported(string kind, string name, string reason, SourceLocation location)
    {
        var lines = _unsupported.GetValueOrDefault((kind, reason)) ?? new(kind, reason, 0, location.ToString(), name);
        _unsupported[(kind, reason)] = lines with { Count = lines.Count + 1 };
    }

    public void AddDiagnostic(Diagnostic diagnostic)
    {
        HasErrors |= diagnostic.IsError;
        if (_diagnostics.Count < MaximumDiagnostics)
            _diagnostics.Add(diagnostic);
        else
            DiagnosticsDropped++;
    }

    /// <summary>Writes the segment. <paramref name="created"/> is the only thing in it that the sources do not determine.</summary>
    public (string Sha256, long Length) Write(string path, DateTimeOffset created)
    {
        using var writer = new SegmentWriter(path);
        var written = Write(writer, created);
        writer.PutInPlace();
        return written;
    }

    /// <summary>As <see cref="Write(string, DateTimeOffset)"/>, to a writer that is opened and puts the file in its place afterwards.</summary>
    public (string Sha256, long Length) Write(SegmentWriter writer, DateTimeOffset created)
    {
        ApplyRetractions();
        WriteSources(writer);
        writer.Add<DefinitionRecord>(SectionKind.Definitions, 0, CollectionsMarshal.AsSpan(_definitions));
        writer.Add(SectionKind.Names, 0, Bytes(_names));
        writer.Add(SectionKind.Conditions, 0, Bytes(_conditions));
        writer.Add<PatternRecord>(SectionKind.Patterns, 0, CollectionsMarshal.AsSpan(_patternRecords));
        writer.Add<SubpatternRecord>(SectionKind.Subpatterns, 0, CollectionsMarshal.AsSpan(_subpatterns));
        writer.Add(SectionKind.SubpatternData, 0, Bytes(_subpatternData));
        _pictures.Sort();
        writer.Add<PictureRecord>(SectionKind.Pictures, 0, CollectionsMarshal.AsSpan(_pictures));
        WriteUnconditional(writer);
        WritePatterns(writer);
        _rules.Write(writer, _ruleExternals, _ruleModules);
        writer.Add<byte>(SectionKind.Auxiliary, 0, AuxiliaryCoding.Write(_auxiliary.Concat(_handlers).Where(definition => !IsRetracted(definition))));
        var retractedHashes = _hashNames.NumbersOf(_retracted);
        foreach (var (key, table) in _hashes.OrderBy(pair => pair.Key.Parameter))
            table.Write(writer, key, retractedHashes.Contains);
        _hashNames.Write(writer);
        writer.Add<ulong>(
            SectionKind.Tombstones, 0, _retracted.Select(NameHash).Order().ToArray());
        writer.Add<RetractedLine>(SectionKind.LineTombstones, 0, _retractedLines.Order().ToArray());
        return writer.Complete(created);
    }

    /// <summary>What stands for a name in tombstones.</summary>
    internal static ulong NameHash(string name) => XxHash3.HashToUInt64(Encoding.UTF8.GetBytes(name));

    internal static ulong LineDigestOf(in DefinitionRecord record) => ((ulong)record.LineDigestHigh << 32) | record.LineDigestLow;

    /// <summary>A name is never cut, since it would be another one: a definition whose name is too long is counted as not supported.</summary>
    private bool RefusesName(string name, SourceLocation location)
    {
        if (name.Length <= HashNamesBuilder.MaximumLength / 3 || Encoding.UTF8.GetByteCount(name) <= HashNamesBuilder.MaximumLength)
            return false;
        AddUnsupported(Kind(location.File), name[..40] + "…", $"a name of more than {HashNamesBuilder.MaximumLength} bytes", location);
        return true;
    }

    private static string Kind(string file) => Path.GetExtension(file).TrimStart('.');

    private static ReadOnlySpan<byte> Bytes(MemoryStream stream) => stream.GetBuffer().AsSpan(0, (int)stream.Length);

    private string? AddPatterns(Definition definition, uint number, out List<PatternRecord> records)
    {
        records = [];
        if (definition.Subpatterns.Length > ushort.MaxValue)
            return "too many subpatterns";
        foreach (var regex in definition.Subpatterns.OfType<RegexPattern>())
        {
            if (RegexLowering.Check(regex) is { } wrong)
                return wrong;
        }

        for (var i = 0; i < definition.Subpatterns.Length; i++)
        {
            if (definition.Subpatterns[i] is not BytePattern pattern)
                continue;
            foreach (var pieces in PatternLowering.Lower(pattern))
            {
                var index = (uint)(_patternRecords.Count + records.Count);
                if (_patterns.Add(index, (int)definition.Target, pieces) is { } reason)
                {
                    // What was entered for its earlier subpatterns now leads to a pattern number that another definition would get.
                    for (var k = 0; k < records.Count; k++)
                        _patternRecords.Add(records[k] with { Definition = uint.MaxValue });
                    return reason;
                }

                records.Add(new PatternRecord
                {
                    Definition = number,
                    Subpattern = (ushort)i,
                    OffsetKind = (byte)pattern.Offset.Kind,
                    OffsetValue = pattern.Offset.Value,
                    MaximumShift = pattern.Offset.MaximumShift,
                    Section = pattern.Offset.Section,
                });
            }
        }

        return null;
    }

    private void AddSubpatterns(Definition definition, uint number)
    {
        for (var i = 0; i < definition.Subpatterns.Length; i++)
        {
            var subpattern = definition.Subpatterns[i];
            _subpatterns.Add(new SubpatternRecord
            {
                Kind = subpattern switch
                {
                    RegexPattern => SubpatternKind.Regex,
                    ByteComparePattern => SubpatternKind.ByteCompare,
                    MacroPattern => SubpatternKind.Macro,
                    PicturePattern => SubpatternKind.Picture,
                    _ => SubpatternKind.Bytes,
                },
                Data = (uint)_subpatternData.Length,
            });
            if (subpattern is RegexPattern regex)
                SubpatternEncoder.Write(_subpatternData, regex);
            else if (subpattern is ByteComparePattern compare)
                SubpatternEncoder.Write(_subpatternData, compare);
            else if (subpattern is MacroPattern macro)
                SubpatternEncoder.Write(_subpatternData, macro);
            else if (subpattern is PicturePattern picture)
                _pictures.Add(new(picture.Hash, number, (uint)i));
        }
    }

    /// <summary>Whether the condition can hold on an object in which nothing matched; facts are taken as favourable.</summary>
    private static bool HoldsWithoutMatch(byte[] condition) => new Conditions.ConditionEvaluator(condition, NoMatches.Instance).Evaluate();

    private void ApplyRetractions()
    {
        if (_retracted.Count + _retractedLines.Count == 0)
            return;
        var definitions = CollectionsMarshal.AsSpan(_definitions);
        var names = Bytes(_names);
        for (var i = 0; i < definitions.Length; i++)
        {
            var name = Encoding.UTF8.GetString(names.Slice((int)definitions[i].NameOffset, definitions[i].NameLength));
            if (_retracted.Contains(name) || _retractedLines.Contains(new(NameHash(name), LineDigestOf(definitions[i]))))
                definitions[i].Flags |= DefinitionRecordFlags.Retracted;
        }
    }

    private bool IsRetracted(AuxiliaryDefinition definition) =>
        _retracted.Contains(definition.Name) || _retractedLines.Contains(new(NameHash(definition.Name), definition.LineDigest));

    private void WriteSources(SegmentWriter writer)
    {
        var output = new MemoryStream();
        Span<byte> number = stackalloc byte[4];
        BinaryPrimitives.WriteInt32LittleEndian(number, _sources.Count);
        output.Write(number);
        foreach (var source in _sources)
        {
            var bytes = Encoding.UTF8.GetBytes(source);
            BinaryPrimitives.WriteInt32LittleEndian(number, bytes.Length);
            output.Write(number);
            output.Write(bytes);
        }

        writer.Add(SectionKind.Sources, 0, Bytes(output));
    }

    private void WriteUnconditional(SegmentWriter writer)
    {
        for (var target = 0; target < _unconditional.Count; target++)
            writer.Add<uint>(SectionKind.Unconditional, (uint)target, CollectionsMarshal.AsSpan(_unconditional[target]));
    }

    private void WritePatterns(SegmentWriter writer)
    {
        if (_patterns.Pieces.IsEmpty)
            return;
        // Sixteen bytes before the pieces hold the reach, so that a piece's offset stays a multiple of four.
        var pieces = new byte[16 + _patterns.Pieces.Length];
        BinaryPrimitives.WriteInt32LittleEndian(pieces, _patterns.MaximumBefore);
        BinaryPrimitives.WriteInt32LittleEndian(pieces.AsSpan(4), _patterns.MaximumAfter);
        _patterns.Pieces.CopyTo(pieces.AsSpan(16));
        writer.Add<byte>(SectionKind.Pieces, 0, pieces);
        for (var group = GramGroup.Long; (int)group < GramGroups.Count; group++)
        {
            if (_patterns.GroupCounts[(int)group] == 0)
                continue;
            var (bitmap, starts, entries) = _patterns.BuildAnchors(group);
            writer.Add<ulong>(SectionKind.AnchorBitmap, (uint)group, bitmap);
            writer.Add<uint>(SectionKind.AnchorStarts, (uint)group, starts);
            writer.Add<AnchorEntry>(SectionKind.AnchorEntries, (uint)group, entries);
            foreach (var (target, words) in _patterns.BuildBitmaps(group))
                writer.Add<uint>(SectionKind.GramBitmap, ((uint)group << 8) | (uint)target, words);
        }
    }

    private ushort SourceNumber(string file)
    {
        if (ReferenceEquals(file, _lastSource))
            return _lastSourceNumber;
        if (!_sourceNumbers.TryGetValue(file, out var number))
        {
            if (_sources.Count == ushort.MaxValue)
                throw new InvalidOperationException("A segment holds at most 65,535 sources.");
            number = (ushort)_sources.Count;
            _sources.Add(file);
            _sourceNumbers.Add(file, number);
        }

        (_lastSource, _lastSourceNumber) = (file, number);
        return number;
    }

    private sealed class NoMatches : Conditions.IConditionFacts
    {
        public static NoMatches Instance { get; } = new();

        public uint Count(int subpattern) => 0;

        public bool IsInRange(ObjectFact fact, long minimum, long maximum) => true;

        public bool IsInside(ReadOnlySpan<byte> types) => true;

        public bool HasIcon(string firstGroup, string secondGroup) => true;
    }
}

/// <summary>Flags of a <see cref="DefinitionRecord"/> beyond <see cref="DefinitionFlags"/>.</summary>
internal static class DefinitionRecordFlags
{
    public const byte Retracted = 128;
}
