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

/// <summary>A byte under a mask stands so many bytes before or after. Takes no byte.</summary>
internal sealed record NearByteNode(byte Value, byte Mask, int Minimum, int Maximum, bool IsBefore) : PieceNode;

/// <summary>The tests of <see cref="TestNode"/>.</summary>
internal enum PieceTest : byte
{
    /// <summary>Takes one byte that is not alphanumeric.</summary>
    NonAlphanumeric,

    /// <summary>Takes one byte that bounds words (a delimiter of texts and markup, see <see cref="DelimiterBytes"/>).</summary>
    Boundary,

    /// <summary>Takes LF; negated, one byte that is neither LF nor a CR before LF.</summary>
    LineBreak,

    /// <summary>No alphanumeric byte stands before. Takes no byte, as all below.</summary>
    WordStart,

    /// <summary>No alphanumeric byte stands after.</summary>
    WordEnd,

    /// <summary>No alphanumeric byte followed by a zero stands before.</summary>
    WideWordStart,

    /// <summary>No alphanumeric byte followed by a zero stands after.</summary>
    WideWordEnd,

    /// <summary>An opening delimiter or the object's start stands before.</summary>
    BoundaryBefore,

    /// <summary>A closing delimiter or the object's end follows.</summary>
    BoundaryAfter,

    /// <summary>LF or the object's start stands before.</summary>
    LineStart,

    /// <summary>LF, CR and LF, or the object's end follow.</summary>
    LineEnd,
}
