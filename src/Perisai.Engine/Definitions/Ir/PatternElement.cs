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

/// <summary>The assertions of ClamAV's body grammar.</summary>
internal enum AssertionKind : byte
{
    /// <summary><c>(B)</c>: word boundary.</summary>
    WordBoundary,

    /// <summary><c>(L)</c>: line boundary (CR, LF, or the object's edge).</summary>
    LineBoundary,

    /// <summary><c>(W)</c>: a byte that is not alphanumeric.</summary>
    NonAlphanumeric,
}
