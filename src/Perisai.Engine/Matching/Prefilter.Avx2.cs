using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Perisai.Engine.Matching;

internal static unsafe partial class Prefilter
{
    // Bytes of one 16-byte half that make the four numbers of a probe row: offsets 0, 3, 6 and 9.
    private static readonly Vector128<byte> LongLow = Vector128.Create((byte)0, 1, 2, 3, 3, 4, 5, 6, 6, 7, 8, 9, 9, 10, 11, 12);

    // Bytes 4 and 5 of each gram, twice: see Gram.Hash6.
    private static readonly Vector128<byte> LongHigh = Vector128.Create((byte)4, 5, 4, 5, 7, 8, 7, 8, 10, 11, 10, 11, 13, 14, 13, 14);

    private static readonly Vector128<byte> ShortRow = Vector128.Create((byte)0, 1, 2, 3, 1, 2, 3, 4, 2, 3, 4, 5, 3, 4, 5, 6);

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static int ScanLongAvx2(
        byte* text, int length, int from, int to, uint* words, int log2Words, int* candidates, int capacity, ref int count)
    {
        var low = Vector256.Create(LongLow, LongLow);
        var high = Vector256.Create(LongHigh, LongHigh);
        var fold = Vector256.Create((byte)0x20);
        var multiplier = Vector256.Create(Gram.Multiplier32);
        var one = Vector256.Create(1u);
        var fiveBits = Vector256.Create(31u);
        var shift = Vector128.CreateScalar((uint)(32 - log2Words));
        var n = count;
        var position = from;
        // A row of 48 text bytes reads up to byte 52: the last half at 36 is 16 bytes long.
        for (; position + 48 <= to && position + 52 <= length && n < capacity - Slack; position += 48)
        {
            Sse.Prefetch0(text + position + 1024);
            var hits = ProbeLong(text + position, low, high, fold, multiplier, one, fiveBits, words, shift)
                | ProbeLong(text + position + 24, low, high, fold, multiplier, one, fiveBits, words, shift) << 8;
            while (hits != 0)
            {
                candidates[n++] = position + (BitOperations.TrailingZeroCount(hits) * 3);
                hits &= hits - 1;
            }
        }

        count = n;
        return position;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static uint ProbeLong(
        byte* text, Vector256<byte> low, Vector256<byte> high, Vector256<byte> fold, Vector256<uint> multiplier, Vector256<uint> one,
        Vector256<uint> fiveBits, uint* words, Vector128<uint> shift)
    {
        var block = Vector256.Create(Vector128.Load(text), Vector128.Load(text + 12)) | fold;
        var hash = (Avx2.Shuffle(block, low).AsUInt32() + Avx2.Shuffle(block, high).AsUInt32()) * multiplier;
        return Test(hash, one, fiveBits, words, shift);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static uint Test(Vector256<uint> hash, Vector256<uint> one, Vector256<uint> fiveBits, uint* words, Vector128<uint> shift)
    {
        var index = Avx2.ShiftRightLogical(hash, shift).AsInt32();
        var word = Avx2.GatherVector256(words, index, 4);
        var bits = Avx2.ShiftLeftLogicalVariable(one, Avx2.ShiftRightLogical(hash, 8) & fiveBits)
            | Avx2.ShiftLeftLogicalVariable(one, Avx2.ShiftRightLogical(hash, 3) & fiveBits);
        return Vector256.Equals(word & bits, bits).ExtractMostSignificantBits();
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static int ScanShortAvx2(
        byte* text, int length, int from, int to, uint* words, int log2Words, int* candidates, int capacity, ref int count)
    {
        var row = Vector256.Create(ShortRow, ShortRow);
        var fold = Vector256.Create((byte)0x20);
        var multiplier = Vector256.Create(Gram.Multiplier32);
        var one = Vector256.Create(1u);
        var fiveBits = Vector256.Create(31u);
        var shift = Vector128.CreateScalar((uint)(32 - log2Words));
        var n = count;
        var position = from;
        for (; position + 8 <= to && position + 20 <= length && n < capacity - Slack; position += 8)
        {
            var block = Vector256.Create(Vector128.Load(text + position), Vector128.Load(text + position + 4)) | fold;
            var hits = Test(Avx2.Shuffle(block, row).AsUInt32() * multiplier, one, fiveBits, words, shift);
            while (hits != 0)
            {
                candidates[n++] = position + BitOperations.TrailingZeroCount(hits);
                hits &= hits - 1;
            }
        }

        count = n;
        return position;
    }
}
