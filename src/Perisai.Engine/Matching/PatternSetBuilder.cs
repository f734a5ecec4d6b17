using System.Collections.Immutable;
using System.Runtime.InteropServices;
using Perisai.Engine.Matching.Automata;

namespace Perisai.Engine.Matching;

/// <summary>A piece as the compiler hands it over.</summary>
/// <param name="Nodes">Its steps; neither first nor last is a gap.</param>
/// <param name="LinkMinimum">Least distance from the previous piece's end; 0 for the first.</param>
/// <param name="LinkMaximum">Greatest distance; <see cref="PieceRecord.Unbounded"/> for none.</param>
internal sealed record Piece(ImmutableArray<PieceNode> Nodes, uint LinkMinimum, uint LinkMaximum);

/// <summary>Collects patterns and lays out the matcher's tables for one segment.</summary>
internal sealed class PatternSetBuilder(GramFrequencies frequencies)
{
    /// <summary>Targets that have a bitmap of their own, as ClamAV numbers them.</summary>
    public const int TargetCount = 15;

    /// <summary>Bytes behind the record of a place in an expression: see <see cref="PieceKind.Automaton"/>.</summary>
    private const int AutomatonPayload = 12 + (4 * AtomSurroundings.Reach);

    private readonly AnchorChooser _chooser = new(frequencies);
    private readonly AutomatonPaths _paths = new();
    private readonly AtomSurroundings _surroundings = new();
    private readonly AnchorTableBuilder[] _anchors = [.. Enumerable.Range(0, GramGroups.Count).Select(_ => new AnchorTableBuilder())];
    private readonly MemoryStream _pieces = new();

    /// <summary>The most bytes that any piece may reach before its anchor.</summary>
    public int MaximumBefore { get; private set; }

    /// <summary>The most bytes that any piece may reach from its anchor on.</summary>
    public int MaximumAfter { get; private set; }

    /// <summary>Pieces by group.</summary>
    public int[] GroupCounts { get; } = new int[GramGroups.Count];

    public ReadOnlySpan<byte> Pieces => _pieces.GetBuffer().AsSpan(0, (int)_pieces.Length);

    /// <summary>Adds a pattern; the result says why it cannot be searched, or null. Nothing is added then.</summary>
    public string? Add(uint pattern, int target, ImmutableArray<Piece> pieces)
    {
        if (pieces.Length is 0 or > 255)
            return "more than 255 parts";
        var anchors = new Anchor[pieces.Length];
        for (var i = 0; i < pieces.Length; i++)
        {
            if (Span(pieces[i].Nodes) > PieceRecord.MaximumSpan)
                return $"a part is longer than {PieceRecord.MaximumSpan} bytes";
            if (_chooser.Choose(pieces[i].Nodes) is not { } anchor)
                return "a part has no two fixed bytes in a row";
            anchors[i] = anchor;
        }

        // Pieces that are easy to find are looked for first; only where all of them were found do the others matter.
        var best = anchors.Min(anchor => anchor.Group);
        var firstPass = anchors.Count(anchor => anchor.Group == best);
        for (var i = 0; i < pieces.Length; i++)
        {
            if (anchors[i].Group != best)
                anchors[i] = anchors[i] with { Group = GramGroups.LateOf(anchors[i].Group) };
            Write(pattern, target, pieces[i], anchors[i], i, pieces.Length, firstPass);
        }

        return null;
    }

    /// <summary>
    /// Adds one form of a rule's string that is masked bytes and word edges; every match of it is reported. Where it offers no two fixed bytes in
    /// a row it is searched as an expression.
    /// </summary>
    public SearchCost AddLiteral(uint pattern, BytesNode bytes, AutomatonOptions options)
    {
        if (bytes.Values.Length > PieceRecord.MaximumSpan || _chooser.Choose([bytes]) is not { } anchor)
            return AddAutomaton(pattern, ByteAutomaton.Compile(LiteralExpression.Of(bytes)), options);
        Write(pattern, 0, new([bytes], 0, 0), anchor, 0, 1, 1, options.ToStored());
        var atom = Unfolded(bytes.Values.AsSpan(anchor.Offset), anchor.Group);
        return new(anchor.Group, _chooser.Places(atom, anchor.Group), atom, false);
    }

    /// <summary>The bytes by which a literal is found, as they stand in it.</summary>
    private static ulong Unfolded(ReadOnlySpan<byte> bytes, GramGroup group)
    {
        ulong value = 0;
        for (var i = GramGroups.RequiredRun(group) - 1; i >= 0; i--)
            value = (value << 8) | bytes[i];
        return value;
    }

