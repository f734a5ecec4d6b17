using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;

namespace Perisai.Engine.Matching;

/// <summary>
/// Stage 1 as loops: walks over text, probes a <see cref="GramBitmap"/> at each step and writes down where it hit.
/// The kernel is chosen once, by what the processor has. See docs/design/matcher.md.
/// </summary>
internal static unsafe partial class Prefilter
{
    /// <summary>Candidates that one block of a kernel can add at most; buffers keep that much room.</summary>
    public const int Slack = 64;

    /// <summary>The kernels, from the most portable one up.</summary>
    internal enum Kernel
    {
        Portable,
        Avx2,
        Avx512,
    }

    /// <summary>The best kernel of this processor.</summary>
    public static Kernel Best { get; } =
        IsSupported(Kernel.Avx512) ? Kernel.Avx512 : IsSupported(Kernel.Avx2) ? Kernel.Avx2 : Kernel.Portable;

    /// <summary>Whether this processor runs a kernel.</summary>
    public static bool IsSupported(Kernel kernel) => kernel switch
    {
        Kernel.Avx512 => Avx512F.IsSupported && Avx512BW.IsSupported && Avx512Vbmi.IsSupported && Avx2.IsSupported,
        Kernel.Avx2 => Avx2.IsSupported,
        _ => true,
    };

    /// <summary>
    /// Probes offsets <c>from, from + step, …</c> below <paramref name="to"/> and appends hits to <paramref name="candidates"/>.
    /// Stops early when the buffer is nearly full. Grams that would reach over <paramref name="length"/> are not probed.
    /// </summary>
    /// <returns>The offset to go on from; at or above <paramref name="to"/> when done.</returns>
    public static int Scan(
        GramGroup group, Kernel kernel, byte* text, int length, int from, int to, BitmapView bitmap, int* candidates, int capacity, ref int count)
    {
        var words = bitmap.Pointer;
        var log2Words = bitmap.Log2Words;
        to = Math.Min(to, length - GramGroups.GramLength(group) + 1);
        switch (GramGroups.KindOf(group))
        {
            case GramGroup.Long:
                if (kernel == Kernel.Avx512)
                    from = ScanLongAvx512(text, length, from, to, words, log2Words, candidates, capacity, ref count);
                else if (kernel == Kernel.Avx2)
                    from = ScanLongAvx2(text, length, from, to, words, log2Words, candidates, capacity, ref count);
                return ScanLongPortable(text, length, from, to, words, log2Words, candidates, capacity, ref count);
            case GramGroup.Short:
                if (kernel == Kernel.Avx512)
                    from = ScanShortAvx512(text, length, from, to, words, log2Words, candidates, capacity, ref count);
                else if (kernel == Kernel.Avx2)
                    from = ScanShortAvx2(text, length, from, to, words, log2Words, candidates, capacity, ref count);
                return ScanShortPortable(text, length, from, to, words, log2Words, candidates, capacity, ref count);
            case GramGroup.Single:
                return ScanSingle(text, from, to, words, candidates, capacity, ref count);
            default:
                if (kernel == Kernel.Avx512)
                    from = ScanTinyAvx512(text, from, to, words, bitmap.TinyTables, candidates, capacity, ref count);
                return ScanTiny(text, from, to, words, candidates, capacity, ref count);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static int ScanLongPortable(
        byte* text, int length, int from, int to, uint* words, int log2Words, int* candidates, int capacity, ref int count)
    {
        var shift = 32 - log2Words;
        var n = count;
        var position = from;
        var safe = Math.Min(to, length - 7);
        for (; position < safe && n < capacity - Slack; position += 3)
        {
            var hash = Gram.Hash6(Gram.Key(Unsafe.ReadUnaligned<ulong>(text + position), 6));
            var bits = Gram.WordBits(hash);
            // Written always, counted only on a hit: no branch to mispredict.
            candidates[n] = position;
            n += (words[hash >> shift] & bits) == bits ? 1 : 0;
        }

        for (; position < to && n < capacity; position += 3)
        {
            var hash = Gram.Hash6(Gram.Key(Gram.Load(text, position, length), 6));
            var bits = Gram.WordBits(hash);
            if ((words[hash >> shift] & bits) == bits)
                candidates[n++] = position;
        }

        count = n;
        return position;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static int ScanShortPortable(
        byte* text, int length, int from, int to, uint* words, int log2Words, int* candidates, int capacity, ref int count)
    {
        var shift = 32 - log2Words;
        var n = count;
        var position = from;
        for (; position < to && n < capacity - Slack; position++)
        {
            var hash = Gram.Hash4(Unsafe.ReadUnaligned<uint>(text + position) | Gram.Fold32);
            var bits = Gram.WordBits(hash);
            candidates[n] = position;
            n += (words[hash >> shift] & bits) == bits ? 1 : 0;
        }

        count = n;
        return position;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static int ScanTiny(byte* text, int from, int to, uint* words, int* candidates, int capacity, ref int count)
    {
        var n = count;
        var position = from;
        for (; position < to && n < capacity - Slack; position++)
        {
            var key = (uint)Unsafe.ReadUnaligned<ushort>(text + position) | 0x2020;
            candidates[n] = position;
            n += (int)(words[key >> 5] >> (int)(key & 31)) & 1;
        }

        count = n;
        return position;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static int ScanSingle(byte* text, int from, int to, uint* words, int* candidates, int capacity, ref int count)
    {
        var n = count;
        var position = from;
        for (; position < to && n < capacity - Slack; position++)
        {
            var key = (uint)text[position] | 0x20;
            candidates[n] = position;
            n += (int)(words[key >> 5] >> (int)(key & 31)) & 1;
        }

        count = n;
        return position;
    }
}
