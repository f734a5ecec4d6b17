namespace Perisai.Engine.Containers.Pictures.Jpeg;

/// <summary>A Huffman code of a JPEG (T.81, annex C): up to 256 symbols with codes of 1 to 16 bits, numbered by length.</summary>
internal sealed class JpegHuffmanTable
{
    private const int LongestCode = 16;

    /// <summary>Codes up to this length are found with one look.</summary>
    private const int QuickBits = 9;

    /// <summary>By the next bits: symbol × 16 + length; 0 where the code is longer.</summary>
    private readonly ushort[] _quick = new ushort[1 << QuickBits];

    /// <summary>By length: one more than the last code, its bits at the top of 16.</summary>
    private readonly int[] _ends = new int[LongestCode + 1];

    /// <summary>By length: what is to be added to a code for its place among the symbols.</summary>
    private readonly int[] _places = new int[LongestCode + 1];

    private readonly byte[] _symbols;

    /// <param name="counts">How many codes of each length there are, from 1.</param>
    /// <param name="symbols">Their symbols.</param>
    /// <exception cref="Codecs.CodecException">There are more codes than their lengths allow.</exception>
    public JpegHuffmanTable(ReadOnlySpan<byte> counts, ReadOnlySpan<byte> symbols)
    {
        _symbols = symbols.ToArray();
        var code = 0;
        var place = 0;
        for (var length = 1; length <= LongestCode; length++)
        {
            _places[length] = place - code;
            for (var i = 0; i < counts[length - 1]; i++, code++, place++)
            {
                if (length <= QuickBits && code < 1 << length)
                    _quick.AsSpan(code << (QuickBits - length), 1 << (QuickBits - length)).Fill((ushort)((symbols[place] << 4) | length));
            }

            if (code > 1 << length)
                throw PictureFaults.Damaged("A Huffman table has more codes than there can be.");
            _ends[length] = code << (LongestCode - length);
            code <<= 1;
        }
    }

    /// <summary>The next symbol.</summary>
    /// <exception cref="Codecs.CodecException">The bits are no code.</exception>
    public int Decode(ref JpegBits bits)
    {
        var next = bits.Peek(LongestCode);
        var quick = _quick[next >> (LongestCode - QuickBits)];
        if (quick != 0)
        {
            bits.Skip(quick & 15);
            return quick >> 4;
        }

        for (var length = QuickBits + 1; length <= LongestCode; length++)
        {
            if (next >= _ends[length])
                continue;
            bits.Skip(length);
            var place = (next >> (LongestCode - length)) + _places[length];
            return (uint)place < (uint)_symbols.Length ? _symbols[place] : throw PictureFaults.Damaged("A Huffman code is wrong.");
        }

        throw PictureFaults.Damaged("A Huffman code is wrong.");
    }
}
