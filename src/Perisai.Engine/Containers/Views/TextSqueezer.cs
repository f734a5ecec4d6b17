using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Perisai.Engine.Containers.Views;

/// <summary>
/// Lower case and white space for views, 64 bytes at a step. What is kept of a step is a mask of 64 bits, told by a few additions (a carry runs through what is
/// dropped, as it does not end a run of white space); the kept bytes are moved together eight at a time by a table of shuffles.
/// </summary>
internal static class TextSqueezer
{
    private const int Step = 64;

    /// <summary>For each mask of eight bits the places of its bits, in order; what stands behind them does not matter.</summary>
    private static readonly ulong[] Places = MakePlaces();

    /// <summary>
    /// Writes letters in lower case and each run of white space as one space; neither other control characters nor bytes above 127 are written.
    /// </summary>
    /// <param name="input">The text.</param>
    /// <param name="output">At least as long; bytes behind what is written may be overwritten.</param>
    /// <param name="dropsReturns">Whether carriage returns are no white space but dropped, as in pages.</param>
    /// <param name="afterSpace">Whether a run of white space goes on from before, and whether one goes on.</param>
    /// <returns>How many bytes were written.</returns>
    public static int Squeeze(ReadOnlySpan<byte> input, Span<byte> output, bool dropsReturns, ref bool afterSpace)
    {
        ref var from = ref MemoryMarshal.GetReference(input);
        ref var to = ref MemoryMarshal.GetReference(output[..input.Length]);
        var (at, count) = (0, 0);
        var carry = afterSpace ? 1UL : 0;
        if (Vector128.IsHardwareAccelerated)
        {
            for (; at + Step <= input.Length; at += Step)
            {
                var (first, spaces, dropped) = Read(ref Unsafe.Add(ref from, at), dropsReturns);
                var (second, moreSpaces, moreDropped) = Read(ref Unsafe.Add(ref from, at + (Step / 2)), dropsReturns);
                var space = spaces | (ulong)moreSpaces << 32;
                var drop = dropped | (ulong)moreDropped << 32;
                // Places behind white space, and on through what is dropped: the addition carries each start through the run of ones before it.
                var after = space << 1 | carry;
                after |= unchecked((after & drop) + drop) ^ drop;
                carry = ((space | (drop & after)) >> 63) & 1;
                var kept = ~drop & ~(space & after);
                count += Store(first, (uint)kept, ref Unsafe.Add(ref to, count));
                count += Store(second, (uint)(kept >> 32), ref Unsafe.Add(ref to, count));
            }
        }

        for (; at < input.Length; at++)
        {
            var value = Unsafe.Add(ref from, at);
            if (value is > 127 or < (byte)' ' and not (>= 9 and <= 13) || dropsReturns && value == '\r')
                continue;
            var isSpace = value is (byte)' ' or <= 13;
            if (!isSpace || carry == 0)
                Unsafe.Add(ref to, count++) = isSpace ? (byte)' ' : Lower(value);
            carry = isSpace ? 1UL : 0;
        }

        afterSpace = carry != 0;
        return count;
    }

    /// <summary>
    /// Writes a script as pages show it: in lower case, without white space, single quotes as double ones. There are neither other control characters nor
    /// bytes above 127 in it.
    /// </summary>
    /// <param name="input">The script, or a part of it.</param>
    /// <param name="output">At least as long; bytes behind what is written may be overwritten.</param>
    /// <returns>How many bytes were written.</returns>
    public static int Strip(ReadOnlySpan<byte> input, Span<byte> output)
    {
        ref var from = ref MemoryMarshal.GetReference(input);
        ref var to = ref MemoryMarshal.GetReference(output[..input.Length]);
        var (at, count) = (0, 0);
        if (Vector128.IsHardwareAccelerated)
        {
            for (; at + (Step / 2) <= input.Length; at += Step / 2)
            {
                var (written, spaces, _) = Read(ref Unsafe.Add(ref from, at), dropsReturns: false);
                var isQuote = Vector256.Equals(written, Vector256.Create((byte)'\''));
                count += Store(Vector256.ConditionalSelect(isQuote, Vector256.Create((byte)'"'), written), ~spaces, ref Unsafe.Add(ref to, count));
            }
        }

        for (; at < input.Length; at++)
        {
            var value = Unsafe.Add(ref from, at);
            if (value is not ((byte)' ' or >= 9 and <= 13))
                Unsafe.Add(ref to, count++) = value == '\'' ? (byte)'"' : Lower(value);
        }

        return count;
    }

    private static byte Lower(byte value) => value is >= (byte)'A' and <= (byte)'Z' ? (byte)(value | 0x20) : value;

    /// <summary>32 bytes as they are written, where white space is, and what is dropped.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static (Vector256<byte> Written, uint Spaces, uint Dropped) Read(ref byte from, bool dropsReturns)
    {
        var value = Vector256.LoadUnsafe(ref from);
        var isSpace = Vector256.Equals(value, Vector256.Create((byte)' ')) | Vector256.LessThan(value - Vector256.Create((byte)9), Vector256.Create((byte)5));
        var isUpper = Vector256.LessThan(value - Vector256.Create((byte)'A'), Vector256.Create((byte)26));
        var isLow = Vector256.LessThan(value, Vector256.Create((byte)' '));
        var written = Vector256.ConditionalSelect(isSpace, Vector256.Create((byte)' '), value | (isUpper & Vector256.Create((byte)0x20)));
        var spaces = isSpace.ExtractMostSignificantBits();
        if (dropsReturns)
            spaces &= ~Vector256.Equals(value, Vector256.Create((byte)'\r')).ExtractMostSignificantBits();
        return (written, spaces, (isLow.ExtractMostSignificantBits() & ~spaces) | value.ExtractMostSignificantBits());
    }

    /// <summary>Stores the bytes of the mask; up to 32 bytes are written.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int Store(Vector256<byte> value, uint kept, ref byte to)
    {
        if (kept == uint.MaxValue)
        {
            value.StoreUnsafe(ref to);
            return 32;
        }

        var count = Store(value.GetLower(), kept & 0xFFFF, ref to);
        return count + Store(value.GetUpper(), kept >> 16, ref Unsafe.Add(ref to, count));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int Store(Vector128<byte> value, uint kept, ref byte to)
    {
        ref var places = ref MemoryMarshal.GetArrayDataReference(Places);
        var low = Vector128.CreateScalarUnsafe(Unsafe.Add(ref places, (nint)(kept & 0xFF))).AsByte();
        var high = Vector128.CreateScalarUnsafe(Unsafe.Add(ref places, (nint)(kept >> 8))).AsByte() + Vector128.Create((byte)8);
        Unsafe.WriteUnaligned(ref to, Vector128.ShuffleNative(value, low).AsUInt64().ToScalar());
        var count = BitOperations.PopCount(kept & 0xFF);
        Unsafe.WriteUnaligned(ref Unsafe.Add(ref to, count), Vector128.ShuffleNative(value, high).AsUInt64().ToScalar());
        return count + BitOperations.PopCount(kept >> 8);
    }

    private static ulong[] MakePlaces()
    {
        var table = new ulong[256];
        for (var mask = 0; mask < 256; mask++)
        {
            for (int place = 0, count = 0; place < 8; place++)
            {
                if ((mask >> place & 1) != 0)
                    table[mask] |= (ulong)place << (8 * count++);
            }
        }

        return table;
    }
}
