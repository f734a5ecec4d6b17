using System.Numerics;

namespace Perisai.Engine.Matching.Regex;

/// <summary>A set of byte values: 256 bits, a value type.</summary>
internal readonly record struct ByteSet(ulong Bits0, ulong Bits1, ulong Bits2, ulong Bits3)
{
    public static ByteSet Empty => default;

    public static ByteSet All => new(ulong.MaxValue, ulong.MaxValue, ulong.MaxValue, ulong.MaxValue);

    public bool IsEmpty => (Bits0 | Bits1 | Bits2 | Bits3) == 0;

    public bool IsAll => (Bits0 & Bits1 & Bits2 & Bits3) == ulong.MaxValue;

    public int Count =>
        BitOperations.PopCount(Bits0) + BitOperations.PopCount(Bits1) + BitOperations.PopCount(Bits2) + BitOperations.PopCount(Bits3);

    /// <summary>The smallest member; meaningless where the set is empty.</summary>
    public byte First =>
        (byte)(Bits0 != 0 ? BitOperations.TrailingZeroCount(Bits0)
            : Bits1 != 0 ? 64 + BitOperations.TrailingZeroCount(Bits1)
            : Bits2 != 0 ? 128 + BitOperations.TrailingZeroCount(Bits2)
            : 192 + BitOperations.TrailingZeroCount(Bits3));

    public static ByteSet Of(byte value) => default(ByteSet).With(value);

    public static ByteSet Of(ReadOnlySpan<byte> values)
    {
        var set = Empty;
        foreach (var value in values)
            set = set.With(value);
        return set;
    }

    /// <summary>Every value from <paramref name="first"/> to <paramref name="last"/>, both included.</summary>
    public static ByteSet Range(byte first, byte last)
    {
        var set = Empty;
        for (int value = first; value <= last; value++)
            set = set.With((byte)value);
        return set;
    }

    public static ByteSet operator |(ByteSet a, ByteSet b) =>
        new(a.Bits0 | b.Bits0, a.Bits1 | b.Bits1, a.Bits2 | b.Bits2, a.Bits3 | b.Bits3);

    public static ByteSet operator &(ByteSet a, ByteSet b) =>
        new(a.Bits0 & b.Bits0, a.Bits1 & b.Bits1, a.Bits2 & b.Bits2, a.Bits3 & b.Bits3);

    public static ByteSet operator ~(ByteSet a) => new(~a.Bits0, ~a.Bits1, ~a.Bits2, ~a.Bits3);

    public bool Overlaps(ByteSet other) => !(this & other).IsEmpty;

    public bool Contains(byte value) => (Word(value >> 6) >> (value & 63) & 1) != 0;

    public ByteSet With(byte value)
    {
        var bit = 1UL << (value & 63);
        return (value >> 6) switch
        {
            0 => this with { Bits0 = Bits0 | bit },
            1 => this with { Bits1 = Bits1 | bit },
            2 => this with { Bits2 = Bits2 | bit },
            _ => this with { Bits3 = Bits3 | bit },
        };
    }

    /// <summary>The set and, for every ASCII letter in it, the letter's other case.</summary>
    public ByteSet WithBothCases()
    {
        // Upper case is at 65..90 and lower case 32 above: bits 1..26 and 33..58 of the second word.
        const ulong upper = 0x0000_0000_07FF_FFFE;
        const ulong lower = upper << 32;
        return this with { Bits1 = Bits1 | (Bits1 & upper) << 32 | (Bits1 & lower) >> 32 };
    }

    /// <summary>Its values as grams hold them: with bit 5.</summary>
    public ByteSet Folded() => new(Fold(Bits0), Fold(Bits1), Fold(Bits2), Fold(Bits3));

    private static ulong Fold(ulong word) => (word | (word << 32)) & 0xFFFF_FFFF_0000_0000;

    public byte[] ToArray()
    {
        var values = new byte[Count];
        CopyTo(values);
        return values;
    }

    /// <summary>Writes the members in their order; gives how many there are.</summary>
    public int CopyTo(Span<byte> values)
    {
        var at = 0;
        for (var index = 0; index < 4; index++)
        {
            for (var word = Word(index); word != 0; word &= word - 1)
                values[at++] = (byte)((index * 64) + BitOperations.TrailingZeroCount(word));
        }

        return at;
    }

    /// <summary>64 of the 256 bits.</summary>
    public ulong Word(int index) => index switch { 0 => Bits0, 1 => Bits1, 2 => Bits2, _ => Bits3 };
}
