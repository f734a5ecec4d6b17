using System.Buffers.Binary;

namespace Perisai.Engine.Containers.Codecs.Lzfse;

/// <summary>
/// Decodes LZFSE: blocks behind a mark each, plain, LZVN, or a match coder whose literal bytes and numbers are coded by finite state entropy, read
/// from the end of their payload to its start.
/// </summary>
internal sealed class LzfseDecoder
{
    private const uint EndMark = 0x24787662;
    private const uint PlainMark = 0x2D787662;
    private const uint CodedMark = 0x32787662;
    private const uint LzvnMark = 0x6E787662;

    private const int CodedHeaderLength = 32;
    private const int MaxLiterals = 40_000;
    private const int MaxMatches = 10_000;
    private const int LengthSymbols = 20;
    private const int DistanceSymbols = 64;
    private const int LengthStates = 64;
    private const int DistanceStates = 256;
    private const int LiteralStates = 1024;

    private readonly LzfseTable _literals = new(LiteralStates, new byte[256]);
    private readonly LzfseTable _literalCounts = new(LengthStates, [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2, 3, 5, 8]);
    private readonly LzfseTable _matchLengths = new(LengthStates, [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 3, 5, 8, 11]);
    private readonly LzfseTable _distances = new(DistanceStates, [.. Enumerable.Range(0, DistanceSymbols).Select(symbol => (byte)(symbol / 4))]);
    private readonly ushort[] _frequencies = new ushort[2 * LengthSymbols + DistanceSymbols + 256];
    private readonly byte[] _literalBytes = new byte[MaxLiterals + 4];

    /// <summary>Decodes all blocks; returns how many bytes came, fewer than the output has room for where the data make no sense.</summary>
    public int Decode(ReadOnlySpan<byte> input, Span<byte> output)
    {
        var position = 0;
        while (input.Length >= 4 && position < output.Length)
        {
            var mark = BinaryPrimitives.ReadUInt32LittleEndian(input);
            int used;
            switch (mark)
            {
                case PlainMark when input.Length >= 8:
                    var count = (int)Math.Min(Math.Min(BinaryPrimitives.ReadUInt32LittleEndian(input[4..]), input.Length - 8), output.Length - position);
                    input.Slice(8, count).CopyTo(output[position..]);
                    position += count;
                    used = 8 + count;
                    break;
                case LzvnMark when input.Length >= 12:
                    var plain = (int)Math.Min(BinaryPrimitives.ReadUInt32LittleEndian(input[4..]), output.Length - position);
                    var stored = (int)Math.Min(BinaryPrimitives.ReadUInt32LittleEndian(input[8..]), input.Length - 12);
                    var end = LzvnDecoder.Decode(input.Slice(12, stored), output[..(position + plain)], position, out _);
                    if (end < position + plain)
                        return end;
                    position = end;
                    used = 12 + stored;
                    break;
                case CodedMark when input.Length >= CodedHeaderLength:
                    used = DecodeCoded(input, output, ref position);
                    if (used < 0)
                        return position;
                    break;
                default:
                    // The end; or what nobody writes.
                    return position;
            }

            input = input[used..];
        }

        return position;
    }