    /// <summary>Adds one form of a rule's string that is an expression; every start is reported, with the preferred end.</summary>
    public SearchCost AddAutomaton(uint pattern, ByteAutomaton automaton, AutomatonOptions options)
    {
        var cost = default(SearchCost);
        var most = -1.0;
        Align();
        var program = _pieces.Length;
        _pieces.Write(MemoryMarshal.AsBytes(automaton.Words.AsSpan()));
        var atoms = new AtomChooser(_chooser, _paths, automaton, options.IsWide).Choose();
        var isEverywhere = atoms.IsEmpty;
        if (isEverywhere)
            atoms = [AtomChooser.Everywhere(automaton)];
        var reach = (int)Math.Min(AutomatonProgram.ScanLimit, (long)automaton.MaximumLength * options.CharacterSize) + options.CharacterSize;
        foreach (var atom in atoms)
        {
            var at = _pieces.Length;
            var record = new PieceRecord { Pattern = pattern, Kind = PieceKind.Automaton, Count = 1, FirstPassCount = 1, Length = AutomatonPayload, Options = options.ToStored() };
            _pieces.Write(MemoryMarshal.AsBytes(new ReadOnlySpan<PieceRecord>(in record)));
            _pieces.Write(MemoryMarshal.AsBytes<uint>([(uint)((at - program) / 4), (uint)atom.Forward, (uint)atom.Backward]));
            _surroundings.Find(automaton.Words, atom.Forward, atom.Backward, options.IsWide);
            _pieces.Write(_surroundings.Values);
            _pieces.Write(_surroundings.Masks);
            MaximumBefore = Math.Max(MaximumBefore, reach);
            MaximumAfter = Math.Max(MaximumAfter, Math.Max(reach, 16));
            GroupCounts[(int)atom.Group]++;
            var anchor = new Anchor(atom.Group, 0, 0, 0);
            var seen = new HashSet<(ulong, uint)>();
            foreach (var literal in atom.Literals)
            {
                _chooser.Use(literal, 0, atom.Group);
                var bytes = Unfolded(literal.Values, atom.Group);
                var places = _chooser.Places(bytes, atom.Group);
                cost = new((GramGroup)Math.Max((int)cost.Group, (int)atom.Group), cost.Places + places, places > most ? bytes : cost.Atom, isEverywhere);
                most = Math.Max(most, places);
                AddAnchors(literal, anchor, checked((uint)(at / 4)), 0, seen, WithSurroundings(literal));
            }
        }

        return cost;
    }

    public (ulong[] Bitmap, uint[] Starts, AnchorEntry[] Entries) BuildAnchors(GramGroup group) => _anchors[(int)group].Build();

    /// <summary>
    /// The stage-1 bitmaps of a group by target: the grams of its own patterns and of those for any object. A target without patterns of its own has
    /// none: that for any object (0) serves it.
    /// </summary>
    public IEnumerable<(int Target, uint[] Words)> BuildBitmaps(GramGroup group)
    {
        var counts = new int[TargetCount];
        foreach (ref readonly var entry in _anchors[(int)group].Entries)
            counts[entry.Target]++;
        for (var target = 0; target < TargetCount; target++)
        {
            if (counts[target] > 0)
                yield return (target, BuildBitmap(group, target, counts[0] + (target == 0 ? 0 : counts[target])));
        }
    }

    private uint[] BuildBitmap(GramGroup group, int target, int count)
    {
        var words = new uint[1 << GramBitmap.Log2Words(group, count)];
        foreach (ref readonly var entry in _anchors[(int)group].Entries)
        {
            if (entry.Target == 0 || entry.Target == target)
                GramBitmap.Add(words, group, entry.KeyAndFlags & AnchorEntry.KeyMask);
        }

        return words;
    }

    private void Write(uint pattern, int target, Piece piece, Anchor anchor, int index, int count, int firstPass, uint options = 0)
    {
        Align();
        var at = checked((uint)(_pieces.Length / 4));
        var before = piece.Nodes.Take(anchor.Node).Sum(Span) + anchor.Offset;
        var record = new PieceRecord
        {
            Pattern = pattern,
            AnchorOffset = checked((ushort)anchor.Offset),
            AnchorNode = checked((ushort)anchor.Node),
            Index = (byte)index,
            Count = (byte)count,
            FirstPassCount = (byte)firstPass,
            LinkMinimum = piece.LinkMinimum,
            LinkMaximum = piece.LinkMaximum,
            Before = (ushort)before,
            After = (ushort)(Span(piece.Nodes) - before),
            Options = options,
        };
        byte[] payload;
        if (piece.Nodes is [BytesNode bytes])
        {
            var exact = bytes.Masks.All(mask => mask == 0xFF);
            record.Kind = exact ? PieceKind.Exact : PieceKind.Masked;
            record.Length = (uint)bytes.Values.Length;
            payload = exact ? bytes.Values : [.. bytes.Values, .. bytes.Masks];
        }
        else
        {
            record.Kind = PieceKind.Program;
            payload = PieceProgram.Encode(piece.Nodes);
            record.Length = (uint)payload.Length;
        }

        // A wide word's edges are two bytes; one is there for all.
        MaximumBefore = Math.Max(MaximumBefore, record.Before + (options == 0 ? 0 : 1));
        MaximumAfter = Math.Max(MaximumAfter, record.After + (options == 0 ? 0 : 1));
        GroupCounts[(int)anchor.Group]++;
        _pieces.Write(MemoryMarshal.AsBytes(new ReadOnlySpan<PieceRecord>(in record)));
        _pieces.Write(payload);
        AddAnchors((BytesNode)piece.Nodes[anchor.Node], anchor, at, target);
    }

