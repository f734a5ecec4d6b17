using Perisai.Engine.Definitions.Compilation;
using Perisai.Engine.Definitions.Conditions;
using Perisai.Engine.Definitions.Ir;
using Perisai.Engine.Definitions.Segments;

namespace Perisai.Engine.Scanning;

/// <summary>
/// Counts matches of subpatterns that are not searched for: regular expressions, when their trigger holds, and byte compares.
/// They run for few objects, so they may read the object again.
/// </summary>
internal sealed class SubpatternEvaluator(DefinitionSet definitions)
{
    private readonly RegexSearch _regexes = new(definitions);
    private ObjectContext _object = null!;

    /// <summary>What could not be evaluated in this object.</summary>
    public List<Fault> Faults => _regexes.Faults;

    public void Begin(ObjectContext context)
    {
        _object = context;
        _regexes.Begin(context);
    }

    public void Count(SegmentView view, int index, SubpatternRecord subpattern, MatchCollector.Touched touched, IConditionFacts facts)
    {
        if (subpattern.Kind == SubpatternKind.ByteCompare)
            CountCompares(SubpatternEncoder.ReadByteCompare(view.SubpatternData[(int)subpattern.Data..]), index, touched);
        else
            _regexes.Count(view, index, subpattern, touched, facts);
    }

    /// <summary>Counts 1 where the comparison holds at the last match of the subpattern that it stands by; ClamAV looks at no other.</summary>
    private void CountCompares(ByteComparePattern compare, int index, MatchCollector.Touched touched)
    {
        if (touched.Counts[compare.TriggerSubpattern] == 0)
            return;
        long last = 0;
        foreach (var range in touched.Ranges)
        {
            if (range.Subpattern == compare.TriggerSubpattern)
                last = Math.Max(last, range.Offset);
        }

        if (Holds(compare, last + compare.DistanceFromMatch))
            touched.Counts[index] = 1;
    }

    private bool Holds(ByteComparePattern compare, long at)
    {
        // The object's first byte cannot be compared: ClamAV takes a place of 0 for one before the start.
        Span<byte> bytes = stackalloc byte[Math.Clamp(compare.ByteCount, 0, ComparedNumber.MaximumLength)];
        if (at <= 0 || _object.Source.Read(at, bytes) < bytes.Length || !ComparedNumber.TryRead(compare, bytes, out var value))
            return false;
        foreach (var (comparison, with) in compare.Comparisons)
        {
            var holds = comparison switch
            {
                ComparisonOperator.Equal => value == with,
                ComparisonOperator.Greater => value > with,
                _ => value < with,
            };
            if (!holds)
                return false;
        }

        return true;
    }
}
