using System.Collections.Immutable;

namespace Perisai.Engine.Definitions.Ir;

/// <summary>One step of a <see cref="BytePattern"/>.</summary>
internal abstract record PatternElement;

/// <summary>
/// Consecutive bytes under masks: a byte <c>b</c> matches at position i when <c>(b &amp; Masks[i]) == Values[i]</c>.
/// Mask 0 is <c>??</c>, 0xF0 and 0x0F are nibbles. Values have no bit outside their mask; both arrays have one length.
/// </summary>
internal sealed record MaskedBytes(ImmutableArray<byte> Values, ImmutableArray<byte> Masks) : PatternElement;

/// <summary>Between <paramref name="Minimum"/> and <paramref name="Maximum"/> arbitrary bytes; null is without limit.</summary>
internal sealed record Gap(int Minimum, int? Maximum) : PatternElement;

/// <summary>
/// One of several sequences. Each alternative is itself a sequence of elements without unbounded gaps.
/// Negated: none of them may stand here; then all have one fixed length, and that many bytes are consumed.
/// </summary>
internal sealed record Alternation(ImmutableArray<ImmutableArray<PatternElement>> Alternatives, bool Negated) : PatternElement;

/// <summary>Something that must hold between two bytes, or of one byte.</summary>
internal sealed record Assertion(AssertionKind Kind, bool Negated = false) : PatternElement;

/// <summary>
/// A byte under a mask stands between <paramref name="Minimum"/> and <paramref name="Maximum"/> bytes before or after this place. It is not
/// part of the match: neither the place nor the length of a match depends on it.
/// </summary>
internal sealed record NearByte(byte Value, byte Mask, int Minimum, int Maximum, bool IsBefore) : PatternElement;

/// <summary>
/// The assertions of ClamAV's body grammar. Those that end in Before, After, Start and End take no byte and hold at the object's edge
/// as well; the others take the byte that they test.
/// </summary>
internal enum AssertionKind : byte
{
    /// <summary><c>(B)</c> at a left edge: one of <c>space - / _ . &lt; @</c> stands before.</summary>
    BoundaryBefore,

    /// <summary><c>(B)</c> at a right edge: one of <c>CR LF space " ' - / = &gt; _</c> follows.</summary>
    BoundaryAfter,

    /// <summary><c>(B)</c> elsewhere: a byte of either of these sets.</summary>
    Boundary,

    /// <summary><c>(L)</c> at a left edge: LF stands before.</summary>
    LineStart,

    /// <summary><c>(L)</c> at a right edge: LF, or CR and LF, follow.</summary>
    LineEnd,

    /// <summary><c>(L)</c> elsewhere: LF; negated, neither LF nor a CR before LF.</summary>
    LineBreak,

    /// <summary><c>(W)</c> at a left edge: no letter or digit stands before.</summary>
    NonAlphanumericBefore,

    /// <summary><c>(W)</c> at a right edge: no letter or digit follows.</summary>
    NonAlphanumericAfter,

    /// <summary><c>(W)</c> elsewhere: a byte that is neither letter nor digit.</summary>
    NonAlphanumeric,
}
