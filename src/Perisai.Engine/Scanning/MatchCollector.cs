using System.Collections.Immutable;
using Perisai.Engine.Definitions.Compilation;
using Perisai.Engine.Definitions.Conditions;
using Perisai.Engine.Definitions.Ir;
using Perisai.Engine.Definitions.Rules;
using Perisai.Engine.Definitions.Segments;
using Perisai.Engine.Matching;
using Perisai.Engine.Scanning.Rules;

namespace Perisai.Engine.Scanning;

/// <summary>
/// Keeps the matches of one object by definition and evaluates the conditions of those that were touched, and of no others: the cost of
/// an object does not grow with the number of definitions. One a thread, reused.
/// </summary>
internal sealed class MatchCollector(DefinitionSet definitions, RuleEvaluator rules) : IPatternSink, IConditionFacts
{
    /// <summary>Matches kept for the report of one definition.</summary>
    public const int MaximumRanges = 64;

    /// <summary>Matches of one subpattern that a byte compare looks at.</summary>
    public const int MaximumCompared = 4096;

    private readonly Dictionary<(int View, uint Definition), Touched> _touched = [];
    private readonly Stack<Touched> _free = new();
    private readonly List<(int View, uint Definition)> _order = [];
    private readonly SubpatternEvaluator _subpatterns = new(definitions);
    private readonly MacroMatches _macros = new();
    private readonly IconSearch _icons = new(definitions);
    private ObjectContext _object = null!;
    private Touched _current = null!;

    /// <summary>What matched of one definition.</summary>
    internal sealed class Touched
    {
        public uint[] Counts { get; private set; } = new uint[8];

        public List<MatchRange> Ranges { get; } = [];

        public void Reset(int subpatterns)
        {
            if (Counts.Length < subpatterns)
                Counts = new uint[subpatterns];
            Array.Clear(Counts);
            Ranges.Clear();
        }
    }

    /// <summary>What could not be evaluated in this object.</summary>
    public List<Fault> Faults => _subpatterns.Faults;

    public void Begin(ObjectContext context)
    {
        _object = context;
        foreach (var touched in _touched.Values)
            _free.Push(touched);
        _touched.Clear();
        _order.Clear();
        _subpatterns.Begin(context);
        _macros.Clear();
        _icons.Clear();
    }

    /// <summary>
    /// An offset is that of a pattern's first part. ClamAV asks the others as well where the place is a key of the version information.
    /// </summary>
    public bool MayStart(int segment, uint pattern, int part, long start)
    {
        var view = definitions.Views[definitions.PatternViews[segment]];
        ref readonly var record = ref view.PatternRecords[(int)pattern];
        if (record.Definition == uint.MaxValue)
            return false;
        if (record.Definition >= RulePartRecord.Flag)
            return !_object.IsView;
        return (OffsetKind)record.OffsetKind switch
        {
            OffsetKind.Macro => true,
            not OffsetKind.VersionInformation when part > 0 => true,

            // Definitions for executables have no place but an absolute one where the headers cannot be read, not even from the end.
            OffsetKind.FromEnd when IsForExecutables(view.Definitions[(int)record.Definition].Target) && _object.Facts is not { HeadersWereRead: true } => false,
            var kind => _object.Allows(kind, record.OffsetValue, record.MaximumShift, record.Section, start),
        };
    }

    public void OnMatch(int segment, uint pattern, long start, long end)
    {
        var index = definitions.PatternViews[segment];
        var view = definitions.Views[index];
        var records = view.PatternRecords;
        ref readonly var record = ref records[(int)pattern];
        if (record.Definition is >= RulePartRecord.Flag and not uint.MaxValue)
        {
            // Rules are about the object as it is.
            if (_object.IsView)
                return;
            rules.OnMatch(index, record.Definition & ~RulePartRecord.Flag, start, end);
            for (var next = record.MaximumShift; next > pattern; next = records[(int)pattern].MaximumShift)
            {
                pattern = next;
                rules.OnMatch(index, records[(int)pattern].Definition & ~RulePartRecord.Flag, start, end);
            }

            return;
        }

        if (!MayStart(segment, pattern, 0, start))
            return;
        if (record.OffsetKind == (byte)OffsetKind.Macro)
        {
            _macros.Add(view.Definitions[(int)record.Definition].Target, (int)record.OffsetValue, start);
            return;
        }

        var touched = Touch(index, record.Definition, view);
        touched.Counts[record.Subpattern]++;
        if (touched.Ranges.Count < MaximumCompared)
            touched.Ranges.Add(new(record.Subpattern, start, end - start));
    }

