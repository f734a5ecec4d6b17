using System.Collections.Immutable;

namespace Perisai.Engine.Matching.Automata;

/// <summary>Repeats of one set, kept as a counter: <paramref name="minimum"/> to <paramref name="maximum"/> (null: no limit) bytes of it.</summary>
internal sealed class CountedNode(SetNode set, int minimum, int? maximum, bool isLazy) : AutomatonNode
{
    public SetNode Set { get; } = set;

    public int Minimum { get; } = minimum;

    public int? Maximum { get; } = maximum;

    public bool IsLazy { get; } = isLazy;

    /// <summary>How many different counts a thread can have here. An open counter stops at its minimum.</summary>
    public int Counts => Math.Max(1, Maximum ?? Minimum) + 1;
}

/// <summary>A loop: once or more often, or also never.</summary>
internal sealed class LoopNode(AutomatonNode body, bool isLazy, bool atLeastOnce) : AutomatonNode
{
    public AutomatonNode Body { get; } = body;

    public bool IsLazy { get; } = isLazy;

    public bool AtLeastOnce { get; } = atLeastOnce;
}

/// <summary>Nothing, the first copy, the first two, … or all of them.</summary>
internal sealed class OptionalNode(ImmutableArray<AutomatonNode> copies, bool isLazy) : AutomatonNode
{
    public ImmutableArray<AutomatonNode> Copies { get; } = copies;

    public bool IsLazy { get; } = isLazy;
}

/// <summary>
/// Writes repeats out as loops, counters and copies, so that every place of the expression is a node of its own and the program that reads forwards
/// and the one that reads backwards have the same places.
/// </summary>
internal static class AutomatonExpansion
{
    /// <summary>Nodes after expansion, at most: what a bomb of nested repeats runs into.</summary>
    public const int MaximumNodes = 32 << 10;

    /// <summary>States of threads, counters included, at most.</summary>
    public const int MaximumStates = 128 << 10;

    /// <summary>Copies of a repeated set at its beginning that are written out, so that literals can be found in them.</summary>
    private const int LeadingCopies = 8;

    public static AutomatonNode Expand(AutomatonNode node)
    {
        var budget = MaximumNodes;
        var expanded = Expand(node, ref budget);
        if (States(expanded) > MaximumStates)
            throw TooLarge();
        return expanded;
    }

    private static AutomatonException TooLarge() => new("its repeats within repeats make it too large");

    private static AutomatonNode Expand(AutomatonNode node, ref int budget)
    {
        if (--budget < 0)
            throw TooLarge();
        switch (node)
        {
            case SetNode set:
                return new SetNode(set.Set, set.Origin, set.Value, set.Mask);
            case SequenceNode sequence:
                var items = ImmutableArray.CreateBuilder<AutomatonNode>();
                foreach (var item in sequence.Items)
                    AddFlat(items, Expand(item, ref budget));
                return new SequenceNode(items.ToImmutable());
            case ChoiceNode choice:
                if (choice.Alternatives.All(alternative => Single(alternative) is not null))
                {
                    var union = choice.Alternatives.Select(alternative => Single(alternative)!.Set).Aggregate((a, b) => a | b);
                    return new SetNode(union, SetOrigin.Class);
                }

                var alternatives = ImmutableArray.CreateBuilder<AutomatonNode>();
                foreach (var alternative in choice.Alternatives)
                    alternatives.Add(Expand(alternative, ref budget));
                return new ChoiceNode(alternatives.ToImmutable());
            case RepeatNode repeat:
                return Expand(repeat, ref budget);
            default:
                return new AssertionNode(((AssertionNode)node).Kind);
        }
    }

