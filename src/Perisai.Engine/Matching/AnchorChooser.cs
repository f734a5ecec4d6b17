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
            Use((BytesNode)nodes[anchor.Node], anchor.Offset, group);
            return anchor;
        }

        return null;
    }

    /// <summary>Estimated candidates in a gibibyte for the grams of one group at a place, raised where others use them too.</summary>
    public double Cost(BytesNode bytes, int offset, GramGroup group) => Cost(Gram.Key(bytes.Values.AsSpan(offset), GramGroups.RequiredRun(group)), group);

    /// <summary>The same, for the first folded bytes of a literal, as many as the group requires.</summary>
    public double Cost(ulong bytes, GramGroup group)
    {
        var length = GramGroups.GramLength(group);
        double cost = 0;
        for (var alignment = 0; alignment < GramGroups.Step(group); alignment++)
        {
            var key = Gram.Key(bytes >> (8 * alignment), length);
            var uses = _uses.GetValueOrDefault(UseKey(key, length));
            var estimate = length < 4 ? EstimateShort(key, length) : frequencies.Estimate(key, length);
            cost += (estimate + 1) * (1 + (uses / 4.0));
        }

        return cost;
    }

    /// <summary>Estimated places in a gibibyte of the grams of a literal, however many patterns share them.</summary>
    public double Places(ulong bytes, GramGroup group)
    {
        var length = GramGroups.GramLength(group);
        double places = 0;
        for (var alignment = 0; alignment < GramGroups.Step(group); alignment++)
        {
            var key = Gram.Key(bytes >> (8 * alignment), length);
            places += length < 4 ? EstimateShort(key, length) : frequencies.Estimate(key, length);
        }

        // Probed at every third offset, each of the three alignments is met a third of the time.
        return places / GramGroups.Step(group);
    }

    /// <summary>Notes that a pattern uses the grams at a place.</summary>
    public void Use(BytesNode bytes, int offset, GramGroup group)
    {
        for (var alignment = 0; alignment < GramGroups.Step(group); alignment++)
        {
            var length = GramGroups.GramLength(group);
            var key = UseKey(Gram.Key(bytes.Values.AsSpan(offset + alignment), length), length);
            _uses[key] = _uses.GetValueOrDefault(key) + 1;
        }
    }

    private Anchor? Best(ImmutableArray<PieceNode> nodes, GramGroup group)
    {
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
                var cost = Cost(bytes, offset, group);
                if (best is null || cost < best.Value.Cost)
                    best = new(group, n, offset, cost);
            }
        }

        return best;
    }

    /// <summary>Whether folding leaves one value: the mask is whole but perhaps for the case bit.</summary>
    public static bool IsFixed(BytesNode bytes, int index) => (bytes.Masks[index] | 0x20) == 0xFF;

    /// <summary>The trained table has no grams below four bytes. Zeros and blanks (folded, the same) are in every file, and filling.</summary>
    private static double EstimateShort(ulong key, int length)
    {
        double estimate = length == 1 ? 1 << 26 : 1 << 22;
        for (var i = 0; i < length; i++)
        {
            var value = (byte)(key >> (8 * i));
            estimate *= value switch { 0x20 => 8, 0xFF => 4, >= (byte)'a' and <= (byte)'z' => 2, _ => 1 };
        }

        return estimate;
    }

    private static ulong UseKey(ulong gram, int length) => gram | ((ulong)length << 56);
}
