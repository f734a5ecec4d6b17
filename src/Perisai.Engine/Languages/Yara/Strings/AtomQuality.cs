using System.Collections.Immutable;
using System.Runtime.InteropServices;
using Perisai.Engine.Languages.Yara.Syntax;
using Perisai.Engine.Matching.Automata;

namespace Perisai.Engine.Languages.Yara.Strings;

/// <summary>
/// How good YARA would find the bytes by which it would search a string: the measure behind its warning of slow strings. It says nothing about this
/// engine's own choice (see <see cref="AtomChooser"/>), and is kept so that rules get the same warnings. An atom has up to four bytes in a row; of a sequence
/// the best atom counts, of alternatives the worst of theirs.
/// </summary>
internal static class AtomQuality
{
    /// <summary>The most that an atom can have: four different rare bytes.</summary>
    public const int Maximum = 88;

    /// <summary>Below, a string is slow.</summary>
    public const int Sufficient = 38;

    private const int AtomLength = 4;

    /// <summary>A byte of an atom under its mask: 0xFF, a nibble, 0.</summary>
    private readonly record struct AtomByte(byte Value, byte Mask);

    /// <summary>The quality of bytes.</summary>
    public static int Of(ReadOnlySpan<byte> atom)
    {
        Span<AtomByte> bytes = stackalloc AtomByte[atom.Length];
        for (var i = 0; i < atom.Length; i++)
            bytes[i] = new(atom[i], 0xFF);
        return Of(bytes);
    }

    /// <summary>The best four bytes in a row of a text.</summary>
    public static byte[] BestAtom(byte[] text)
    {
        if (text.Length <= AtomLength)
            return text;
        var (at, most) = (0, int.MinValue);
        for (var i = 0; i + AtomLength <= text.Length; i++)
        {
            if (Of(text.AsSpan(i, AtomLength)) is var quality && quality > most)
                (at, most) = (i, quality);
        }

        return text[at..(at + AtomLength)];
    }

    /// <summary>The quality of an expression's worst atom, after modifiers; 0 where it has none.</summary>
    public static int Of(AutomatonNode root, StringModifiers modifiers)
    {
        if (Best(root) is not { } atoms)
            return 0;
        var plain = atoms.Min(atom => Of(atom.AsSpan()));
        if (!modifiers.Wide)
            return plain;
        var wide = atoms.Min(atom => Of(Widen(atom)));
        return modifiers.Ascii ? Math.Min(plain, wide) : wide;
    }

    /// <summary>
    /// Where in a sequence YARA's search would begin: the item, the least bytes before its atom, and the atom's length; null where it has nothing to look
    /// for, and begins at the start.
    /// </summary>
    public static (int Item, long Before, int Length)? BestPlace(ImmutableArray<AutomatonNode> items)
    {
        var search = new SequenceSearch();
        for (var i = 0; i < items.Length; i++)
            search.Visit(items[i], i);
        search.EndRun();
        return search.Best is null ? null : search.Place;
    }

    private static int Of(ReadOnlySpan<AtomByte> atom)
    {
        var quality = 0;
        Span<byte> seen = stackalloc byte[atom.Length];
        var different = 0;
        foreach (var (value, mask) in atom)
        {
            quality += mask switch
            {
                0xFF when value is 0 or 0x20 or 0xCC or 0xFF => 12,
                0xFF when char.IsAsciiLetter((char)value) => 18,
                0xFF => 20,
                0 => -10,
                _ => 4,
            };
            if (mask == 0xFF && !seen[..different].Contains(value))
                seen[different++] = value;
        }

        var isFilling = different == 1 && seen[0] is 0 or 0x20 or 0x90 or 0xCC or 0xFF;
        return isFilling ? quality - (10 * atom.Length) : quality + (2 * different);
    }

    private static AtomByte[] Widen(AtomByte[] atom) =>
        [.. atom.SelectMany(one => new[] { one, new AtomByte(0, 0xFF) }).Take(AtomLength)];

