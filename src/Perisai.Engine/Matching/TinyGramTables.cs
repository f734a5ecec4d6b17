namespace Perisai.Engine.Matching;

/// <summary>
/// The bitmap of two-byte grams in a form that fits in four vector registers: each folded byte that some gram ends with belongs to one of eight buckets, and two
/// tables of 128 bytes hold, for a gram's first and for its second byte, in the buckets of which it occurs. A gram of the bitmap shares a bucket; one
/// that shares a bucket need not be in the bitmap. A few dozen grams, which is usual, have buckets of their own.
/// </summary>
internal static unsafe class TinyGramTables
{
    /// <summary>Bytes of both tables.</summary>
    public const int Length = 256;

    private const int BucketCount = 8;

    /// <summary>A folded byte's row: folding leaves bit 5 without a meaning.</summary>
    public static int Index(int value) => (value & 0x1F) | ((value >> 1) & 0x60);

    /// <summary>Makes the tables of a bitmap of 65,536 bits.</summary>
    public static void Build(uint* words, byte* tables)
    {
        var first = new Span<byte>(tables, 128);
        var second = new Span<byte>(tables + 128, 128);
        first.Clear();
        second.Clear();
        // By bucket: the set of first bytes, 128 bits.
        Span<UInt128> sets = stackalloc UInt128[BucketCount];
        sets.Clear();
        for (var row = 0; row < 128; row++)
        {
            if (FirstBytes(words, row) is var set && set == UInt128.Zero)
                continue;
            var bucket = Cheapest(sets, set);
            sets[bucket] |= set;
            second[row] = (byte)(1 << bucket);
        }

        for (var row = 0; row < 128; row++)
        {
            for (var bucket = 0; bucket < BucketCount; bucket++)
                first[row] |= (byte)((int)(sets[bucket] >> row & 1) << bucket);
        }
    }

    /// <summary>The rows of the first bytes of grams that end with a byte, by its row.</summary>
    private static UInt128 FirstBytes(uint* words, int row)
    {
        var second = (row & 0x1F) | ((row & 0x60) << 1) | 0x20;
        var set = UInt128.Zero;
        for (var first = 0; first < 256; first++)
        {
            var key = (second << 8) | first;
            if ((first & 0x20) != 0 && (words[key >> 5] >> (key & 31) & 1) != 0)
                set |= UInt128.One << Index(first);
        }

        return set;
    }

    /// <summary>The bucket that holds the set already, or an empty one, or that which gains the fewest first bytes.</summary>
    private static int Cheapest(Span<UInt128> sets, UInt128 set)
    {
        var best = 0;
        var least = int.MaxValue;
        for (var bucket = 0; bucket < BucketCount; bucket++)
        {
            // An empty bucket costs less than any change of another one, and more than none.
            var isEmpty = sets[bucket] == UInt128.Zero;
            var cost = sets[bucket] == set ? -1 : isEmpty ? 0
                : 1 + (int)UInt128.PopCount(set & ~sets[bucket]) + (int)UInt128.PopCount(sets[bucket] & ~set);
            if (cost < least)
                (best, least) = (bucket, cost);
        }

        return best;
    }
}
