namespace Perisai.Engine.Containers.Codecs.Inflate;

/// <summary>
/// The decoding table of one prefix code of deflate (RFC 1951): a first level looked up by some bits, and second levels for longer
/// codes. An entry holds, from the low end: bits to consume in all (8), bits of the code alone (5), three flags, and the value (16):
/// a literal, a base length or distance, or the place of a second level (its number of bits then stands in the lowest 8).
/// </summary>
internal sealed class InflateTable
{
    public const uint Literal = 1 << 13;
    public const uint SubTable = 1 << 14;

    /// <summary>Neither a literal nor a length or distance: a second level, the end of the block, or no code at all.</summary>
    public const uint Exceptional = 1 << 15;
    public const uint EndOfBlock = Exceptional | 256u << 16;
    public const uint Invalid = Exceptional | 0xFFFFu << 16;

    private const int MaxCodeLength = 15;

    private readonly ushort[] _sorted = new ushort[288];

    // The first level and every second level: fewer than 2,400 entries for any code of 288 symbols, 15 bits and 11 bits at first.
    private readonly uint[] _entries;

    public InflateTable(int maxBits, int room)
    {
        MaxBits = maxBits;
        _entries = new uint[room];
    }

    public uint[] Entries => _entries;

    public int MaxBits { get; }

    /// <summary>Bits of the first level.</summary>
    public int Bits { get; private set; }

    /// <summary>
    /// Builds the table from code lengths. Codes that are not complete are taken, as other decoders take some; using a missing code
    /// is an error then. False where there are more codes than bits allow.
    /// </summary>
    /// <param name="symbols">The entries of the symbols, without the bits of their codes.</param>
    public bool TryBuild(ReadOnlySpan<byte> lengths, ReadOnlySpan<uint> symbols)
    {
        Span<int> count = stackalloc int[MaxCodeLength + 1];
        Span<int> next = stackalloc int[MaxCodeLength + 2];
        count.Clear();
        foreach (var length in lengths)
            count[length]++;
        count[0] = 0;
        var longest = MaxCodeLength;
        while (longest > 0 && count[longest] == 0)
            longest--;
        Bits = Math.Max(1, Math.Min(longest, MaxBits));
        var left = 1;
        next[1] = 0;
        for (var length = 1; length <= MaxCodeLength; length++)
        {
            left = (left << 1) - count[length];
            if (left < 0)
                return false;
            next[length + 1] = next[length] + count[length];
        }

        for (var symbol = 0; symbol < lengths.Length; symbol++)
        {
            if (lengths[symbol] != 0)
                _sorted[next[lengths[symbol]]++] = (ushort)symbol;
        }

        if (left > 0)
            _entries.AsSpan().Fill(Invalid);
        Fill(count, longest, symbols);
        return true;
    }

    private void Fill(Span<int> count, int longest, ReadOnlySpan<uint> symbols)
    {
        var entries = _entries;
        var size = 1 << Bits;
        var index = 0;
        uint code = 0;
        for (var length = 1; length <= Math.Min(longest, Bits); length++, code <<= 1)
        {
            var step = 1 << length;
            var bits = (uint)(length << 8 | length);
            for (var left = count[length]; left > 0; left--, code++)
            {
                var entry = symbols[_sorted[index++]] + bits;
                for (var at = (int)Reverse(code, length); at < size; at += step)
                    entries[at] = entry;
            }
        }

        var free = size;
        var prefix = -1;
        var start = 0;
        var levelBits = 0;
        for (var length = Bits + 1; length <= longest; length++, code <<= 1)
        {
            var bits = (uint)((length - Bits) << 8 | (length - Bits));
            for (; count[length] > 0; count[length]--, code++)
            {
                var reversed = Reverse(code, length);
                var head = (int)(reversed & (uint)(size - 1));
                if (head != prefix)
                {
                    prefix = head;
                    start = free;
                    levelBits = LevelBits(count, length, longest);
                    free += 1 << levelBits;
                    entries[head] = Exceptional | SubTable | (uint)start << 16 | (uint)levelBits;
                }

                var entry = symbols[_sorted[index++]] + bits;
                for (var at = (int)(reversed >> Bits); at < 1 << levelBits; at += 1 << (length - Bits))
                    entries[start + at] = entry;
            }
        }
    }

    /// <summary>Bits of the second level that begins with a code of this length: enough for all the codes that share its beginning.</summary>
    private int LevelBits(Span<int> count, int length, int longest)
    {
        var bits = length - Bits;
        var left = (1 << bits) - count[length];
        while (left > 0 && bits + Bits < longest)
        {
            bits++;
            left = (left << 1) - count[bits + Bits];
        }

        return bits;
    }

    private static uint Reverse(uint code, int length)
    {
        code = (code >> 1 & 0x5555) | (code & 0x5555) << 1;
        code = (code >> 2 & 0x3333) | (code & 0x3333) << 2;
        code = (code >> 4 & 0x0F0F) | (code & 0x0F0F) << 4;
        code = (code >> 8 & 0x00FF) | (code & 0x00FF) << 8;
        return code >> (16 - length);
    }
}
