using System.Collections.Immutable;
using Perisai.Engine.Matching;
using Perisai.Engine.Matching.Automata;

namespace Perisai.Engine.Languages.Yara.Strings;

/// <summary>A part of an expression between wide jumps.</summary>
/// <param name="Root">What it matches.</param>
/// <param name="LinkMinimum">Least distance from the end of the part before; 0 for the first.</param>
/// <param name="LinkMaximum">Greatest distance; <see cref="PieceRecord.Unbounded"/> for none.</param>
internal sealed record ExpressionPart(AutomatonNode Root, uint LinkMinimum, uint LinkMaximum)
{
    /// <summary>Jumps of more bytes part a string, as in YARA.</summary>
    private const int MaximumInnerJump = 200;

    public static bool Separates(AutomatonNode node) =>
        node is RepeatNode { IsJump: true } jump && (jump.Minimum > MaximumInnerJump || jump.Maximum is null or > MaximumInnerJump);
}

/// <summary>Parts expressions at wide jumps.</summary>
internal static class ExpressionParts
{
    public static ImmutableArray<ExpressionPart> Of(AutomatonNode root)
    {
        if (root is not SequenceNode sequence)
            return [new(root, 0, 0)];
        var parts = ImmutableArray.CreateBuilder<ExpressionPart>();
        var (from, minimum, maximum) = (0, 0u, 0u);
        for (var i = 1; i + 1 < sequence.Items.Length; i++)
        {
            // A jump that nothing stands before, since the last one, has nothing to be counted from.
            if (i == from || !ExpressionPart.Separates(sequence.Items[i]))
                continue;
            var jump = (RepeatNode)sequence.Items[i];
            parts.Add(new(new SequenceNode(sequence.Items[from..i]), minimum, maximum));
            (from, minimum, maximum) = (i + 1, (uint)jump.Minimum, jump.Maximum is { } most ? (uint)most : PieceRecord.Unbounded);
        }

        parts.Add(new(new SequenceNode(sequence.Items[from..]), minimum, maximum));
        return parts.ToImmutable();
    }
}
