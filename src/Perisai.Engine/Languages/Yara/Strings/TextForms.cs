using System.Collections.Immutable;
using Perisai.Engine.Definitions.Ir;
using Perisai.Engine.Languages.Yara.Syntax;
using Perisai.Engine.Matching;
using Perisai.Engine.Matching.Automata;

namespace Perisai.Engine.Languages.Yara.Strings;

/// <summary>The searches of a text string.</summary>
internal static class TextForms
{
    /// <summary>Longer texts are searched in parts that follow one another.</summary>
    private const int MaximumPart = PieceRecord.MaximumSpan / 4;

    /// <summary>The parts, and the worst quality among the atoms of their forms.</summary>
    public static (ImmutableArray<RuleStringPart> Parts, int Quality) Lower(TextStringNode node)
    {
        var parts = ImmutableArray.CreateBuilder<RuleStringPart>();
        var quality = AtomQuality.Maximum;
        var modifiers = node.Modifiers;
        var isEncoded = modifiers.Base64 || modifiers.Base64Wide;
        for (var from = 0; from < node.Value.Length; from += MaximumPart)
        {
            var text = node.Value.AsSpan(from, Math.Min(MaximumPart, node.Value.Length - from));
            var bytes = new byte[text.Length];
            for (var i = 0; i < bytes.Length; i++)
                bytes[i] = (byte)text[i];
            var forms = isEncoded ? Base64Forms(modifiers, bytes, ref quality) : PlainForms(modifiers, bytes, ref quality);
            parts.Add(new(0, 0, forms));
        }

        return (parts.ToImmutable(), quality);
    }

    private static ImmutableArray<RuleSearch> PlainForms(StringModifiers modifiers, byte[] bytes, ref int quality)
    {
        var forms = ImmutableArray.CreateBuilder<RuleSearch>();
        var (first, last) = modifiers.Xor ?? (0, 0);
        foreach (var isWide in Widths(modifiers))
        {
            // The atom is chosen once and xored afterwards, as YARA does it: some key may make it a poor one.
            var atom = AtomQuality.BestAtom(isWide ? Widen(bytes) : bytes);
            for (int key = first; key <= last; key++)
            {
                var masked = bytes.Select(value => Masked((byte)(value ^ key), modifiers.NoCase)).ToList();
                forms.Add(ExpressionForms.Literal(masked, isWide, modifiers.FullWord, (byte)key));
                quality = Math.Min(quality, AtomQuality.Of([.. atom.Select(value => (byte)(value ^ key))]));
            }
        }

        return forms.ToImmutable();
    }

    private static ImmutableArray<RuleSearch> Base64Forms(StringModifiers modifiers, byte[] bytes, ref int quality)
    {
        var forms = ImmutableArray.CreateBuilder<RuleSearch>();
        var seen = new HashSet<string>();
        foreach (var isWide in Widths(modifiers))
        {
            foreach (var encoded in Base64Alignments.Of(isWide ? Widen(bytes) : bytes, modifiers.Alphabet))
            {
                if (!seen.Add(encoded))
                    continue;
                var masked = encoded.Select(c => new MaskedByte((byte)c, 0xFF)).ToList();
                var plain = masked.Select(one => one.Value).ToArray();
                if (modifiers.Base64)
                {
                    forms.Add(ExpressionForms.Literal(masked, isWide: false, isWord: false, 0));
                    quality = Math.Min(quality, AtomQuality.Of(AtomQuality.BestAtom(plain)));
                }

                if (modifiers.Base64Wide)
                {
                    forms.Add(ExpressionForms.Literal(masked, isWide: true, isWord: false, 0));
                    quality = Math.Min(quality, AtomQuality.Of(AtomQuality.BestAtom(Widen(plain))));
                }
            }
        }

        return forms.ToImmutable();
    }

    private static bool[] Widths(StringModifiers modifiers) => modifiers.Wide ? modifiers.Ascii ? [false, true] : [true] : [false];

    private static MaskedByte Masked(byte value, bool ignoreCase) =>
        ignoreCase && char.IsAsciiLetter((char)value) ? new((byte)(value & 0xDF), 0xDF) : new(value, 0xFF);

    private static byte[] Widen(byte[] bytes)
    {
        var wide = new byte[bytes.Length * 2];
        for (var i = 0; i < bytes.Length; i++)
            wide[i * 2] = bytes[i];
        return wide;
    }
}
