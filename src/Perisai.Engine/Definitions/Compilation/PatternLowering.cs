using System.Collections.Immutable;
using Perisai.Engine.Definitions.Ir;
using Perisai.Engine.Matching;

namespace Perisai.Engine.Definitions.Compilation;

/// <summary>
/// Turns byte patterns of the intermediate representation into the matcher's pieces: one form for each text variant, parted at wide gaps,
/// fixed gaps folded into masks so that most patterns become a single masked literal.
/// </summary>
internal static class PatternLowering
{
    /// <summary>The forms that are searched: plain, wide, or both.</summary>
    public static IEnumerable<ImmutableArray<Piece>> Lower(BytePattern pattern)
    {
        var wide = pattern.Modifiers.HasFlag(PatternModifiers.Wide);
        if (!wide || pattern.Modifiers.HasFlag(PatternModifiers.Ascii))
            yield return LowerForm(pattern, wide: false);
        if (wide)
            yield return LowerForm(pattern, wide: true);
    }

    private static ImmutableArray<Piece> LowerForm(BytePattern pattern, bool wide)
    {
        var noCase = pattern.Modifiers.HasFlag(PatternModifiers.NoCase);

        // A piece is found at its earliest start alone. Where another start may be the one that counts, gaps of variable length part it.
        var placeMatters = pattern.CountsMatter || pattern.Offset.Kind != OffsetKind.Anywhere;
        var pieces = ImmutableArray.CreateBuilder<Piece>();
        var nodes = new List<PieceNode>();
        uint minimum = 0, maximum = 0;
        foreach (var element in pattern.Elements)
        {
            if (element is Gap gap && (IsLink(gap) || (placeMatters && gap.Minimum != gap.Maximum)))
            {
                pieces.Add(new([.. nodes], minimum, maximum));
                nodes.Clear();
                minimum = (uint)gap.Minimum;
                maximum = gap.Maximum is { } limit ? (uint)limit : PieceRecord.Unbounded;
                continue;
            }

            Append(nodes, LowerElement(element, noCase, wide));
        }

        pieces.Add(new([.. nodes], minimum, maximum));
        if (pattern.Modifiers.HasFlag(PatternModifiers.FullWord))
        {
            pieces[0] = pieces[0] with { Nodes = pieces[0].Nodes.Insert(0, TestOf(AssertionKind.NonAlphanumericBefore, wide, negated: false)) };
            pieces[^1] = pieces[^1] with { Nodes = pieces[^1].Nodes.Add(TestOf(AssertionKind.NonAlphanumericAfter, wide, negated: false)) };
        }

        return pieces.ToImmutable();
    }

    private static bool IsLink(Gap gap) => gap.Maximum is not { } maximum || maximum > PieceRecord.MaximumInnerGap;

    private static PieceNode LowerElement(PatternElement element, bool noCase, bool wide) => element switch
    {
        MaskedBytes bytes => LowerBytes(bytes, noCase, wide),
        Gap { Maximum: { } maximum } gap when maximum == gap.Minimum => new BytesNode(new byte[maximum], new byte[maximum]),
        Gap gap => new GapNode(gap.Minimum, gap.Maximum ?? throw new ArgumentException("An unbounded gap inside alternatives.", nameof(element))),
        Alternation alternation => LowerAlternation(alternation, noCase, wide),
        Assertion assertion => TestOf(assertion.Kind, wide, assertion.Negated),
        NearByte near => LowerNearByte(near, noCase),
        _ => throw new ArgumentException($"No lowering for {element.GetType().Name}.", nameof(element)),
    };

    private static TestNode TestOf(AssertionKind kind, bool wide, bool negated) => new(
        kind switch
        {
            AssertionKind.BoundaryBefore => PieceTest.BoundaryBefore,
            AssertionKind.BoundaryAfter => PieceTest.BoundaryAfter,
            AssertionKind.Boundary => PieceTest.Boundary,
            AssertionKind.LineStart => PieceTest.LineStart,
            AssertionKind.LineEnd => PieceTest.LineEnd,
            AssertionKind.LineBreak => PieceTest.LineBreak,
            AssertionKind.NonAlphanumericBefore => wide ? PieceTest.WideWordStart : PieceTest.WordStart,
            AssertionKind.NonAlphanumericAfter => wide ? PieceTest.WideWordEnd : PieceTest.WordEnd,
            _ => PieceTest.NonAlphanumeric,
        },
        negated);

    private static NearByteNode LowerNearByte(NearByte near, bool noCase) =>
        noCase && near.Mask == 0xFF && char.IsAsciiLetter((char)near.Value)
            ? new((byte)(near.Value & 0xDF), 0xDF, near.Minimum, near.Maximum, near.IsBefore)
            : new(near.Value, near.Mask, near.Minimum, near.Maximum, near.IsBefore);

    private static AlternativesNode LowerAlternation(Alternation alternation, bool noCase, bool wide)
    {
        var sequences = alternation.Alternatives.Select(alternative =>
        {
            var nodes = new List<PieceNode>();
            foreach (var element in alternative)
                Append(nodes, LowerElement(element, noCase, wide));
            return nodes.ToImmutableArray();
        }).ToImmutableArray();
        var length = alternation.Negated && sequences.Length > 0 ? sequences[0].Sum(node => node is BytesNode bytes ? bytes.Values.Length : 1) : 0;
        return new(sequences, alternation.Negated, length);
    }

    private static BytesNode LowerBytes(MaskedBytes bytes, bool noCase, bool wide)
    {
        var step = wide ? 2 : 1;
        var values = new byte[bytes.Values.Length * step];
        var masks = new byte[values.Length];
        for (var i = 0; i < bytes.Values.Length; i++)
        {
            var (value, mask) = (bytes.Values[i], bytes.Masks[i]);
            if (noCase && mask == 0xFF && char.IsAsciiLetter((char)value))
                (value, mask) = ((byte)(value & 0xDF), 0xDF);
            values[i * step] = value;
            masks[i * step] = mask;
            if (wide)
                masks[(i * step) + 1] = 0xFF;
        }

        return new(values, masks);
    }

    private static void Append(List<PieceNode> nodes, PieceNode node)
    {
        if (node is BytesNode next && nodes.Count > 0 && nodes[^1] is BytesNode last)
            nodes[^1] = new BytesNode([.. last.Values, .. next.Values], [.. last.Masks, .. next.Masks]);
        else
            nodes.Add(node);
    }
}
