using Perisai.Engine.Matching.Automata;

namespace Perisai.Engine.Languages.Yara.Strings;

/// <summary>
/// Which alternative is preferred where several match. In YARA it is the first one, as long as the search begins before the alternatives. Where it begins in
/// them, or behind, every alternative is found on its own, and the match that is found first counts: of the alternative whose atom ends first. Of greedy
/// expressions it is the last one. Alternatives are brought into that order here, so that a search may begin at any place.
/// </summary>
internal static class AlternativeOrder
{
    /// <summary>Bytes of YARA's atoms at most.</summary>
    private const int AtomLength = 4;

    public static bool HasChoice(AutomatonNode node) => node switch
    {
        ChoiceNode => true,
        SequenceNode sequence => sequence.Items.Any(HasChoice),
        RepeatNode repeat => HasChoice(repeat.Child),
        _ => false,
    };

    /// <param name="node">An expression, or an alternative.</param>
    /// <param name="lastFirst">Whether what is found last counts: greedy expressions.</param>
    /// <param name="isWide">For the wide form: fewer characters fit into an atom, and equal ones are found in the opposite order.</param>
    public static AutomatonNode Of(AutomatonNode node, bool lastFirst, bool isWide)
    {
        if (!HasChoice(node))
            return node;
        var items = node is SequenceNode sequence ? sequence.Items : [node];
        if (AtomQuality.BestPlace(items) is not { Item: var last })
            return node;
        return new SequenceNode(
            [.. items.Select((item, i) => i > last ? item : i < last ? ByLength(item, lastFirst) : ByAtom(item, lastFirst, isWide))]);
    }

    /// <summary>The fewest bytes that a node takes.</summary>
    public static long MinimumLength(AutomatonNode node) => node switch
    {
        SetNode => 1,
        SequenceNode sequence => sequence.Items.Sum(MinimumLength),
        ChoiceNode choice => choice.Alternatives.Min(MinimumLength),
        RepeatNode repeat => Math.Min(MinimumLength(repeat.Child), int.MaxValue) * repeat.Minimum,
        _ => 0,
    };

    private static AutomatonNode ByAtom(AutomatonNode node, bool lastFirst, bool isWide)
    {
        switch (node)
        {
            case ChoiceNode choice:
                var alternatives = choice.Alternatives.Select(one => Of(one, lastFirst, isWide));
                return InOrder(isWide ? alternatives.Reverse() : alternatives, one => AtomEnd(one, isWide), lastFirst);
            case RepeatNode repeat when HasChoice(repeat.Child):
                return With(repeat, ByAtom(repeat.Child, lastFirst, isWide));
            default:
                return Of(node, lastFirst, isWide);
        }
    }

    private static AutomatonNode ByLength(AutomatonNode node, bool lastFirst) => node switch
    {
        ChoiceNode choice => InOrder(choice.Alternatives.Select(one => ByLength(one, lastFirst)), MinimumLength, lastFirst),
        SequenceNode sequence => new SequenceNode([.. sequence.Items.Select(item => ByLength(item, lastFirst))]),
        RepeatNode repeat when HasChoice(repeat.Child) => With(repeat, ByLength(repeat.Child, lastFirst)),
        _ => node,
    };

    private static ChoiceNode InOrder(IEnumerable<AutomatonNode> alternatives, Func<AutomatonNode, long> key, bool lastFirst)
    {
        var ordered = alternatives.OrderBy(key);
        return new([.. lastFirst ? ordered.Reverse() : ordered]);
    }

    private static RepeatNode With(RepeatNode repeat, AutomatonNode child) =>
        new(child, repeat.Minimum, repeat.Maximum, repeat.IsLazy) { IsJump = repeat.IsJump };

    /// <summary>Where an alternative's atom ends at the earliest, in bytes from the alternative's start.</summary>
    private static long AtomEnd(AutomatonNode alternative, bool isWide)
    {
        if (AtomQuality.BestPlace(alternative is SequenceNode sequence ? sequence.Items : [alternative]) is not { } place)
            return 0;
        return isWide ? (place.Before * 2) + Math.Min(place.Length * 2, AtomLength) : place.Before + place.Length;
    }
}
