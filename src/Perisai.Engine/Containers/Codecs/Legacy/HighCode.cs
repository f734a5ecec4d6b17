namespace Perisai.Engine.Containers.Codecs.Legacy;

/// <summary>
/// A canonical prefix code with words of up to 16 bits that come from their highest bit on. Short words are looked up in a table; the
/// longer ones are found by the first word of each length.
/// </summary>
internal sealed class HighCode(int symbols)
{
    public const int MaxLength = 16;
    private const int TableBits = 10;

    private readonly byte[] _lengths = new byte[symbols];
    private readonly ushort[] _table = new ushort[1 << TableBits];
    private readonly ushort[] _sorted = new ushort[symbols];
    private readonly uint[] _first = new uint[MaxLength + 1];
    private readonly int[] _index = new int[MaxLength + 1];
    private readonly int[] _count = new int[MaxLength + 1];
    private int _only = -1;

    /// <summary>The length of each symbol's word, 0 where it has none.</summary>
    public Span<byte> Lengths => _lengths;

    /// <summary>Makes a code of one symbol, which takes no bits.</summary>
    /// <exception cref="CodecException">There is no such symbol.</exception>
    public void BuildSingle(int symbol) =>
        _only = symbol < _lengths.Length ? symbol : throw new CodecException("A code has a symbol that does not exist.");

    /// <summary>Builds the code from <see cref="Lengths"/>. It may have fewer words than it could.</summary>
    /// <exception cref="CodecException">It has more.</exception>
    public void Build()
    {
        _only = -1;
        Array.Clear(_count);
        foreach (var length in _lengths)
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
        for (var symbol = 0; symbol < _lengths.Length; symbol++)
        {
            if (_lengths[symbol] != 0)
                _sorted[next[_lengths[symbol]]++] = (ushort)symbol;
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

    /// <exception cref="CodecException">There is no such word.</exception>
    public int Next(ref HighBits bits)
    {
        if (_only >= 0)
            return _only;
        var peeked = bits.Peek(MaxLength);
        var entry = _table[peeked >> (MaxLength - TableBits)];
        if (entry != 0)
        {
            bits.Drop(entry & 31);
            return entry >> 5;
        }

        for (var length = TableBits + 1; length <= MaxLength; length++)
        {
            var at = (peeked >> (MaxLength - length)) - _first[length];
            if (at < (uint)_count[length])
            {
                bits.Drop(length);
                return _sorted[_index[length] + (int)at];
            }
        }

        throw new CodecException("A code does not exist.");
    }
}
