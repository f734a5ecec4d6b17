using System.Runtime.InteropServices;

namespace Perisai.Engine.Matching;

/// <summary>
/// A piece: the part of a pattern that is found by one anchor. A pattern without wide gaps is one piece; wide or unbounded gaps
/// part it into several, which are found on their own and joined afterwards (<see cref="PieceLinker"/>).
/// The record stands in the piece section at a multiple of four bytes, followed by its payload.
/// </summary>
[StructLayout(LayoutKind.Sequential, Pack = 4, Size = RecordLength)]
internal struct PieceRecord
{
    public const int RecordLength = 32;

    /// <summary>The longest way from a piece's first byte to its last, 16 KiB; compilers refuse longer ones.</summary>
    public const int MaximumSpan = 16 << 10;

    /// <summary>Gaps up to this many bytes are part of a piece; wider ones part it.</summary>
    public const int MaximumInnerGap = 256;

    /// <summary>No upper bound, in <see cref="LinkMaximum"/>.</summary>
    public const uint Unbounded = uint.MaxValue;

    /// <summary>The pattern it belongs to.</summary>
    public uint Pattern;

    /// <summary>Bytes from the start of the anchor node (of the piece, for literals) to the gram.</summary>
    public ushort AnchorOffset;

    public PieceKind Kind;

    /// <summary>How many pieces of the pattern the first pass looks for; the others are looked for where all of these were found.</summary>
    public byte FirstPassCount;

    /// <summary>Its place among the pieces of the pattern.</summary>
    public byte Index;

    /// <summary>How many pieces the pattern has.</summary>
    public byte Count;

    /// <summary>The node that holds the anchor, for programs.</summary>
    public ushort AnchorNode;

    /// <summary>Literals: bytes. Programs: bytes of the program.</summary>
    public uint Length;

    /// <summary>Least distance from the end of the previous piece.</summary>
    public uint LinkMinimum;

    /// <summary>Greatest distance, or <see cref="Unbounded"/>.</summary>
    public uint LinkMaximum;

    /// <summary>Programs: the most bytes that lie before the anchor, and after it, in any match.</summary>
    public ushort Before;

    public ushort After;

    /// <summary>Of expressions, and of literals that are words: see <see cref="Automata.AutomatonOptions"/>.</summary>
    public uint Options;
}

/// <summary>How a piece is verified.</summary>
internal enum PieceKind : byte
{
    /// <summary>Payload: the bytes.</summary>
    Exact,

    /// <summary>Payload: values, then masks of the same length.</summary>
    Masked,

    /// <summary>Payload: a <see cref="PieceProgram"/>.</summary>
    Program,

    /// <summary>
    /// A place in an expression. Payload: three words: how many words before the record its <see cref="Automata.AutomatonProgram"/> begins; where the
    /// search for the end is entered; and where that for the start is, 0 where a match starts at the place. Then the values and the masks of its
    /// <see cref="Automata.AtomSurroundings"/>, 16 bytes each.
    /// </summary>
    Automaton,
}
