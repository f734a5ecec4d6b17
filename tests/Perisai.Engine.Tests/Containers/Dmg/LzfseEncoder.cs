using System.Buffers.Binary;
using System.Numerics;

namespace Perisai.Engine.Tests.Containers.Dmg;

/// <summary>
/// Encodes LZFSE the obvious way, in coded blocks: the last occurrence of four bytes is the match, frequencies are scaled to the number of states, and
/// the state before a symbol is searched for.
/// </summary>
internal static class LzfseEncoder
{
    private const int BlockLength = 39_000;

    private static readonly int[] _countBits = [.. new int[16], 2, 3, 5, 8];
    private static readonly int[] _lengthBits = [.. new int[16], 3, 5, 8, 11];
    private static readonly int[] _distanceBits = [.. Enumerable.Range(0, 64).Select(symbol => symbol / 4)];

    public static byte[] Encode(byte[] content)
    {
        var blocks = new List<byte>();
        var last = new Dictionary<uint, int>();
        for (var start = 0; start < content.Length; start += BlockLength)
            blocks.AddRange(EncodeBlock(content, start, Math.Min(content.Length, start + BlockLength), last));
        return [.. blocks, .. "bvx$"u8];
    }

    private static byte[] EncodeBlock(byte[] content, int start, int end, Dictionary<uint, int> last)
    {
        var literals = new List<int>();
        var matches = new List<(int Count, int Length, int Distance)>();
        var pending = 0;
        for (var at = start; at < end;)
        {
            var length = 0;
            var from = -1;
            if (at + 4 <= end)
            {
                var key = BitConverter.ToUInt32(content, at);
                if (last.TryGetValue(key, out from) && at - from < 200_000)
                {
                    while (length < 2000 && at + length < end && content[from + length] == content[at + length])
                        length++;
                }

                last[key] = at;
            }

            if (length >= 4 || pending == 300)
            {
                matches.Add((pending, length >= 4 ? length : 0, length >= 4 ? at - from : 1));
                pending = 0;
                if (length >= 4)
                {
                    at += length;
                    continue;
                }
            }

            literals.Add(content[at++]);
            pending++;
        }

        if (pending > 0)
            matches.Add((pending, 0, 1));
        while (literals.Count % 4 != 0)
            literals.Add(0);
        return Write(end - start, literals, matches);
    }

    private static byte[] Write(int length, List<int> literals, List<(int Count, int Length, int Distance)> matches)
    {
        // A distance that is that of the match before is written as 0.
        var distances = matches.Select((match, index) => index > 0 && matches[index - 1].Distance == match.Distance ? 0 : match.Distance).ToList();
        var (counts, lengths) = (matches.Select(match => match.Count).ToList(), matches.Select(match => match.Length).ToList());
        Coder[] coders = [new(64, _countBits, counts), new(64, _lengthBits, lengths), new(256, _distanceBits, distances), new(1024, new int[256], literals)];
        var literalBits = new Bits();
        var states = new int[4];
        for (var index = literals.Count - 1; index >= 0; index--)
            coders[3].Push(literals[index], ref states[index % 4], literalBits);
        // Decoders that read eight bytes at a time find as many before the first code.
        var matchBits = new Bits();
        for (var word = 0; word < 4; word++)
            matchBits.Push(0, 16);
        int countState = 0, lengthState = 0, distanceState = 0;
        for (var index = matches.Count - 1; index >= 0; index--)
        {
            coders[2].Push(distances[index], ref distanceState, matchBits);
            coders[1].Push(lengths[index], ref lengthState, matchBits);
            coders[0].Push(counts[index], ref countState, matchBits);
        }

        var frequencies = new Bits();
        foreach (var value in coders.SelectMany(coder => coder.Frequencies))
        {
            var (code, width) = value switch
            {
                < 2 => (value << 1, 2),
                < 4 => (1 | (value - 2) << 2, 3),
                < 8 => (3 | (value - 4) << 3, 5),
                < 24 => (7 | (value - 8) << 4, 8),
                _ => (15 | (value - 24) << 4, 14),
            };
            frequencies.Push(code, width);
        }

        var (table, literalBytes, matchBytes) = (frequencies.ToArray(), literalBits.ToArray(), matchBits.ToArray());
        var header = new byte[32];
        "bvx2"u8.CopyTo(header);
        BinaryPrimitives.WriteInt32LittleEndian(header.AsSpan(4), length);
        Fields(header.AsSpan(8), [(literals.Count, 0), (literalBytes.Length, 20), (matches.Count, 40), (7 - literalBits.Unused, 60)]);
        Fields(
            header.AsSpan(16),
            [(states[0], 0), (states[1], 10), (states[2], 20), (states[3], 30), (matchBytes.Length, 40), (7 - matchBits.Unused, 60)]);
        Fields(header.AsSpan(24), [(32 + table.Length, 0), (countState, 32), (lengthState, 42), (distanceState, 52)]);
        return [.. header, .. table, .. literalBytes, .. matchBytes];
    }

