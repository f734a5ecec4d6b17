using System.Collections.Immutable;
using Perisai.Engine.Definitions.Ir;
using Perisai.Engine.Languages.Yara.Syntax;
using Perisai.Engine.Matching.Automata;

namespace Perisai.Engine.Languages.Yara.Strings;

/// <summary>The searches of an expression: masked bytes where it is no more than that, ASCII and wide.</summary>
internal static class ExpressionForms
{
    /// <summary>Alternatives of a whole expression that are searched each on its own, at most.</summary>
    private const int MaximumSplit = 16;

    /// <param name="root">The expression.</param>
    /// <param name="lastFirst">Of alternatives that are found each on its own, whether the last one counts (<see cref="AlternativeOrder"/>).</param>
    /// <param name="modifiers">Of the string.</param>
    /// <exception cref="AutomatonException">The expression is too large.</exception>
    public static ImmutableArray<RuleSearch> Of(AutomatonNode root, bool lastFirst, StringModifiers modifiers)
    {
        // Where words are asked for, an alternative that is none must not stand in the way of one that is.
        if (modifiers.FullWord && (root is SequenceNode { Items: [var only] } ? only : root) is ChoiceNode { Alternatives.Length: <= MaximumSplit } choice
            && AtomQuality.BestPlace([choice]) is not null)
        {
            return [.. choice.Alternatives.SelectMany(one => Of(one, lastFirst, modifiers))];
        }

        var forms = ImmutableArray.CreateBuilder<RuleSearch>();
        var bytes = new List<MaskedByte>();
        var isLiteral = AppendLiteral(root, bytes) && bytes.Count > 0;
        // The longest ones are searched as an expression of so many nodes.
        if (isLiteral && bytes.Count * (modifiers.Wide ? 2 : 1) >= AutomatonExpansion.MaximumNodes)
            throw new AutomatonException($"it has {bytes.Count} bytes");
        var shared = isLiteral || AlternativeOrder.HasChoice(root) ? null : ByteAutomaton.Compile(root);
        if (!modifiers.Wide || modifiers.Ascii)
            forms.Add(Form(isWide: false));
        if (modifiers.Wide)
            forms.Add(Form(isWide: true));
        return forms.ToImmutable();

        RuleSearch Form(bool isWide) => isLiteral
            ? Literal(bytes, isWide, modifiers.FullWord, 0)
            : new AutomatonSearch(
                shared ?? ByteAutomaton.Compile(AlternativeOrder.Of(root, lastFirst, isWide)), new(isWide, modifiers.FullWord) { YieldsToNarrow = isWide && modifiers.Ascii });
    }

    /// <summary>A literal with what the modifiers ask of its edges. A key of xor is applied to the bytes already.</summary>
    public static LiteralSearch Literal(IReadOnlyList<MaskedByte> bytes, bool isWide, bool isWord, byte key)
    {
        var step = isWide ? 2 : 1;
        var (values, masks) = (new byte[bytes.Count * step], new byte[bytes.Count * step]);
        for (var i = 0; i < bytes.Count; i++)
        {
            (values[i * step], masks[i * step]) = (bytes[i].Value, bytes[i].Mask);
            if (isWide)
                (values[(i * 2) + 1], masks[(i * 2) + 1]) = (key, 0xFF);
        }

        return new(new(values, masks), isWord ? new(false, true) { EdgeIsWide = isWide } : default);
    }

    private static bool AppendLiteral(AutomatonNode node, List<MaskedByte> bytes)
    {
        switch (node)
        {
            case SetNode set when MaskedByte.Of(set.Set) is { } masked:
                bytes.Add(masked);
                return true;
            case SequenceNode sequence:
                return sequence.Items.All(item => AppendLiteral(item, bytes));
            case RepeatNode repeat when repeat.Minimum == repeat.Maximum && repeat.Child is SetNode && repeat.Minimum + bytes.Count <= AutomatonProgram.ScanLimit:
                for (var i = 0; i < repeat.Minimum; i++)
                {
                    if (!AppendLiteral(repeat.Child, bytes))
                        return false;
                }

                return true;
            default:
                return false;
        }
    }
}
