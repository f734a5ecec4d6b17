using Perisai.Engine.Matching.Regex;

namespace Perisai.Engine.Matching.Automata;

/// <summary>A set of bytes that is one value under a mask: a byte, both cases of a letter, a nibble, any byte.</summary>
internal readonly record struct MaskedByte(byte Value, byte Mask)
{
    /// <summary>By bit: the values that have it.</summary>
    private static readonly ByteSet[] _withBit =
    [
        new(0xAAAA_AAAA_AAAA_AAAA, 0xAAAA_AAAA_AAAA_AAAA, 0xAAAA_AAAA_AAAA_AAAA, 0xAAAA_AAAA_AAAA_AAAA),
        new(0xCCCC_CCCC_CCCC_CCCC, 0xCCCC_CCCC_CCCC_CCCC, 0xCCCC_CCCC_CCCC_CCCC, 0xCCCC_CCCC_CCCC_CCCC),
        new(0xF0F0_F0F0_F0F0_F0F0, 0xF0F0_F0F0_F0F0_F0F0, 0xF0F0_F0F0_F0F0_F0F0, 0xF0F0_F0F0_F0F0_F0F0),
        new(0xFF00_FF00_FF00_FF00, 0xFF00_FF00_FF00_FF00, 0xFF00_FF00_FF00_FF00, 0xFF00_FF00_FF00_FF00),
        new(0xFFFF_0000_FFFF_0000, 0xFFFF_0000_FFFF_0000, 0xFFFF_0000_FFFF_0000, 0xFFFF_0000_FFFF_0000),
        new(0xFFFF_FFFF_0000_0000, 0xFFFF_FFFF_0000_0000, 0xFFFF_FFFF_0000_0000, 0xFFFF_FFFF_0000_0000),
        new(0, ulong.MaxValue, 0, ulong.MaxValue),
        new(0, 0, ulong.MaxValue, ulong.MaxValue),
    ];

    /// <summary>The value and mask of a set; null where it is none of that form.</summary>
    public static MaskedByte? Of(ByteSet set)
    {
        if (set.IsEmpty)
            return null;
        var all = 0;
        var free = 0;
        for (var bit = 0; bit < 8; bit++)
        {
            var has = set.Overlaps(_withBit[bit]);
            if (has && set.Overlaps(~_withBit[bit]))
                free |= 1 << bit;
            else if (has)
                all |= 1 << bit;
        }

        // The bits in which members differ are free; the set is of the form when it has every combination of them.
        return set.Count == 1 << System.Numerics.BitOperations.PopCount((uint)free) ? new((byte)all, (byte)~free) : null;
    }

    /// <summary>What all values of a set have in common; nothing where it is empty.</summary>
    public static MaskedByte Covering(ByteSet set)
    {
        if (set.IsEmpty)
            return default;
        var (value, mask) = (0, 0);
        for (var bit = 0; bit < 8; bit++)
        {
            var has = set.Overlaps(_withBit[bit]);
            if (has && set.Overlaps(~_withBit[bit]))
                continue;
            mask |= 1 << bit;
            value |= has ? 1 << bit : 0;
        }

        return new((byte)value, (byte)mask);
    }

    /// <summary>The set of a value under a mask.</summary>
    public ByteSet ToSet()
    {
        if ((Value & ~Mask) != 0)
            return ByteSet.Empty;
        var set = ByteSet.All;
        for (var bit = 0; bit < 8; bit++)
        {
            if ((Mask >> bit & 1) != 0)
                set &= (Value >> bit & 1) != 0 ? _withBit[bit] : ~_withBit[bit];
        }

        return set;
    }
}