    private static void Fields(Span<byte> header, (int Value, int Shift)[] fields)
    {
        ulong all = 0;
        foreach (var (value, shift) in fields)
            all |= (ulong)(uint)value << shift;
        BinaryPrimitives.WriteUInt64LittleEndian(header, all);
    }

    /// <summary>Bits, the first one lowest.</summary>
    private sealed class Bits
    {
        private readonly List<byte> _bytes = [];
        private int _count;

        public int Unused => (8 - _count % 8) % 8;

        public void Push(int value, int width)
        {
            for (var bit = 0; bit < width; bit++, _count++)
            {
                if (_count % 8 == 0)
                    _bytes.Add(0);
                _bytes[^1] |= (byte)((value >> bit & 1) << _count % 8);
            }
        }

        public byte[] ToArray() => [.. _bytes];
    }

    private sealed class Coder
    {
        private readonly List<(int State, int Bits, int Delta)>[] _states;
        private readonly int[] _extraBits;
        private readonly int[] _bases;

        public Coder(int states, int[] extraBits, List<int> values)
        {
            _extraBits = extraBits;
            _bases = new int[extraBits.Length];
            for (var symbol = 1; symbol < extraBits.Length; symbol++)
                _bases[symbol] = _bases[symbol - 1] + (1 << extraBits[symbol - 1]);
            Frequencies = new int[extraBits.Length];
            foreach (var value in values)
                Frequencies[SymbolOf(value)]++;
            Scale(states, values.Count);
            _states = [.. Frequencies.Select(_ => new List<(int, int, int)>())];
            var at = 0;
            for (var symbol = 0; symbol < Frequencies.Length; symbol++)
            {
                var frequency = Frequencies[symbol];
                if (frequency == 0)
                    continue;
                var bits = BitOperations.Log2((uint)states) - BitOperations.Log2((uint)frequency);
                var longer = (2 * states >> bits) - frequency;
                for (var index = 0; index < frequency; index++, at++)
                {
                    _states[symbol].Add(index < longer
                        ? (at, bits, ((frequency + index) << bits) - states) : (at, bits - 1, (index - longer) << (bits - 1)));
                }
            }
        }

        public int[] Frequencies { get; }

        public void Push(int value, ref int state, Bits bits)
        {
            var symbol = SymbolOf(value);
            var next = state;
            var found = _states[symbol].First(entry => next >= entry.Delta && next < entry.Delta + (1 << entry.Bits));
            bits.Push(value - _bases[symbol], _extraBits[symbol]);
            bits.Push(next - found.Delta, found.Bits);
            state = found.State;
        }

        private int SymbolOf(int value)
        {
            var symbol = Array.BinarySearch(_bases, value);
            return symbol < 0 ? ~symbol - 1 : symbol;
        }

        /// <summary>Makes the frequencies sum up to the number of states, none that occurs becoming 0.</summary>
        private void Scale(int states, int total)
        {
            for (var symbol = 0; symbol < Frequencies.Length; symbol++)
                Frequencies[symbol] = Frequencies[symbol] == 0 ? 0 : Math.Max(1, (int)((long)Frequencies[symbol] * states / Math.Max(1, total)));
            while (Frequencies.Sum() is var sum && sum != states)
            {
                var largest = Array.IndexOf(Frequencies, Frequencies.Max());
                Frequencies[largest] += sum < states ? states - sum : Math.Max(states - sum, 1 - Frequencies[largest]);
            }
        }
    }
}