    private static AutomatonNode Expand(RepeatNode repeat, ref int budget)
    {
        if (repeat.Maximum == 0)
            return new SequenceNode([]);
        if (repeat is { Minimum: 1, Maximum: 1 })
            return Expand(repeat.Child, ref budget);
        var child = Expand(repeat.Child, ref budget);
        var items = ImmutableArray.CreateBuilder<AutomatonNode>();
        if (child is SetNode set)
        {
            var lead = set.Set.Count <= LeadingCopies ? Math.Min(repeat.Minimum, LeadingCopies) : 0;
            for (var i = 0; i < lead; i++)
                items.Add(Expand(set, ref budget));
            if (repeat.Maximum is not { } most || most > lead)
                items.Add(Rest(set, repeat.Minimum - lead, repeat.Maximum - lead, repeat.IsLazy));
            return items.Count == 1 ? items[0] : new SequenceNode(items.ToImmutable());
        }

        // More repeats than fit into what a search looks at are as good as no limit, and as none at all.
        var least = MinimumLength(child);
        var reachable = least == 0 ? int.MaxValue : (AutomatonProgram.ScanLimit / least) + 1;
        var maximum = repeat.Maximum > reachable ? null : repeat.Maximum;
        var minimum = Math.Min(repeat.Minimum, reachable);
        var first = child;
        for (var i = 0; i < (maximum is null ? minimum - 1 : minimum); i++)
            AddFlat(items, Copy(repeat.Child, ref first, ref budget));
        if (maximum is null)
        {
            items.Add(new LoopNode(Copy(repeat.Child, ref first, ref budget), repeat.IsLazy, minimum > 0));
        }
        else if (maximum > minimum)
        {
            var copies = ImmutableArray.CreateBuilder<AutomatonNode>();
            for (var i = minimum; i < maximum; i++)
                copies.Add(Copy(repeat.Child, ref first, ref budget));
            items.Add(new OptionalNode(copies.ToImmutable(), repeat.IsLazy));
        }

        return items.Count == 1 ? items[0] : new SequenceNode(items.ToImmutable());
    }

    private static AutomatonNode Rest(SetNode set, int minimum, int? maximum, bool isLazy) => (minimum, maximum) switch
    {
        (0, 1) => new OptionalNode([set], isLazy),
        ( <= 1, null) => new LoopNode(set, isLazy, minimum == 1),
        _ => new CountedNode(set, minimum, maximum, isLazy),
    };

    private static AutomatonNode Copy(AutomatonNode child, ref AutomatonNode? first, ref int budget)
    {
        if (first is not { } node)
            return Expand(child, ref budget);
        first = null;
        return node;
    }

    private static void AddFlat(ImmutableArray<AutomatonNode>.Builder items, AutomatonNode node)
    {
        if (node is SequenceNode sequence)
            items.AddRange(sequence.Items);
        else
            items.Add(node);
    }

    private static SetNode? Single(AutomatonNode node) => node switch
    {
        SetNode set => set,
        SequenceNode { Items: [SetNode set] } => set,
        _ => null,
    };

    /// <summary>The fewest bytes that an expanded node takes.</summary>
    public static int MinimumLength(AutomatonNode node) => node switch
    {
        SetNode => 1,
        CountedNode counted => counted.Minimum,
        SequenceNode sequence => (int)Math.Min(sequence.Items.Sum(item => (long)MinimumLength(item)), int.MaxValue / 2),
        ChoiceNode choice => choice.Alternatives.Min(MinimumLength),
        LoopNode { AtLeastOnce: true } loop => MinimumLength(loop.Body),
        _ => 0,
    };

    /// <summary>The most bytes that an expanded node takes; a large number where there is no limit.</summary>
    public static int MaximumLength(AutomatonNode node) => node switch
    {
        SetNode => 1,
        CountedNode counted => counted.Maximum ?? int.MaxValue / 2,
        SequenceNode sequence => (int)Math.Min(sequence.Items.Sum(item => (long)MaximumLength(item)), int.MaxValue / 2),
        ChoiceNode choice => choice.Alternatives.Max(MaximumLength),
        OptionalNode optional => (int)Math.Min(optional.Copies.Sum(copy => (long)MaximumLength(copy)), int.MaxValue / 2),
        LoopNode loop => MaximumLength(loop.Body) == 0 ? 0 : int.MaxValue / 2,
        _ => 0,
    };

    private static long States(AutomatonNode node) => node switch
    {
        CountedNode counted => counted.Counts + 4L,
        SequenceNode sequence => sequence.Items.Sum(States),
        ChoiceNode choice => choice.Alternatives.Sum(States),
        OptionalNode optional => optional.Copies.Sum(States),
        LoopNode loop => States(loop.Body),
        _ => 1,
    };
}
