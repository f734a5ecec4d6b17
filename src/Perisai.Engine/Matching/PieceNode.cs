using System.Collections.Immutable;

namespace Perisai.Engine.Matching;

/// <summary>One step of a piece, as the compiler hands it over; <see cref="PieceProgram"/> is its stored form.</summary>
internal abstract record PieceNode;

/// <summary>Bytes under masks.</summary>
internal sealed record BytesNode(byte[] Values, byte[] Masks) : PieceNode;

/// <summary>Between two numbers of arbitrary bytes.</summary>
internal sealed record GapNode(int Minimum, int Maximum) : PieceNode;

/// <summary>One of several sequences; or, negated, <paramref name="FixedLength"/> bytes that are none of them.</summary>
internal sealed record AlternativesNode(ImmutableArray<ImmutableArray<PieceNode>> Sequences, bool Negated, int FixedLength) : PieceNode;

/// <summary>A test between bytes, or of one byte.</summary>
internal sealed record TestNode(PieceTest Test, bool Negated) : PieceNode;

/// <summary>The tests of <see cref="TestNode"/>.</summary>
internal enum PieceTest : byte
{
    /// <summary>Between an alphanumeric byte and another, or an edge. Takes no byte.</summary>
    WordBoundary,

    /// <summary>At an edge of the object or next to CR or LF. Takes no byte.</summary>
    LineBoundary,

    /// <summary>Takes one byte that is not alphanumeric.</summary>
    NonAlphanumeric,

    /// <summary>No alphanumeric byte stands before. Takes no byte.</summary>
    WordStart,

    /// <summary>No alphanumeric byte stands after. Takes no byte.</summary>
    WordEnd,
}
