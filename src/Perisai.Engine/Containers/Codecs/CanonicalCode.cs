namespace Perisai.Engine.Containers.Codecs;

/// <summary>
/// A canonical prefix code with words of up to 16 bits that come from their highest bit on. Short words are looked up in one table; the longer
/// ones, which are rare, are found by the first word of each length.
/// </summary>
internal sealed class CanonicalCode(int symbols)
{
    /// <summary>Bits of the longest word.</summary>
    public const int MaxLength = 16;

    private const int TableBits = 10;

    private readonly ushort[] _table = new ushort[1 << TableBits];
    private readonly ushort[] _sorted = new ushort[symbols];
    private readonly uint[] _first = new uint[MaxLength + 1];
    private readonly int[] _index = new int[MaxLength + 1];
    private readonly int[] _count = new int[MaxLength + 1];

    /// <summary>The length of each symbol's word, 0 where it has none. They stay from one block to the next.</summary>
    public byte[] Lengths { get; } = new byte[symbols];

    /// <summary>Builds the code from <see cref="Lengths"/>. It may have fewer words than it could, even none; not more.</summary>
    /// <exception cref="CodecException">It has more.</exception>
    public void Build()
    {
        Array.Clear(_count);
        foreach (var length in Lengths)
            _count[length]++;
        _count[0] = 0;
        uint word = 0;
        var index = 0;
        for (var length = 1; length <= MaxLength; length++)
        {
            word = word + (uint)_count[length - 1] << 1;
            _first[length] = word;
            _index[length] = index;
            index += _count[length];
            if (word + (uint)_count[length] > 1u << length)
                throw new CodecException("A block has too many codes.");
        }

        Span<int> next = stackalloc int[MaxLength + 1];
        _index.CopyTo(next);
        for (var symbol = 0; symbol < Lengths.Length; symbol++)
        {
            if (Lengths[symbol] != 0)
                _sorted[next[Lengths[symbol]]++] = (ushort)symbol;
        }

        // An entry: the symbol and, in the low five bits, the length; 0 where the word is longer or does not exist.
        Array.Clear(_table);
        for (var length = 1; length <= TableBits; length++)
        {
            for (var at = 0; at < _count[length]; at++)
            {
                var from = (int)(_first[length] + (uint)at) << (TableBits - length);
                _table.AsSpan(from, 1 << (TableBits - length)).Fill((ushort)(_sorted[_index[length] + at] << 5 | length));
            }
        }
    }

    /// <summary>The symbol of the word that the next 16 bits begin with, and the word's length.</summary>
    /// <exception cref="CodecException">There is no such word.</exception>
    public int Find(uint peeked, out int length)
    {
        var entry = _table[peeked >> (MaxLength - TableBits)];
        if (entry != 0)
        {
            length = entry & 31;
            return entry >> 5;
        }

        for (length = TableBits + 1; length <= MaxLength; length++)
        {
            var at = (peeked >> (MaxLength - length)) - _first[length];
            if (at < (uint)_count[length])
                return _sorted[_index[length] + (int)at];
        }

        throw new CodecException("A code does not exist.");
    }
}
