using System.Buffers.Binary;
using Perisai.Engine.Containers.Codecs;

namespace Perisai.Engine.Containers.Wim;

/// <summary>
/// Decodes a chunk of LZ77 and Huffman codes ([MS-XCA] 2.2, "XPRESS"): 512 lengths of four bits, then literals and matches. Bits come in words
/// of 16, of which one is always read ahead; the bytes of long lengths stand between the words.
/// </summary>
internal sealed class XpressDecoder
{
    private const int Symbols = 512;
    private const int MaxLength = 15;
    private const int MinMatch = 3;

    private readonly ushort[] _table = new ushort[1 << MaxLength];
    private readonly byte[] _lengths = new byte[Symbols];
    private int _position;
    private uint _bits;
    private int _count;

    /// <exception cref="CodecException">The chunk is malformed.</exception>
    public void Decode(ReadOnlySpan<byte> data, Span<byte> output)
    {
        if (data.Length < Symbols / 2)
            throw CodecException.Truncated();
        for (var index = 0; index < Symbols / 2; index++)
        {
            _lengths[2 * index] = (byte)(data[index] & 15);
            _lengths[2 * index + 1] = (byte)(data[index] >> 4);
        }

        BuildTable();
        _position = Symbols / 2;
        _bits = (uint)(Word(data) << 16);
        _bits |= (uint)Word(data);
        _count = 16;
        for (var at = 0; at < output.Length;)
        {
            var entry = _table[_bits >> (32 - MaxLength)];
            if (entry == 0)
                throw new CodecException("xpress: a code does not exist.");
            Drop(data, entry & 15);
            var symbol = entry >> 4;
            if (symbol < 256)
            {
                output[at++] = (byte)symbol;
                continue;
            }

            var length = ReadLength(data, symbol & 15);
            var distanceBits = symbol >> 4 & 15;
            var distance = 1 << distanceBits;
            if (distanceBits > 0)
            {
                distance += (int)(_bits >> (32 - distanceBits));
                Drop(data, distanceBits);
            }

            if (distance > at || length > output.Length - at)
                throw new CodecException("xpress: a match leaves the chunk.");
            for (; length > 0; length--, at++)
                output[at] = output[at - distance];
        }
    }

    private int ReadLength(ReadOnlySpan<byte> data, int length)
    {
        if (length < 15)
            return length + MinMatch;
        length += Byte(data);
        if (length == 15 + 255)
            length = Byte(data) | Byte(data) << 8;
        return length + MinMatch;
    }

    private void Drop(ReadOnlySpan<byte> data, int count)
    {
        _bits <<= count;
        _count -= count;
        if (_count >= 0)
            return;
        _bits |= (uint)(Word(data) << -_count);
        _count += 16;
    }

    /// <summary>The next word; zeros behind the end, where the last symbol may look but not read.</summary>
    private int Word(ReadOnlySpan<byte> data)
    {
        var word = _position + 2 <= data.Length ? BinaryPrimitives.ReadUInt16LittleEndian(data[_position..]) : 0;
        _position += 2;
        if (_position > data.Length + 8)
            throw CodecException.Truncated();
        return word;
    }

    private int Byte(ReadOnlySpan<byte> data) => _position < data.Length ? data[_position++] : throw CodecException.Truncated();

    /// <summary>An entry: the symbol and, in the low four bits, the length of its word.</summary>
    private void BuildTable()
    {
        Array.Clear(_table);
        var next = 0;
        for (var length = 1; length <= MaxLength; length++)
        {
            for (var symbol = 0; symbol < Symbols; symbol++)
            {
                if (_lengths[symbol] != length)
                    continue;
                var count = 1 << (MaxLength - length);
                if (next + count > _table.Length)
                    throw new CodecException("xpress: a chunk has too many codes.");
                _table.AsSpan(next, count).Fill((ushort)(symbol << 4 | length));
                next += count;
            }
        }
    }
}
