using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Perisai.Engine.Matching;

/// <summary>Where in which piece a gram stands: a row of an <see cref="AnchorTable"/>. 16 bytes, as stored in a segment.</summary>
[StructLayout(LayoutKind.Sequential, Pack = 4, Size = 16)]
internal struct AnchorEntry
{
    /// <summary>
    /// The folded gram in the low 48 bits. Bits 48–51: the target. Bits 52–53: the alignment, the gram's distance from the anchor.
    /// Bits 56–59: where <see cref="Neighbours"/> stand, from the gram's start, plus 4. Bits 60–63: which of them count.
    /// </summary>
    public ulong KeyAndFlags;

    /// <summary>Offset of the piece's record in the piece section, divided by 4.</summary>
    public uint Piece;

    /// <summary>Four folded bytes beside the gram (or partly in it), so that most wrong candidates end here without touching the piece; those that do not count are 0.</summary>
    public uint Neighbours;

    public readonly int Target => (int)(KeyAndFlags >> TargetShift) & 15;

    public const int TargetShift = 48;
    public const int AlignmentShift = 52;
    public const int NeighbourShift = 56;
    public const int NeighbourMaskShift = 60;

    /// <summary>Neighbours begin so many bytes before the gram at the earliest, and behind its start at the latest.</summary>
    public const int NeighbourBefore = 4;
    public const int NeighbourAfter = 11;
    public const ulong KeyMask = (1UL << 48) - 1;

    /// <summary>From four bits, which bytes count, to the mask of these bytes.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint ByteMask(uint bits) => ((bits * 0x0020_4081) & 0x0101_0101) * 0xFF;
}

/// <summary>
/// Stage 2: from a candidate's gram to the pieces that hold it. First a bitmap with one bit a gram (a quarter of a cache line
/// decides), then entries sorted by hash with an index by its high bits. The tables lie in a segment and are used in place.
/// </summary>
internal readonly unsafe struct AnchorTable(ulong* bitmap, int log2BitmapBits, uint* starts, int log2Buckets, AnchorEntry* entries, int count)
{
    public ulong* Bitmap { get; } = bitmap;

    public int BitmapShift { get; } = 64 - log2BitmapBits;

    public uint* Starts { get; } = starts;

    public int BucketShift { get; } = 64 - log2Buckets;

    public AnchorEntry* Entries { get; } = entries;

    public int Count { get; } = count;

    /// <summary>Whether the second bitmap holds the hash. The bit is chosen by other bits than the bucket.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool MayContain(ulong hash)
    {
        var bit = Rotate(hash) >> BitmapShift;
        return (Bitmap[bit >> 6] >> (int)(bit & 63) & 1) != 0;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ulong* BitmapWord(ulong hash) => Bitmap + (Rotate(hash) >> BitmapShift >> 6);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong Rotate(ulong hash) => BitOperations.RotateLeft(hash, 32);
}

/// <summary>Builds the three arrays of an <see cref="AnchorTable"/>.</summary>
internal sealed class AnchorTableBuilder
{
    private readonly List<AnchorEntry> _entries = [];

    public int Count => _entries.Count;

    public void Add(in AnchorEntry entry) => _entries.Add(entry);

    public ReadOnlySpan<AnchorEntry> Entries => CollectionsMarshal.AsSpan(_entries);

    public (ulong[] Bitmap, uint[] Starts, AnchorEntry[] Entries) Build()
    {
        var entries = _entries.ToArray();
        var hashes = new ulong[entries.Length];
        for (var i = 0; i < entries.Length; i++)
            hashes[i] = Hash(entries[i]);
        Array.Sort(hashes, entries);
        SortTies(hashes, entries);
        var log2Buckets = Math.Clamp(BitOperations.Log2(BitOperations.RoundUpToPowerOf2((uint)Math.Max(1, entries.Length))), 4, 24);
        var starts = new uint[(1 << log2Buckets) + 1];
        foreach (var hash in hashes)
            starts[(hash >> (64 - log2Buckets)) + 1]++;
        for (var i = 1; i < starts.Length; i++)
            starts[i] += starts[i - 1];
        var log2Bits = Math.Clamp(log2Buckets + 3, 10, 26);
        var bitmap = new ulong[1 << (log2Bits - 6)];
        foreach (var hash in hashes)
        {
            var bit = AnchorTable.Rotate(hash) >> (64 - log2Bits);
            bitmap[bit >> 6] |= 1UL << (int)(bit & 63);
        }

        return (bitmap, starts, entries);
    }

    /// <summary>Entries of one gram in an order that depends on nothing else, so that a segment's bytes depend on its sources alone.</summary>
    private static void SortTies(ulong[] hashes, AnchorEntry[] entries)
    {
        for (var start = 0; start < entries.Length;)
        {
            var end = start + 1;
            while (end < entries.Length && hashes[end] == hashes[start])
                end++;
            if (end - start > 1)
            {
                entries.AsSpan(start, end - start).Sort(static (a, b) =>
                    a.Piece != b.Piece ? a.Piece.CompareTo(b.Piece)
                    : a.KeyAndFlags != b.KeyAndFlags ? a.KeyAndFlags.CompareTo(b.KeyAndFlags) : a.Neighbours.CompareTo(b.Neighbours));
            }

            start = end;
        }
    }

    private static ulong Hash(in AnchorEntry entry) => Gram.Hash64(entry.KeyAndFlags & AnchorEntry.KeyMask);
}
