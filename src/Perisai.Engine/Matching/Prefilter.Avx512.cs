using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Perisai.Engine.Matching;

/// <content>
/// Rows of sixteen probes, up to sixteen rows a block, in three steps: hashes by vectors, the words of the bitmap by ordinary loads, the test by vectors
/// again. Ordinary loads, because a gather takes longer than the sixteen loads that it stands for; a block a step, because a vector that is read right
/// after its parts were written would wait for them. Hits are written always and counted by their number: a branch would be mispredicted at each of them.
/// </content>
internal static unsafe partial class Prefilter
{
    /// <summary>Probes of a row.</summary>
    private const int RowProbes = 16;

    /// <summary>Rows of a block at most: their hashes, places and words are 3 KiB, a tenth of the nearest cache.</summary>
    private const int BlockRows = 16;

    // Bytes of a 64-byte block that make the sixteen numbers of a row: as LongLow and LongHigh, at offsets 0, 3, … 45.
    private static readonly Vector512<byte> LongLow512 = Row(3, 0, 1, 2, 3);
    private static readonly Vector512<byte> LongHigh512 = Row(3, 4, 5, 4, 5);
    private static readonly Vector512<byte> ShortRow512 = Row(1, 0, 1, 2, 3);

    [SkipLocalsInit]
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static int ScanLongAvx512(
        byte* text, int length, int from, int to, uint* words, int log2Words, int* candidates, int capacity, ref int count)
    {
        var low = LongLow512;
        var high = LongHigh512;
        var fold = Vector512.Create((byte)0x20);
        var multiplier = Vector512.Create(Gram.Multiplier32);
        var shift = Vector128.CreateScalar((uint)(32 - log2Words));
        var memory = stackalloc byte[BlockMemory];
        var block = Aligned(memory);
        var n = count;
        var position = from;
        while (true)
        {
            var rows = RowsOf(48, to - position, length - position, capacity - n);
            if (rows == 0)
                break;
            for (var row = 0; row < rows; row++)
            {
                var at = text + position + (48 * row);
                Sse.Prefetch0(at + 2048);
                var bytes = Vector512.Load(at) | fold;
                var hash = (Avx512Vbmi.PermuteVar64x8(bytes, low).AsUInt32() + Avx512Vbmi.PermuteVar64x8(bytes, high).AsUInt32()) * multiplier;
                hash.Store(block + (RowProbes * row));
                Avx512F.ShiftRightLogical(hash, shift).Store(block + PlacesAt + (RowProbes * row));
            }

            FetchWords(block, words, rows);
            n += Append(block, rows, position, 3, candidates + n);
            position += 48 * rows;
        }

        count = n;
        return position;
    }

    [SkipLocalsInit]
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static int ScanShortAvx512(
        byte* text, int length, int from, int to, uint* words, int log2Words, int* candidates, int capacity, ref int count)
    {
        var order = ShortRow512;
        var fold = Vector512.Create((byte)0x20);
        var multiplier = Vector512.Create(Gram.Multiplier32);
        var shift = Vector128.CreateScalar((uint)(32 - log2Words));
        var memory = stackalloc byte[BlockMemory];
        var block = Aligned(memory);
        var n = count;
        var position = from;
        while (true)
        {
            var rows = RowsOf(16, to - position, length - position, capacity - n);
            if (rows == 0)
                break;
            for (var row = 0; row < rows; row++)
            {
                var bytes = Vector512.Load(text + position + (16 * row)) | fold;
                var hash = Avx512Vbmi.PermuteVar64x8(bytes, order).AsUInt32() * multiplier;
                hash.Store(block + (RowProbes * row));
                Avx512F.ShiftRightLogical(hash, shift).Store(block + PlacesAt + (RowProbes * row));
            }

            FetchWords(block, words, rows);
            n += Append(block, rows, position, 1, candidates + n);
            position += 16 * rows;
        }

        count = n;
        return position;
    }

