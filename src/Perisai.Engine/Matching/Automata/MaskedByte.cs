using Perisai.Engine.Matching.Regex;

namespace Perisai.Engine.Matching.Automata;

/// <summary>A set of bytes that is one value under a mask: a byte, both cases of a letter, a nibble, any byte.</summary>
internal readonly record struct MaskedByte(byte Value, byte Mask)
{
    /// <summary>The value and mask of a set; null where it is none of that form.</summary>
    public static MaskedByte? Of(ByteSet set)
    {
        if (set.IsEmpty)
            return null;
        var all = 0xFF;
        var any = 0;
        var count = 0;
        for (var value = 0; value < 256; value++)
        {
            if (!set.Contains((byte)value))
                continue;
            all &= value;
            any |= value;
            count++;
        }

        // The bits in which members differ are free; the set is of the form when it has every combination of them.
        var free = all ^ any;
        return count == 1 << System.Numerics.BitOperations.PopCount((uint)free) ? new((byte)all, (byte)~free) : null;
    }

    /// <summary>The set of a value under a mask.</summary>
    public ByteSet ToSet()
    {
        var set = ByteSet.Empty;
        for (var candidate = 0; candidate < 256; candidate++)
        {
            if ((candidate & Mask) == Value)
                set = set.With((byte)candidate);
        }

        return set;
    }
}
