using System.Runtime.CompilerServices;

namespace Perisai.Engine.Matching;

/// <summary>
/// How short runs of bytes (grams) are folded and hashed. Every kernel, portable or vector, computes exactly these functions, for
/// the tables that they probe are stored in segments.
/// </summary>
/// <remarks>
/// Folding sets bit 5 of every byte. It makes upper and lower case letters equal, so that patterns without case need no table of
/// their own; other bytes that it makes equal only cost a comparison later on.
/// </remarks>
internal static class Gram
{
    public const uint Fold32 = 0x20202020;
    public const ulong Fold64 = 0x2020202020202020;
    public const uint Multiplier32 = 0x9E3779B1;
    public const ulong Multiplier64 = 0x9E3779B97F4A7C15;

    /// <summary>The first <paramref name="length"/> bytes (1 to 8), folded, as a little-endian number.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong Key(ulong bytes, int length) => (bytes | Fold64) & (ulong.MaxValue >> (64 - (8 * length)));

    /// <summary>Key of bytes in a span that may be shorter than eight.</summary>
    public static ulong Key(ReadOnlySpan<byte> bytes, int length)
    {
        ulong value = 0;
        for (var i = length - 1; i >= 0; i--)
            value = (value << 8) | bytes[i];
        return Key(value, length);
    }

    /// <summary>
    /// The stage-1 hash of six folded bytes: the number of bytes 0–3 plus that of bytes 4, 5, 4, 5, times an odd constant. Both numbers
    /// are byte shuffles for the vector kernels.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint Hash6(ulong key) => ((uint)key + ((uint)(key >> 32) * 0x10001)) * Multiplier32;

    /// <summary>The stage-1 hash of four folded bytes.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint Hash4(uint key) => key * Multiplier32;

    /// <summary>The two bits that a stage-1 hash sets in its word; they stand below the bits that choose the word.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint WordBits(uint hash) => (1u << (int)((hash >> 8) & 31)) | (1u << (int)((hash >> 3) & 31));

    /// <summary>The stage-2 hash of a key; tables use its high bits.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong Hash64(ulong key)
    {
        key *= Multiplier64;
        key ^= key >> 29;
        return key * Multiplier64;
    }

    /// <summary>Eight bytes at <paramref name="position"/>, with zeros beyond the end.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static unsafe ulong Load(byte* text, int position, int length)
    {
        if (position + 8 <= length)
            return Unsafe.ReadUnaligned<ulong>(text + position);
        ulong value = 0;
        for (var i = Math.Min(8, length - position) - 1; i >= 0; i--)
            value = (value << 8) | text[position + i];
        return value;
    }
}
