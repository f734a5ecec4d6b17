using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Perisai.Engine.Matching;

/// <content>
/// Sixteen probes a row. There is no 512-bit gather in .NET, so the words are gathered in halves; everything else is one instruction
/// for the row. Hits are written always and counted by their number: a branch would be mispredicted at each of them.
/// </content>
internal static unsafe partial class Prefilter
{
    // Bytes of a 64-byte block that make the sixteen numbers of a row: as LongLow and LongHigh, at offsets 0, 3, … 45.
    private static readonly Vector512<byte> LongLow512 = Row(3, 0, 1, 2, 3);
    private static readonly Vector512<byte> LongHigh512 = Row(3, 4, 5, 4, 5);
    private static readonly Vector512<byte> ShortRow512 = Row(1, 0, 1, 2, 3);

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static int ScanLongAvx512(
        byte* text, int length, int from, int to, uint* words, int log2Words, int* candidates, int capacity, ref int count)
    {
        var low = LongLow512;
        var high = LongHigh512;
        var fold = Vector512.Create((byte)0x20);
        var multiplier = Vector512.Create(Gram.Multiplier32);
        var shift = Vector128.CreateScalar((uint)(32 - log2Words));
        var offsets = Vector512<int>.Indices * 3;
        var n = count;
        var position = from;
        for (; position + 48 <= to && position + 64 <= length && n < capacity - Slack; position += 48)
        {
            Sse.Prefetch0(text + position + 2048);
            var block = Vector512.Load(text + position) | fold;
            var hash = (Avx512Vbmi.PermuteVar64x8(block, low).AsUInt32() + Avx512Vbmi.PermuteVar64x8(block, high).AsUInt32()) * multiplier;
            n += Append(hash, words, shift, offsets + Vector512.Create(position), candidates + n);
        }

        count = n;
        return position;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static int ScanShortAvx512(
        byte* text, int length, int from, int to, uint* words, int log2Words, int* candidates, int capacity, ref int count)
    {
        var row = ShortRow512;
        var fold = Vector512.Create((byte)0x20);
        var multiplier = Vector512.Create(Gram.Multiplier32);
        var shift = Vector128.CreateScalar((uint)(32 - log2Words));
        var offsets = Vector512<int>.Indices;
        var n = count;
        var position = from;
        for (; position + 16 <= to && position + 64 <= length && n < capacity - Slack; position += 16)
        {
            var block = Vector512.Load(text + position) | fold;
            var hash = Avx512Vbmi.PermuteVar64x8(block, row).AsUInt32() * multiplier;
            n += Append(hash, words, shift, offsets + Vector512.Create(position), candidates + n);
        }

        count = n;
        return position;
    }

    /// <summary>Tests a row's hashes and writes the positions of those that hit; returns how many.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int Append(Vector512<uint> hash, uint* words, Vector128<uint> shift, Vector512<int> positions, int* destination)
    {
        var index = Avx512F.ShiftRightLogical(hash, shift).AsInt32();
        var word = Vector512.Create(Avx2.GatherVector256(words, index.GetLower(), 4), Avx2.GatherVector256(words, index.GetUpper(), 4));
        var one = Vector512.Create(1u);
        var fiveBits = Vector512.Create(31u);
        var bits = Avx512F.ShiftLeftLogicalVariable(one, Avx512F.ShiftRightLogical(hash, 8) & fiveBits)
            | Avx512F.ShiftLeftLogicalVariable(one, Avx512F.ShiftRightLogical(hash, 3) & fiveBits);
        var hits = Vector512.Equals(word & bits, bits);
        Avx512F.Compress(Vector512<int>.Zero, hits.AsInt32(), positions).Store(destination);
        return BitOperations.PopCount((uint)hits.ExtractMostSignificantBits());
    }

    private static Vector512<byte> Row(int step, params ReadOnlySpan<byte> bytes)
    {
        Span<byte> row = stackalloc byte[64];
        for (var i = 0; i < row.Length; i++)
            row[i] = (byte)((i / 4 * step) + bytes[i % 4]);
        return Vector512.Create<byte>(row);
    }
}
