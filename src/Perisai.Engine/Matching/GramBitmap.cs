using System.Numerics;

namespace Perisai.Engine.Matching;

/// <summary>
/// Stage 1: which grams may occur in some pattern. An array of 32-bit words; a gram's hash chooses the word by its high bits and two
/// bits in it. Words are chosen by high bits so that a small bitmap can be spread over a larger one
/// (<see cref="SpreadInto"/>): that is how the bitmaps of several segments become one.
/// </summary>
internal static class GramBitmap
{
    /// <summary>4 KiB: a small set's false candidates cost more than its memory.</summary>
    public const int MinimumLog2Words = 10;

    /// <summary>2 MiB: beyond, cache misses cost more than candidates do.</summary>
    public const int MaximumLog2Words = 19;

    /// <summary>The size for a number of grams: about 24 bits for each, within the limits.</summary>
    public static int Log2WordsFor(int gramCount)
    {
        var words = (uint)Math.Max(1, (int)Math.Min((long)gramCount * 24 / 32, int.MaxValue / 2));
        return Math.Clamp(BitOperations.Log2(BitOperations.RoundUpToPowerOf2(words)), MinimumLog2Words, MaximumLog2Words);
    }

    public static uint Hash(GramGroup group, ulong key) => GramGroups.KindOf(group) switch
    {
        GramGroup.Long => Gram.Hash6(key),
        GramGroup.Short => Gram.Hash4((uint)key),
        _ => (uint)key,
    };

    /// <summary>Words of a bitmap for a group: tiny grams are their own index into 65,536 bits, single bytes into 256.</summary>
    public static int Log2Words(GramGroup group, int gramCount) => GramGroups.KindOf(group) switch
    {
        GramGroup.Tiny => 11,
        GramGroup.Single => 3,
        _ => Log2WordsFor(gramCount),
    };

    public static void Add(Span<uint> words, GramGroup group, ulong key)
    {
        var hash = Hash(group, key);
        if (GramGroups.KindOf(group) is GramGroup.Tiny or GramGroup.Single)
            words[(int)(hash >> 5)] |= 1u << (int)(hash & 31);
        else
            words[(int)(hash >> (32 - BitOperations.Log2((uint)words.Length)))] |= Gram.WordBits(hash);
    }

    public static bool Contains(ReadOnlySpan<uint> words, GramGroup group, ulong key)
    {
        var hash = Hash(group, key);
        if (GramGroups.KindOf(group) is GramGroup.Tiny or GramGroup.Single)
            return (words[(int)(hash >> 5)] >> (int)(hash & 31) & 1) != 0;
        var bits = Gram.WordBits(hash);
        return (words[(int)(hash >> (32 - BitOperations.Log2((uint)words.Length)))] & bits) == bits;
    }

    /// <summary>Adds everything in <paramref name="small"/> to <paramref name="large"/>; both lengths are powers of two.</summary>
    public static void SpreadInto(ReadOnlySpan<uint> small, Span<uint> large)
    {
        var times = large.Length / small.Length;
        for (var i = 0; i < small.Length; i++)
        {
            if (small[i] == 0)
                continue;
            foreach (ref var word in large.Slice(i * times, times))
                word |= small[i];
        }
    }
}
