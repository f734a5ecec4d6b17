using Perisai.Engine.Matching.Automata;

namespace Perisai.Engine.Tests.Matching.Automata;

/// <summary>The obvious matcher: from the tree as it was parsed, the set of offsets at which a node can end when it begins at an offset.</summary>
internal sealed class NaiveMatcher(byte[] text, int characterSize)
{
    private readonly Dictionary<(AutomatonNode Node, int At), SortedSet<int>> _known = [];

    /// <summary>Where a match that starts at an offset can end.</summary>
    public SortedSet<int> Ends(AutomatonNode node, int at)
    {
        if (_known.TryGetValue((node, at), out var known))
            return known;
        SortedSet<int> ends = node switch
        {
            SetNode set => Takes(set, at) ? [at + characterSize] : [],
            SequenceNode sequence => sequence.Items.Aggregate(new SortedSet<int> { at }, (set, item) => [.. set.SelectMany(from => Ends(item, from))]),
            ChoiceNode choice => [.. choice.Alternatives.SelectMany(alternative => Ends(alternative, at))],
            RepeatNode repeat => Repeat(repeat, at),
            _ => Holds(((AssertionNode)node).Kind, at) ? [at] : [],
        };
        _known[(node, at)] = ends;
        return ends;
    }

    private SortedSet<int> Repeat(RepeatNode repeat, int at)
    {
        var rounds = repeat.Maximum ?? int.MaxValue;
        SortedSet<int> current = [at];
        SortedSet<int> ends = [];
        for (var round = 0; round <= rounds && current.Count > 0; round++)
        {
            if (round >= repeat.Minimum)
            {
                // What was reached in fewer rounds need not be gone on from again.
                current.ExceptWith(ends);
                ends.UnionWith(current);
            }

            current = [.. current.SelectMany(from => Ends(repeat.Child, from))];
        }

        return ends;
    }

    private bool Takes(SetNode set, int at) =>
        at + characterSize <= text.Length && set.Set.Contains(text[at]) && (characterSize == 1 || text[at + 1] == 0);

    private bool Holds(AutomatonAssertion kind, int at) => kind switch
    {
        AutomatonAssertion.Start => at == 0,
        AutomatonAssertion.End => at == text.Length,
        AutomatonAssertion.WordBoundary => IsBoundary(at),
        _ => !IsBoundary(at),
    };

    private bool IsBoundary(int at) =>
        at < characterSize || at + characterSize > text.Length || IsWord(at - characterSize) != IsWord(at);

    private bool IsWord(int at) =>
        at >= 0 && at + characterSize <= text.Length && (char.IsAsciiLetterOrDigit((char)text[at]) || text[at] == '_')
        && (characterSize == 1 || text[at + 1] == 0);
}
