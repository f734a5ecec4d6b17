using System.Collections.Immutable;
using System.Numerics;
using Perisai.Engine.Matching.Regex;

namespace Perisai.Engine.Matching.Automata;

/// <summary>
/// Chooses the places of an expression by which it is searched: a set of them such that every match passes one, whose literals are rarest in clean
/// files. In a sequence any one place will do; of alternatives each needs one; what may be missing offers none.
/// </summary>
internal sealed class AtomChooser(AnchorChooser anchors, AutomatonPaths paths, ByteAutomaton automaton, bool isWide)
{
    /// <summary>Ways to begin that are followed from one place.</summary>
    private const int MaximumPaths = 16;

    /// <summary>Bytes of a literal that are kept beyond its gram, to tell it from others.</summary>
    private const int LiteralLength = 16;

    /// <summary>What each group costs beyond its candidates: one more pass over the text, of which the long one is cheapest.</summary>
    private static readonly double[] _bias = [0, 30_000, 0];

    /// <summary>Places looked at in one expression.</summary>
    private int _budget = 400;

    /// <summary>A place and the group in which it would be searched; its literals are made for those alone that are chosen.</summary>
    private readonly record struct Place(AutomatonNode Node, GramGroup Group, double Cost);

    /// <summary>The best set; of single bytes where there is nothing better; empty where matches can be empty.</summary>
    public ImmutableArray<AutomatonAtom> Choose()
    {
        if (automaton.MinimumLength == 0)
            return [];
        var places = Best((SequenceNode)automaton.Root, InGrams);
        _budget = 400;
        if (places is null)
        {
            // Bytes of alternatives are no better than the start, and from there the first alternative is preferred as it should be.
            var single = Best((SequenceNode)automaton.Root, InBytes);
            places = single is { Length: 1 } ? single : Candidate(automaton.Root, GramGroup.Single) is { } start ? [start] : [];
        }

        return [.. places.Value.Select(AtomAt)];
    }

    /// <summary>The start of an expression, tried at every byte.</summary>
    public static AutomatonAtom Everywhere(ByteAutomaton automaton)
    {
        var literals = ImmutableArray.CreateBuilder<BytesNode>();
        AtomLiterals.Add(literals, [ByteSet.All], 1, GramGroup.Single);
        return new((int)automaton.Words[AutomatonProgram.EntryAt], 0, GramGroup.Single, literals.ToImmutable());
    }

    private static double CostOf(ImmutableArray<Place> places)
    {
        double cost = 0;
        foreach (var place in places)
            cost += place.Cost;
        return cost;
    }

    private ImmutableArray<Place>? Best(AutomatonNode node, Func<AutomatonNode, Place?> placeAt)
    {
        switch (node)
        {
            case SequenceNode sequence:
                ImmutableArray<Place>? best = null;
                foreach (var item in sequence.Items)
                {
                    if (--_budget < 0)
                        break;
                    if (placeAt(item) is { } place && (best is null || place.Cost < CostOf(best.Value)))
                        best = [place];
                    if (item is ChoiceNode or LoopNode { AtLeastOnce: true } && Best(item, placeAt) is { } inner
                        && (best is null || CostOf(inner) < CostOf(best.Value)))
                    {
                        best = inner;
                    }
                }

                return best;
            case ChoiceNode choice:
                var all = ImmutableArray.CreateBuilder<Place>();
                foreach (var alternative in choice.Alternatives)
                {
                    if (Best(alternative, placeAt) is not { } part || all.Count + part.Length > MaximumPaths)
                        return null;
                    all.AddRange(part);
                }

                return all.ToImmutable();
            case LoopNode { AtLeastOnce: true } loop:
                return Best(loop.Body, placeAt);
            case SetNode or CountedNode { Minimum: > 0 }:
                return placeAt(node) is { } single ? [single] : null;
            default:
                return null;
        }
    }

    private Place? InGrams(AutomatonNode node)
    {
        Place? best = null;
        for (var group = GramGroup.Long; group <= GramGroup.Tiny; group++)
        {
            if (Candidate(node, group) is { } place && (best is null || place.Cost < best.Value.Cost))
                best = place;
        }

        return best;
    }

    private Place? InBytes(AutomatonNode node) => Candidate(node, GramGroup.Single);

    private Place? Candidate(AutomatonNode node, GramGroup group)
    {
        if (!FindPaths(node, group))
            return null;
        double cost = 0;
        var literals = 0;
        for (var i = 0; i < paths.Count; i++)
        {
            var combinations = 1;
            foreach (var set in paths[i])
                combinations *= set.Folded().Count;
            literals += combinations;
            if (literals > AtomLiterals.Limit(group) || combinations == 0)
                return null;
            AddCosts(paths[i], group, 0, 0, ref cost);
        }

        return new(node, group, cost + (group == GramGroup.Single ? 0 : _bias[(int)group]));
    }

    /// <summary>Finds what can be read first, as long as a gram of the group at all its alignments.</summary>
    private bool FindPaths(AutomatonNode node, GramGroup group)
    {
        var step = isWide ? 2 : 1;
        var length = (GramGroups.RequiredRun(group) + step - 1) / step;
        return paths.Find(automaton.Words, automaton.Forward[node], length, MaximumPaths, AtomLiterals.Limit(group));
    }

    /// <summary>Adds up what the literals of a path cost, one for each combination of values.</summary>
    private void AddCosts(ReadOnlySpan<ByteSet> path, GramGroup group, int depth, ulong bytes, ref double cost)
    {
        if (depth == path.Length)
        {
            cost += anchors.Cost(bytes, group);
            return;
        }

        // Of a wide character the second byte is zero, and folded as all.
        var shift = depth * (isWide ? 16 : 8);
        var folded = path[depth].Folded();
        for (var index = 0; index < 4; index++)
        {
            for (var word = folded.Word(index); word != 0; word &= word - 1)
            {
                var value = ((ulong)index * 64) + (ulong)BitOperations.TrailingZeroCount(word) + (isWide ? 0x2000u : 0);
                AddCosts(path, group, depth + 1, bytes | (value << shift), ref cost);
            }
        }
    }

    private AutomatonAtom AtomAt(Place place)
    {
        FindPaths(place.Node, place.Group);
        FindLonger(place.Node);
        var run = GramGroups.RequiredRun(place.Group);
        var literals = ImmutableArray.CreateBuilder<BytesNode>();
        for (var i = 0; i < paths.Count; i++)
            AtomLiterals.Add(literals, isWide ? AtomLiterals.Widen(paths[i]) : paths[i], run, place.Group);
        return new(automaton.Forward[place.Node], automaton.Backward[place.Node], place.Group, literals.ToImmutable());
    }

    /// <summary>Finds the same beginnings, but longer, where there are no more of them for it.</summary>
    private void FindLonger(AutomatonNode node)
    {
        var (count, shortest) = (paths.Count, paths[0].Length);
        for (var length = LiteralLength; length >= shortest; length -= length == shortest + 1 ? 1 : 2)
        {
            if (paths.Find(automaton.Words, automaton.Forward[node], length, count, 0))
                return;
        }
    }
}
