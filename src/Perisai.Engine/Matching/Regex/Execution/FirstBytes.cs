using Perisai.Engine.Matching.Regex.Syntax;

namespace Perisai.Engine.Matching.Regex.Execution;

/// <summary>
/// The bytes with which a part, or what follows a place, can begin. Where <see cref="IsKnown"/> is false anything may come, the end
/// of the input too; where it is true there is no match unless the next byte is in <see cref="Set"/>.
/// </summary>
internal readonly record struct FirstBytes(bool IsKnown, ByteSet Set)
{
    public static FirstBytes Unknown => default;

    public static FirstBytes operator |(FirstBytes a, FirstBytes b) => a.IsKnown && b.IsKnown ? new(true, a.Set | b.Set) : Unknown;

    /// <summary>The first bytes of a part that is followed by something with the first bytes <paramref name="following"/>.</summary>
    public static FirstBytes Of(RegexNode node, FirstBytes following)
    {
        switch (node)
        {
            case SetNode set:
                return new FirstBytes(true, set.Set);

            case SequenceNode sequence:
                return OfItems(sequence.Items, following);

            case AlternationNode alternation:
                var union = Of(alternation.Branches[0], following);
                for (var i = 1; i < alternation.Branches.Count && union.IsKnown; i++)
                    union |= Of(alternation.Branches[i], following);
                return union;

            case CaptureNode capture:
                return Of(capture.Body, following);

            case AtomicNode atomic:
                return Of(atomic.Body, following);

            case RepeatNode { Maximum: 0 }:
                return following;

            case RepeatNode repeat:
                var body = Of(repeat.Body, following);
                return repeat.Minimum == 0 || repeat.Body.MinimumLength == 0 ? body | following : body;

            case LookNode or AssertionNode:
                return following;

            case ConditionalNode conditional:
                var no = conditional.No is null ? following : Of(conditional.No, following);
                return no.IsKnown ? no | Of(conditional.Yes, following) : no;

            default:
                return Unknown;
        }
    }

    private static FirstBytes OfItems(IReadOnlyList<RegexNode> items, FirstBytes following)
    {
        // Nothing behind the first part that surely reads a byte matters.
        var end = 0;
        while (end < items.Count && items[end].MinimumLength == 0)
            end++;
        var first = end < items.Count ? Of(items[end], Unknown) : following;
        for (var i = end - 1; i >= 0; i--)
            first = Of(items[i], first);
        return first;
    }
}