    private static int WorstOf(List<AtomByte[]> atoms) => atoms.Min(atom => Of(atom.AsSpan()));

    private static List<AtomByte[]>? Best(AutomatonNode node)
    {
        var search = new SequenceSearch();
        search.Visit(node);
        search.EndRun();
        return search.Best;
    }

    /// <summary>Walks a sequence: runs of bytes offer atoms, alternatives and repeats offer those of their own.</summary>
    private sealed class SequenceSearch
    {
        private readonly List<AtomByte> _run = [];
        private readonly List<(int Item, long Before)> _runPlaces = [];
        private int _item;
        private long _before;

        public List<AtomByte[]>? Best { get; private set; }

        /// <summary>Where the best stands; of alternatives the one that ends first.</summary>
        public (int Item, long Before, int Length) Place { get; private set; }

        public void Visit(AutomatonNode node, int item)
        {
            _item = item;
            Visit(node);
        }

        public void Visit(AutomatonNode node)
        {
            switch (node)
            {
                case SequenceNode sequence:
                    foreach (var item in sequence.Items)
                        Visit(item);
                    break;
                case SetNode { Origin: not SetOrigin.Class } set:
                    _run.Add(new(set.Value, set.Mask));
                    _runPlaces.Add((_item, _before++));
                    break;
                case RepeatNode { Minimum: > 0, IsJump: false } repeat:
                    for (var i = 0; i < Math.Min(repeat.Minimum, AtomLength); i++)
                        Visit(repeat.Child);
                    if (repeat.Minimum != repeat.Maximum || repeat.Minimum > AtomLength)
                        EndRun();
                    _before += AlternativeOrder.MinimumLength(repeat.Child) * (repeat.Minimum - Math.Min(repeat.Minimum, AtomLength));
                    break;
                case ChoiceNode choice:
                    EndRun();
                    Offer(choice);
                    _before += AlternativeOrder.MinimumLength(choice);
                    break;
                default:
                    EndRun();
                    _before += AlternativeOrder.MinimumLength(node);
                    break;
            }
        }

        public void EndRun()
        {
            var run = CollectionsMarshal.AsSpan(_run);
            ReadOnlySpan<AtomByte> best = [];
            var (most, place) = (int.MinValue, (Item: 0, Before: 0L, Length: 0));
            for (var i = 0; i < run.Length; i++)
            {
                var atom = Trim(run.Slice(i, Math.Min(AtomLength, run.Length - i)), out var trimmed);
                if (atom.IsEmpty || Of(atom) <= most)
                    continue;
                best = atom;
                (most, place) = (Of(atom), (_runPlaces[i].Item, _runPlaces[i].Before + trimmed, atom.Length));
            }

            if (best.Length > 0)
                Offer([best.ToArray()], place);
            _run.Clear();
            _runPlaces.Clear();
        }

        private void Offer(ChoiceNode choice)
        {
            var all = new List<AtomByte[]>();
            (int Item, long Before, int Length)? first = null;
            foreach (var alternative in choice.Alternatives)
            {
                var search = new SequenceSearch();
                search.Visit(alternative);
                search.EndRun();
                if (search.Best is not { } atoms)
                    return;
                all.AddRange(atoms);
                if (first is not { } known || search.Place.Before + search.Place.Length < known.Before + known.Length)
                    first = search.Place;
            }

            Offer(all, (_item, _before + first!.Value.Before, first.Value.Length));
        }

        private void Offer(List<AtomByte[]> atoms, (int Item, long Before, int Length) place)
        {
            // Of equals the last one.
            if (Best is null || WorstOf(atoms) >= WorstOf(Best))
                (Best, Place) = (atoms, place);
        }

        private static ReadOnlySpan<AtomByte> Trim(ReadOnlySpan<AtomByte> bytes, out int trimmed)
        {
            trimmed = 0;
            while (bytes is [.., { Mask: 0 }])
                bytes = bytes[..^1];
            for (; bytes is [{ Mask: 0 }, ..]; trimmed++)
                bytes = bytes[1..];
            return bytes;
        }
    }
}
