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

    private void CountCompares(ByteComparePattern compare, int index, MatchCollector.Touched touched)
    {
        for (var i = touched.Ranges.Count - 1; i >= 0; i--)
        {
            var range = touched.Ranges[i];
            if (range.Subpattern == compare.TriggerSubpattern && Holds(compare, range.Offset + compare.DistanceFromMatch))
                touched.Counts[index]++;
        }
    }

    private bool Holds(ByteComparePattern compare, long at)
    {
        Span<byte> bytes = stackalloc byte[Math.Clamp(compare.ByteCount, 0, 64)];
        var read = at < 0 ? 0 : _object.Source.Read(at, bytes);
        if (!ComparedNumber.TryRead(compare, bytes[..read], out var value))
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