    /// <summary>Counts the subpatterns that are this perceptual hash.</summary>
    public void OnPicture(ulong hash)
    {
        for (var index = 0; index < definitions.Views.Length; index++)
        {
            var view = definitions.Views[index];
            var records = view.Pictures;
            var at = records.BinarySearch(new PictureRecord(hash, 0, 0));
            for (at = at < 0 ? ~at : at; at < records.Length && records[at].Hash == hash; at++)
            {
                var target = (ObjectTarget)view.Definitions[(int)records[at].Definition].Target;
                if (target == ObjectTarget.Any || target == _object.Target)
                    Touch(index, records[at].Definition, view).Counts[records[at].Subpattern]++;
            }
        }
    }

    /// <summary>Definitions whose condition holds, in the order of segments and sources.</summary>
    public void Evaluate(int target, List<(int View, uint Definition, ImmutableArray<MatchRange> Ranges)> results)
    {
        for (var index = 0; index < definitions.Views.Length; index++)
        {
            var view = definitions.Views[index];
            foreach (var definition in view.Unconditional[0])
                Touch(index, definition, view);
            if (target != 0)
            {
                foreach (var definition in view.Unconditional[target])
                    Touch(index, definition, view);
            }
        }

        _order.Sort();
        foreach (var key in _order)
        {
            _current = _touched[key];
            var view = definitions.Views[key.View];
            ref readonly var record = ref view.Definitions[(int)key.Definition];
            if ((record.Flags & Definitions.Compilation.DefinitionRecordFlags.Retracted) != 0)
                continue;
            if (record.IsSimple == 0 && !Holds(view, record))
                continue;
            results.Add((key.View, key.Definition, [.. _current.Ranges.Take(MaximumRanges)]));
        }
    }

    uint IConditionFacts.Count(int subpattern) => _current.Counts[subpattern];

    bool IConditionFacts.IsInRange(ObjectFact fact, long minimum, long maximum)
    {
        long? value = fact switch
        {
            ObjectFact.Size => _object.Length,
            ObjectFact.EntryPoint => _object.Facts?.EntryPoint,
            _ => _object.Facts is { HeadersWereRead: true } facts ? facts.Sections.Length : null,
        };
        return value >= minimum && value <= maximum;
    }

    bool IConditionFacts.IsInside(ReadOnlySpan<byte> types)
    {
        var container = _object.Container;
        foreach (var type in types)
        {
            if (container is null || type != ConditionEncoder.AnyContainer && container.Type != (FileType)type && container.Kind != (FileType)type)
                return false;
            container = container.Container;
        }

        return true;
    }

    bool IConditionFacts.HasIcon(string firstGroup, string secondGroup) => _icons.HasIcon(_object, firstGroup, secondGroup);

    private static bool IsForExecutables(byte target) => (ObjectTarget)target is ObjectTarget.Pe or ObjectTarget.Elf or ObjectTarget.MachO;

    private bool Holds(SegmentView view, in DefinitionRecord record)
    {
        for (var i = 0; i < record.SubpatternCount; i++)
        {
            var subpattern = view.Subpatterns[(int)record.FirstSubpattern + i];
            if (subpattern.Kind == SubpatternKind.Macro)
                CountMacro(view, i, subpattern, record.Target);
            else if (subpattern.Kind is not (SubpatternKind.Bytes or SubpatternKind.Picture))
                _subpatterns.Count(view, i, subpattern, _current, this);
        }

        return new ConditionEvaluator(view.Condition(record), this).Evaluate();
    }

    private void CountMacro(SegmentView view, int index, SubpatternRecord subpattern, byte target)
    {
        var macro = Definitions.Compilation.SubpatternEncoder.ReadMacro(view.SubpatternData[(int)subpattern.Data..]);
        List<long> starts = [.. _current.Ranges.Where(range => range.Subpattern == index - 1).Select(range => range.Offset)];
        (_current.Counts[index - 1], _current.Counts[index]) = _macros.Count(macro, target, starts);
    }

    private Touched Touch(int index, uint definition, SegmentView view)
    {
        if (_touched.TryGetValue((index, definition), out var touched))
            return touched;
        touched = _free.TryPop(out var free) ? free : new();
        touched.Reset(view.Definitions[(int)definition].SubpatternCount);
        _touched.Add((index, definition), touched);
        _order.Add((index, definition));
        return touched;
    }
}
