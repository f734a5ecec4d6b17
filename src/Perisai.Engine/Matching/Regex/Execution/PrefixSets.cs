using Perisai.Engine.Matching.Regex.Syntax;

namespace Perisai.Engine.Matching.Regex.Execution;

/// <summary>
/// The sets that the first bytes of every match lie in, one for each position for as far as that can be said. A match is at least
/// as long as the list.
/// </summary>
internal sealed class PrefixSets
{
    /// <summary>More positions hardly make a start rarer.</summary>
    private const int MaximumLength = 24;

    /// <summary>Counted groups within counted groups are walked once for each count; this many nodes, and nothing is said.</summary>
    private const int MaximumVisits = 20_000;

    private int _visits;

    private PrefixSets()
    {
    }

    public static IReadOnlyList<ByteSet> Of(RegexNode root) => new PrefixSets().Of(root, []);

    /// <summary>The sets of a node that is followed by something with the sets <paramref name="following"/>.</summary>
    private List<ByteSet> Of(RegexNode node, List<ByteSet> following)
    {
        if (++_visits > MaximumVisits)
            return [];
        switch (node)
        {
            case SetNode set:
                return [set.Set, .. following.Take(MaximumLength - 1)];

            case SequenceNode sequence:
                // What stands behind enough bytes is not looked at.
                var end = 0;
                for (long length = 0; end < sequence.Items.Count && length < MaximumLength; end++)
                    length += Math.Min(sequence.Items[end].MinimumLength, MaximumLength);
                var sets = end == sequence.Items.Count ? following : [];
                for (var i = end - 1; i >= 0; i--)
                    sets = Of(sequence.Items[i], sets);
                return sets;

            case AlternationNode alternation:
                var union = Of(alternation.Branches[0], following);
                for (var i = 1; i < alternation.Branches.Count && union.Count > 0; i++)
                    union = Union(union, Of(alternation.Branches[i], following));
                return union;

            case CaptureNode capture:
                return Of(capture.Body, following);

            case AtomicNode atomic:
                return Of(atomic.Body, following);

            case RepeatNode repeat:
                return OfRepeat(repeat, following);

            case LookNode or AssertionNode:
                return following;

            case ConditionalNode conditional:
                var no = conditional.No is null ? following : Of(conditional.No, following);
                return no.Count == 0 ? no : Union(no, Of(conditional.Yes, following));

            default:
                return [];
        }
    }

    private List<ByteSet> OfRepeat(RepeatNode repeat, List<ByteSet> following)
    {
        if (repeat.Maximum == 0)
            return following;
        if (repeat.Minimum == 0)
            return Union(Of(repeat.Body, repeat.Maximum == 1 ? following : []), following);

        // Copies that must be there, then either more copies or what follows.
        var copies = (int)Math.Min(repeat.Minimum, MaximumLength);
        var sets = copies < repeat.Minimum ? []
            : repeat.Maximum == repeat.Minimum ? following
            : Union(Of(repeat.Body, []), following);
        for (var i = 0; i < copies && _visits < MaximumVisits; i++)
            sets = Of(repeat.Body, sets);
        return _visits < MaximumVisits ? sets : [];
    }

    private static List<ByteSet> Union(List<ByteSet> a, List<ByteSet> b)
    {
        var union = new List<ByteSet>();
        for (var i = 0; i < Math.Min(a.Count, b.Count); i++)
            union.Add(a[i] | b[i]);
        return union;
    }
}
