using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Perisai.Engine.Matching;

internal static unsafe partial class Prefilter
{
    /// <summary>
    /// 16 probes a row. There is no 512-bit gather in .NET, so the words are gathered in halves; everything else is one instruction
    /// for the row. Where the processor has no AVX-512 the vector operations are emulated, which tests use to hold this kernel to the others.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static int ScanLongAvx512(
        byte* text, int length, int from, int to, uint* words, int log2Words, int* candidates, int capacity, ref int count)
    {
        var low = Vector256.Create(LongLow, LongLow);
        var high = Vector256.Create(LongHigh, LongHigh);
        var fold = Vector256.Create((byte)0x20);
        var multiplier = Vector512.Create(Gram.Multiplier32);
        var one = Vector512.Create(1u);
        var fiveBits = Vector512.Create(31u);
        var offsets = Vector512.Create(0, 2, 4, 6, 8, 10, 12, 14, 16, 18, 20, 22, 24, 26, 28, 30);
        var shift = 32 - log2Words;
        var n = count;
        var position = from;
        for (; position + 32 <= to && position + 40 <= length && n < capacity - Slack; position += 32)
        {
            Sse.Prefetch0(text + position + 2048);
            var first = Vector256.Create(Vector128.Load(text + position), Vector128.Load(text + position + 8)) | fold;
            var second = Vector256.Create(Vector128.Load(text + position + 16), Vector128.Load(text + position + 24)) | fold;
            var hash = Vector512.Create(
                Avx2.Shuffle(first, low).AsUInt32() + Avx2.Shuffle(first, high).AsUInt32(),
                Avx2.Shuffle(second, low).AsUInt32() + Avx2.Shuffle(second, high).AsUInt32()) * multiplier;
            var index = Vector512.ShiftRightLogical(hash, shift).AsInt32();
            var word = Vector512.Create(
                Avx2.GatherVector256(words, index.GetLower(), 4), Avx2.GatherVector256(words, index.GetUpper(), 4));
            var bits = ShiftLeft(one, Vector512.ShiftRightLogical(hash, 8) & fiveBits)
                | ShiftLeft(one, Vector512.ShiftRightLogical(hash, 3) & fiveBits);
            var equal = Vector512.Equals(word & bits, bits);
            var hits = (uint)equal.ExtractMostSignificantBits();
            if (hits == 0)
                continue;
            Append(equal.AsInt32(), hits, offsets + Vector512.Create(position), candidates + n);
            n += BitOperations.PopCount(hits);
        }

        count = n;
        return position;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<uint> ShiftLeft(Vector512<uint> value, Vector512<uint> by) =>
        Avx512F.IsSupported
            ? Avx512F.ShiftLeftLogicalVariable(value, by)
            : Vector512.Create(
                Avx2.ShiftLeftLogicalVariable(value.GetLower(), by.GetLower()),
                Avx2.ShiftLeftLogicalVariable(value.GetUpper(), by.GetUpper()));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Append(Vector512<int> mask, uint hits, Vector512<int> positions, int* destination)
    {
        if (Avx512F.IsSupported)
        {
            Avx512F.Compress(Vector512<int>.Zero, mask, positions).Store(destination);
            return;
        }

        for (; hits != 0; hits &= hits - 1)
            *destination++ = positions.GetElement(BitOperations.TrailingZeroCount(hits));
    }
}
