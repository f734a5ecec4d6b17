using System.Collections.Immutable;
using Perisai.Engine.Matching.Regex;

namespace Perisai.Engine.Matching.Automata;

/// <summary>
/// Chooses the places of an expression by which it is searched: a set of them such that every match passes one, whose literals are rarest in clean
/// files. In a sequence any one place will do; of alternatives each needs one; what may be missing offers none.
/// </summary>
internal sealed class AtomChooser(AnchorChooser anchors, ByteAutomaton automaton, bool isWide)
{
    /// <summary>Ways to begin that are followed from one place.</summary>
    private const int MaximumPaths = 16;

    /// <summary>Bytes of a literal that are kept beyond its gram, to tell it from others.</summary>
    private const int LiteralLength = 16;

    /// <summary>What each group costs beyond its candidates: one more pass over the text, of which the long one is cheapest.</summary>
    private static readonly double[] _bias = [0, 30_000, 0];

    /// <summary>Places looked at in one expression.</summary>
    private int _budget = 400;

    /// <summary>The best set; of single bytes where there is nothing better; empty where matches can be empty.</summary>
    public ImmutableArray<AutomatonAtom> Choose()
    {
        if (automaton.MinimumLength == 0)
            return [];
        var atoms = Best((SequenceNode)automaton.Root, InGrams);
        _budget = 400;
        if (atoms is null)
        {
            // Bytes of alternatives are no better than the start, and from there the first alternative is preferred as it should be.
            var single = Best((SequenceNode)automaton.Root, InBytes);
            atoms = single is { Length: 1 } ? single : Candidate(automaton.Root, GramGroup.Single) is { } start ? [start] : [];
        }

        return atoms.Value;
    }

    /// <summary>The start of an expression, tried at every byte.</summary>
    public static AutomatonAtom Everywhere(ByteAutomaton automaton)
    {
        var literals = ImmutableArray.CreateBuilder<BytesNode>();
        AtomLiterals.Add(literals, [ByteSet.All], 1, GramGroup.Single);
        return new((int)automaton.Words[AutomatonProgram.EntryAt], 0, GramGroup.Single, literals.ToImmutable(), double.MaxValue);
    }

    private static double CostOf(ImmutableArray<AutomatonAtom> atoms) => atoms.Sum(atom => atom.Cost);

    private ImmutableArray<AutomatonAtom>? Best(AutomatonNode node, Func<AutomatonNode, AutomatonAtom?> atomAt)
    {
        switch (node)
        {
            case SequenceNode sequence:
                ImmutableArray<AutomatonAtom>? best = null;
                foreach (var item in sequence.Items)
                {
                    if (--_budget < 0)
                        break;
                    if (atomAt(item) is { } atom && (best is null || atom.Cost < CostOf(best.Value)))
                        best = [atom];
                    if (item is ChoiceNode or LoopNode { AtLeastOnce: true } && Best(item, atomAt) is { } inner
                        && (best is null || CostOf(inner) < CostOf(best.Value)))
                    {
                        best = inner;
                    }
                }

                return best;
            case ChoiceNode choice:
                var all = ImmutableArray.CreateBuilder<AutomatonAtom>();
                foreach (var alternative in choice.Alternatives)
                {
                    if (Best(alternative, atomAt) is not { } part || all.Count + part.Length > MaximumPaths)
                        return null;
                    all.AddRange(part);
                }

                return all.ToImmutable();
            case LoopNode { AtLeastOnce: true } loop:
                return Best(loop.Body, atomAt);
            case SetNode or CountedNode { Minimum: > 0 }:
                return atomAt(node) is { } single ? [single] : null;
            default:
                return null;
        }
    }

    private AutomatonAtom? InGrams(AutomatonNode node)
    {
        AutomatonAtom? best = null;
        for (var group = GramGroup.Long; group <= GramGroup.Tiny; group++)
        {
            if (Candidate(node, group) is { } atom && (best is null || atom.Cost < best.Cost))
                best = atom;
        }

        return best;
    }

    private AutomatonAtom? InBytes(AutomatonNode node) => Candidate(node, GramGroup.Single);

    private AutomatonAtom? Candidate(AutomatonNode node, GramGroup group)
    {
        var run = GramGroups.RequiredRun(group);
        var step = isWide ? 2 : 1;
        var entry = automaton.Forward[node];
        if (AutomatonPaths.Enumerate(automaton.Words, entry, (run + step - 1) / step, MaximumPaths) is not { } paths)
            return null;
        paths = Longer(entry, paths);
        var literals = ImmutableArray.CreateBuilder<BytesNode>();
        foreach (var path in paths)
        {
            if (!AtomLiterals.Add(literals, isWide ? AtomLiterals.Widen(path) : path, run, group))
                return null;
        }

        var cost = literals.Sum(literal => anchors.Cost(literal, 0, group)) + (group == GramGroup.Single ? 0 : _bias[(int)group]);
        return new(entry, automaton.Backward[node], group, literals.ToImmutable(), cost);
    }

    /// <summary>The same beginnings, but longer, where there are no more of them for it.</summary>
    private List<ByteSet[]> Longer(int entry, List<ByteSet[]> paths)
    {
        for (var length = LiteralLength; length > paths[0].Length; length -= 2)
        {
            if (AutomatonPaths.Enumerate(automaton.Words, entry, length, paths.Count) is { } longer)
                return longer;
        }

        return paths;
    }
}
