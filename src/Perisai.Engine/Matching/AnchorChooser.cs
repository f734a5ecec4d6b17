using System.Collections.Immutable;

namespace Perisai.Engine.Matching;

/// <summary>An anchor: the gram by which a piece is found.</summary>
/// <param name="Group">Which tables it goes into.</param>
/// <param name="Node">The node that holds it.</param>
/// <param name="Offset">Its first byte within the node.</param>
/// <param name="Cost">Estimated candidates in a gibibyte of ordinary files.</param>
internal readonly record struct Anchor(GramGroup Group, int Node, int Offset, double Cost);

/// <summary>
/// Chooses each piece's anchor: the longest gram group that fits, and in it the place whose grams, all alignments together, are
/// rarest in clean files and least used by other patterns.
/// </summary>
internal sealed class AnchorChooser(GramFrequencies frequencies)
{
    // A gram that many patterns share costs a walk over all of them at each occurrence.
    private readonly Dictionary<ulong, int> _uses = [];

    /// <summary>The best anchor; null where no two fixed bytes stand together.</summary>
    public Anchor? Choose(ImmutableArray<PieceNode> nodes)
    {
        for (var group = GramGroup.Long; (int)group < GramGroups.FirstPassCount; group++)
        {
            if (Best(nodes, group) is not { } anchor)
                continue;
            var bytes = (BytesNode)nodes[anchor.Node];
            for (var alignment = 0; alignment < GramGroups.Step(group); alignment++)
            {
                var key = UseKey(bytes, anchor.Offset + alignment, GramGroups.GramLength(group));
                _uses[key] = _uses.GetValueOrDefault(key) + 1;
            }

            return anchor;
        }

        return null;
    }

    private Anchor? Best(ImmutableArray<PieceNode> nodes, GramGroup group)
    {
        var length = GramGroups.GramLength(group);
        var run = GramGroups.RequiredRun(group);
        Anchor? best = null;
        for (var n = 0; n < nodes.Length; n++)
        {
            if (nodes[n] is not BytesNode bytes)
                continue;
            var fixedBytes = 0;
            for (var i = 0; i < bytes.Values.Length; i++)
            {
                fixedBytes = IsFixed(bytes, i) ? fixedBytes + 1 : 0;
                if (fixedBytes < run)
                    continue;
                var offset = i - run + 1;
                double cost = 0;
                for (var alignment = 0; alignment < GramGroups.Step(group); alignment++)
                {
                    var key = Gram.Key(bytes.Values.AsSpan(offset + alignment), length);
                    var uses = _uses.GetValueOrDefault(UseKey(bytes, offset + alignment, length));
                    cost += (frequencies.Estimate(key, length) + 1) * (1 + (uses / 4.0));
                }

                if (best is null || cost < best.Value.Cost)
                    best = new(group, n, offset, cost);
            }
        }

        return best;
    }

    /// <summary>Whether folding leaves one value: the mask is whole but perhaps for the case bit.</summary>
    public static bool IsFixed(BytesNode bytes, int index) => (bytes.Masks[index] | 0x20) == 0xFF;

    private static ulong UseKey(BytesNode bytes, int offset, int length) =>
        Gram.Key(bytes.Values.AsSpan(offset), length) | ((ulong)length << 56);
}