    /// <summary>
    /// Sixty-four offsets at once: the sets of buckets (<see cref="TinyGramTables"/>) of a gram's first and second byte are looked up by byte
    /// permutation, and only where they share one the bitmap is asked.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static int ScanTinyAvx512(byte* text, int from, int to, uint* words, byte* tables, int* candidates, int capacity, ref int count)
    {
        var firstLow = Vector512.Load(tables);
        var firstHigh = Vector512.Load(tables + 64);
        var secondLow = Vector512.Load(tables + 128);
        var secondHigh = Vector512.Load(tables + 192);
        var lowBits = Vector512.Create((byte)0x1F);
        var n = count;
        var position = from;
        // The gram at an offset below the end is whole, so the byte behind the last of them is there.
        for (; position + 64 <= to && n < capacity - Slack; position += 64)
        {
            var first = Index(Vector512.Load(text + position), lowBits);
            var second = Index(Vector512.Load(text + position + 1), lowBits);
            var shared = Avx512Vbmi.PermuteVar64x8x2(firstLow, first, firstHigh) & Avx512Vbmi.PermuteVar64x8x2(secondLow, second, secondHigh);
            for (var hits = ~Vector512.Equals(shared, Vector512<byte>.Zero).ExtractMostSignificantBits(); hits != 0; hits &= hits - 1)
            {
                var at = position + BitOperations.TrailingZeroCount(hits);
                var key = (uint)Unsafe.ReadUnaligned<ushort>(text + at) | 0x2020;
                candidates[n] = at;
                n += (int)(words[key >> 5] >> (int)(key & 31)) & 1;
            }
        }

        count = n;
        return position;
    }

    /// <summary>As <see cref="TinyGramTables.Index"/>; the highest bit does not count for the permutation.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<byte> Index(Vector512<byte> bytes, Vector512<byte> lowBits) =>
        Vector512.ConditionalSelect(lowBits, bytes, (bytes.AsUInt16() >>> 1).AsByte());

    // A block: its hashes, the places of their words, the words; and room to begin at a cache line.
    private const int PlacesAt = RowProbes * BlockRows;
    private const int WordsAt = 2 * PlacesAt;
    private const int BlockMemory = (3 * PlacesAt * sizeof(uint)) + 64;

    private static uint* Aligned(byte* memory) => (uint*)(((nint)memory + 63) & ~63);

    /// <summary>How many rows there are in what is left of the probes, of the text (a row reads 64 bytes) and of the list of candidates.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int RowsOf(int span, int probes, int bytes, int room)
    {
        if (probes < span || bytes < 64 || room < Slack)
            return 0;
        var rows = Math.Min(Math.Min(probes / span, ((bytes - 64) / span) + 1), (room - Slack) / RowProbes);
        return Math.Min(rows, BlockRows);
    }

    /// <summary>Fetches the words that the hashes of a block choose.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void FetchWords(uint* block, uint* words, int rows)
    {
        var places = (ulong*)(block + PlacesAt);
        var end = places + (RowProbes / 2 * rows);
        for (var fetched = block + WordsAt; places < end; places += 4, fetched += 8)
        {
            var (a, b, c, d) = (places[0], places[1], places[2], places[3]);
            fetched[0] = words[(uint)a];
            fetched[1] = words[a >> 32];
            fetched[2] = words[(uint)b];
            fetched[3] = words[b >> 32];
            fetched[4] = words[(uint)c];
            fetched[5] = words[c >> 32];
            fetched[6] = words[(uint)d];
            fetched[7] = words[d >> 32];
        }
    }

    /// <summary>Tests a block's hashes against their words and writes the positions of those that hit; returns how many.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int Append(uint* block, int rows, int position, int step, int* destination)
    {
        var one = Vector512.Create(1u);
        var fiveBits = Vector512.Create(31u);
        var offsets = (Vector512<int>.Indices * step) + Vector512.Create(position);
        var next = Vector512.Create(RowProbes * step);
        var n = 0;
        for (var row = 0; row < rows; row++)
        {
            var hash = Vector512.Load(block + (RowProbes * row));
            var word = Vector512.Load(block + WordsAt + (RowProbes * row));
            var bits = Avx512F.ShiftLeftLogicalVariable(one, Avx512F.ShiftRightLogical(hash, 8) & fiveBits)
                | Avx512F.ShiftLeftLogicalVariable(one, Avx512F.ShiftRightLogical(hash, 3) & fiveBits);
            var hits = Vector512.Equals(word & bits, bits);
            Avx512F.Compress(Vector512<int>.Zero, hits.AsInt32(), offsets).Store(destination + n);
            n += BitOperations.PopCount((uint)hits.ExtractMostSignificantBits());
            offsets += next;
        }

        return n;
    }

    private static Vector512<byte> Row(int step, params ReadOnlySpan<byte> bytes)
    {
        Span<byte> row = stackalloc byte[64];
        for (var i = 0; i < row.Length; i++)
            row[i] = (byte)((i / 4 * step) + bytes[i % 4]);
        return Vector512.Create<byte>(row);
    }
}