    private void Align()
    {
        while (_pieces.Length % 4 != 0)
            _pieces.WriteByte(0);
    }

    /// <summary>A literal between the bytes that stand before its place and those that stand behind.</summary>
    private BytesNode WithSurroundings(BytesNode literal)
    {
        var length = AtomSurroundings.Reach + Math.Max(AtomSurroundings.Reach, literal.Values.Length);
        var (values, masks) = (new byte[length], new byte[length]);
        _surroundings.Values.CopyTo(values, 0);
        _surroundings.Masks.CopyTo(masks, 0);
        for (var i = 0; i < literal.Values.Length; i++)
        {
            if (AnchorChooser.IsFixed(literal, i))
                (values[AtomSurroundings.Reach + i], masks[AtomSurroundings.Reach + i]) = (literal.Values[i], literal.Masks[i]);
        }

        return new(values, masks);
    }

    /// <param name="bytes">What holds the grams.</param>
    /// <param name="anchor">The place of the first gram in it.</param>
    /// <param name="piece">The piece that is found.</param>
    /// <param name="target">Its target.</param>
    /// <param name="seen">Entries of the piece so far, where some may be equal.</param>
    /// <param name="around">What is known around the place, from <see cref="AtomSurroundings.Reach"/> bytes before the bytes on; null: the bytes alone.</param>
    private void AddAnchors(BytesNode bytes, Anchor anchor, uint piece, int target, HashSet<(ulong, uint)>? seen = null, BytesNode? around = null)
    {
        var length = GramGroups.GramLength(anchor.Group);
        for (var alignment = 0; alignment < GramGroups.Step(anchor.Group); alignment++)
        {
            var offset = anchor.Offset + alignment;
            var entry = new AnchorEntry
            {
                KeyAndFlags = Gram.Key(bytes.Values.AsSpan(offset), length) | ((ulong)target << AnchorEntry.TargetShift)
                    | ((ulong)alignment << AnchorEntry.AlignmentShift),
                Piece = piece,
            };
            AddNeighbours(ref entry, around ?? bytes, around is null ? offset : offset + AtomSurroundings.Reach, length);
            if (seen is null || seen.Add((entry.KeyAndFlags, entry.Neighbours)))
                _anchors[(int)anchor.Group].Add(entry);
        }
    }

    /// <summary>
    /// Notes four bytes beside a gram, those of which most are fixed and are not the gram's own. Not all four need be fixed; where none is, none counts.
    /// </summary>
    private static void AddNeighbours(ref AnchorEntry entry, BytesNode bytes, int gram, int length)
    {
        var (best, most) = (0, 0);
        for (var from = length; from >= -AnchorEntry.NeighbourBefore; from--)
            Consider(from);
        for (var from = length + 1; from <= AnchorEntry.NeighbourAfter; from++)
            Consider(from);
        uint value = 0;
        uint counts = 0;
        for (var i = 0; most > 0 && i < 4; i++)
        {
            if (!AnchorChooser.IsFixed(bytes, gram + best + i))
                continue;
            value |= (bytes.Values[gram + best + i] | 0x20u) << (8 * i);
            counts |= 1u << i;
        }

        entry.Neighbours = value;
        entry.KeyAndFlags |= ((ulong)(best + AnchorEntry.NeighbourBefore) << AnchorEntry.NeighbourShift) | ((ulong)counts << AnchorEntry.NeighbourMaskShift);

        void Consider(int from)
        {
            if (gram + from < 0 || gram + from + 4 > bytes.Values.Length)
                return;
            var count = 0;
            for (var i = from; i < from + 4; i++)
                count += (i < 0 || i >= length) && AnchorChooser.IsFixed(bytes, gram + i) ? 1 : 0;
            if (count > most)
                (best, most) = (from, count);
        }
    }

    private static int Span(ImmutableArray<PieceNode> nodes) => (int)Math.Min(nodes.Sum(node => (long)Span(node)), int.MaxValue);

    private static int Span(PieceNode node) => node switch
    {
        BytesNode bytes => bytes.Values.Length,
        GapNode gap => gap.Maximum,
        AlternativesNode { Negated: true } negated => negated.FixedLength,
        AlternativesNode alternatives => alternatives.Sequences.Max(Span),
        NearByteNode near => near.Maximum + 1,

        // The longest that a test looks at or takes: CR and LF, a wide character.
        _ => 2,
    };
}