    /// <summary>Decodes a coded block; returns its length, or -1 where it makes no sense.</summary>
    private int DecodeCoded(ReadOnlySpan<byte> input, Span<byte> output, ref int position)
    {
        var first = BinaryPrimitives.ReadUInt64LittleEndian(input[8..]);
        var second = BinaryPrimitives.ReadUInt64LittleEndian(input[16..]);
        var third = BinaryPrimitives.ReadUInt64LittleEndian(input[24..]);
        int literals = Field(first, 0, 20), literalLength = Field(first, 20, 20), matches = Field(first, 40, 20);
        int matchLength = Field(second, 40, 20);
        var headerLength = (long)(uint)third;
        if (literals > MaxLiterals || literals % 4 != 0 || matches > MaxMatches || headerLength < CodedHeaderLength
            || headerLength + literalLength + matchLength > input.Length || !ReadFrequencies(input[CodedHeaderLength..(int)headerLength]))
            return -1;
        var frequencies = _frequencies.AsSpan();
        if (!_literalCounts.TrySet(frequencies[..LengthSymbols]) || !_matchLengths.TrySet(frequencies.Slice(LengthSymbols, LengthSymbols))
            || !_distances.TrySet(frequencies.Slice(2 * LengthSymbols, DistanceSymbols))
            || !_literals.TrySet(frequencies[(2 * LengthSymbols + DistanceSymbols)..]))
            return -1;

        var bits = new LzfseBits(input.Slice((int)headerLength, literalLength), Field(first, 60, 3) - 7);
        Span<int> states = [Field(second, 0, 10), Field(second, 10, 10), Field(second, 20, 10), Field(second, 30, 10)];
        for (var index = 0; index < literals; index++)
            _literalBytes[index] = (byte)_literals.ReadSymbol(ref states[index & 3], ref bits);
        if (bits.IsOver)
            return -1;
        bits = new(input.Slice((int)headerLength + literalLength, matchLength), Field(second, 60, 3) - 7);
        return CopyMatches(ref bits, third, literals, matches, output, ref position) ? (int)headerLength + literalLength + matchLength : -1;
    }

    private bool CopyMatches(ref LzfseBits bits, ulong stateFields, int literals, int matches, Span<byte> output, ref int position)
    {
        int countState = Field(stateFields, 32, 10), lengthState = Field(stateFields, 42, 10), distanceState = Field(stateFields, 52, 10);
        var distance = -1;
        var from = 0;
        for (var match = 0; match < matches; match++)
        {
            var count = _literalCounts.ReadValue(ref countState, ref bits);
            var length = _matchLengths.ReadValue(ref lengthState, ref bits);
            var next = _distances.ReadValue(ref distanceState, ref bits);
            // No distance stands for the one before.
            distance = next != 0 ? next : distance;
            if (bits.IsOver || count > literals - from)
                return false;
            var copied = Math.Min(count, output.Length - position);
            _literalBytes.AsSpan(from, copied).CopyTo(output[position..]);
            position += copied;
            from += count;
            if (length == 0)
                continue;
            if (distance <= 0 || distance > position)
                return false;
            for (var end = Math.Min(output.Length, position + length); position < end; position++)
                output[position] = output[position - distance];
        }

        return true;
    }

    /// <summary>
    /// The frequencies of all symbols: 0 and 1 in two bits, up to 3 in three, up to 7 in five, up to 23 in eight, and larger ones in fourteen. A header
    /// without any has none.
    /// </summary>
    private bool ReadFrequencies(ReadOnlySpan<byte> bytes)
    {
        Array.Clear(_frequencies);
        if (bytes.IsEmpty)
            return true;
        ulong window = 0;
        int held = 0, at = 0;
        for (var index = 0; index < _frequencies.Length; index++)
        {
            while (held <= 48 && at < bytes.Length)
            {
                window |= (ulong)bytes[at++] << held;
                held += 8;
            }

            var value = (int)window;
            int width;
            (_frequencies[index], width) = (value & 15) switch
            {
                7 => ((ushort)(8 + (value >> 4 & 15)), 8),
                15 => ((ushort)(24 + (value >> 4 & 1023)), 14),
                3 or 11 => ((ushort)(4 + (value >> 3 & 3)), 5),
                var low when (low & 1) == 0 => ((ushort)(low >> 1 & 1), 2),
                _ => ((ushort)(2 + (value >> 2 & 1)), 3),
            };
            if (width > held)
                return false;
            window >>= width;
            held -= width;
        }

        return true;
    }

    private static int Field(ulong value, int shift, int width) => (int)(value >> shift & (1UL << width) - 1);
}
