using System.Buffers;

namespace Perisai.Engine.Containers.Codecs.Bzip2;

/// <summary>One block: codes and selectors, the symbols (runs and places in a list of recent bytes), the sorted text, the runs.</summary>
internal sealed class Bzip2Block : IDisposable
{
    private const int GroupLength = 50;
    private const int MaxSelectors = 18002;

    private readonly Bzip2Code[] _codes = [new(), new(), new(), new(), new(), new()];
    private readonly byte[] _selectors = new byte[MaxSelectors];
    private readonly byte[] _recent = new byte[256];
    private readonly int[] _counts = new int[256];

    // The low 8 bits: the byte; the others: where the next one is.
    private uint[] _text = [];
    private int _length;
    private int _written;
    private uint _next;
    private int _equal;
    private int _previous;
    private int _run;

    public void Dispose()
    {
        if (_text.Length > 0)
            ArrayPool<uint>.Shared.Return(_text);
        _text = [];
    }

    /// <summary>Reads and sorts a block of at most <paramref name="size"/> bytes.</summary>
    /// <param name="mayBeRandomised">Whether a bit says so; NSIS leaves it out.</param>
    /// <exception cref="CodecException">It is malformed.</exception>
    public void Read(CodecInput input, ref Bzip2Bits bits, int size, bool mayBeRandomised = true)
    {
        if (mayBeRandomised && bits.Read(input, 1) != 0)
            throw new CodecException("bzip2: a randomised block.", NotScannedReason.Unsupported);
        var origin = (int)bits.Read(input, 24);
        var symbols = ReadSymbolMap(input, ref bits) + 2;
        var selectors = ReadSelectors(input, ref bits, symbols);
        if (_text.Length < size)
        {
            Dispose();
            _text = ArrayPool<uint>.Shared.Rent(size);
        }

        Array.Clear(_counts);
        _length = ReadText(input, ref bits, size, symbols - 1, selectors);
        if (origin >= _length)
            throw new CodecException("bzip2: the origin lies outside of the block.");
        Sort(origin);
    }

    /// <summary>Writes the next bytes; 0: the block is at its end.</summary>
    public int Write(Span<byte> output)
    {
        var text = _text;
        var written = _written;
        var next = _next;
        var equal = _equal;
        var previous = _previous;
        var at = 0;
        while (at < output.Length)
        {
            if (_run > 0)
            {
                var count = Math.Min(_run, output.Length - at);
                output.Slice(at, count).Fill((byte)previous);
                at += count;
                _run -= count;
                continue;
            }

            if (written == _length)
                break;
            next = text[next];
            var value = (int)(next & 0xFF);
            next >>= 8;
            written++;
            if (equal == 4)
            {
                // A count follows four equal bytes.
                _run = value;
                equal = 0;
                continue;
            }

            equal = value == previous ? equal + 1 : 1;
            previous = value;
            output[at++] = (byte)value;
        }

        _written = written;
        _next = next;
        _equal = equal;
        _previous = previous;
        return at;
    }

    private int ReadSymbolMap(CodecInput input, ref Bzip2Bits bits)
    {
        var groups = bits.Read(input, 16);
        var count = 0;
        for (var group = 0; group < 16; group++)
        {
            if ((groups >> (15 - group) & 1) == 0)
                continue;
            var members = bits.Read(input, 16);
            for (var member = 0; member < 16; member++)
            {
                if ((members >> (15 - member) & 1) != 0)
                    _recent[count++] = (byte)(group * 16 + member);
            }
        }

        return count > 0 ? count : throw new CodecException("bzip2: a block without bytes.");
    }

    /// <summary>Reads the selectors, which say which code each group of symbols uses, and then the codes.</summary>
    private int ReadSelectors(CodecInput input, ref Bzip2Bits bits, int symbols)
    {
        var codes = (int)bits.Read(input, 3);
        var count = (int)bits.Read(input, 15);
        if (codes is < 2 or > 6 || count == 0)
            throw new CodecException("bzip2: a bad number of codes.");
        Span<byte> order = [0, 1, 2, 3, 4, 5];
        for (var index = 0; index < count; index++)
        {
            var place = 0;
            while (bits.Read(input, 1) != 0)
            {
                if (++place >= codes)
                    throw new CodecException("bzip2: a selector names no code.");
            }

            var chosen = order[place];
            order[..place].CopyTo(order[1..]);
            order[0] = chosen;
            // Some encoders write more than can be used.
            if (index < MaxSelectors)
                _selectors[index] = chosen;
        }

        Span<byte> lengths = stackalloc byte[258];
        for (var code = 0; code < codes; code++)
        {
            var length = (int)bits.Read(input, 5);
            for (var symbol = 0; symbol < symbols; symbol++)
            {
                while (bits.Read(input, 1) != 0)
                    length += bits.Read(input, 1) == 0 ? 1 : -1;
                if (length is < 1 or > Bzip2Code.MaxLength)
                    throw new CodecException("bzip2: a bad code length.");
                lengths[symbol] = (byte)length;
            }

            _codes[code].Build(lengths[..symbols]);
        }

        return Math.Min(count, MaxSelectors);
    }

    /// <summary>Decodes the symbols and undoes the list of recent bytes; returns the length of the text.</summary>
    private unsafe int ReadText(CodecInput input, ref Bzip2Bits bits, int size, int endOfBlock, int selectors)
    {
        var length = 0;
        var run = 0;
        var runWeight = 1;
        fixed (uint* text = _text)
        fixed (byte* recent = _recent)
        fixed (int* counts = _counts)
        {
            for (var selector = 0; selector < selectors; selector++)
            {
                var code = _codes[_selectors[selector]];
                fixed (ushort* quick = code.Quick)
                {
                    for (var left = GroupLength; left > 0; left--)
                    {
                        if (bits.Count < Bzip2Code.MaxLength)
                            bits.Fill(input);
                        int symbol = quick[bits.Buffer >> (64 - Bzip2Code.QuickBits)];
                        var codeLength = symbol & 31;
                        symbol >>= 5;
                        if (codeLength == 0
                            && !code.TryFindLong((uint)(bits.Buffer >> (64 - Bzip2Code.MaxLength)), out symbol, out codeLength))
                            throw new CodecException("bzip2: a code does not exist.");
                        bits.Buffer <<= codeLength;
                        bits.Count -= codeLength;
                        if (symbol <= 1)
                        {
                            // Runs of the most recent byte are numbers in base 2 with the digits 1 and 2.
                            run += runWeight << symbol;
                            runWeight <<= 1;
                            if (run > size - length)
                                throw new CodecException("bzip2: the block is too long.");
                            continue;
                        }

                        if (run > 0)
                        {
                            new Span<uint>(text + length, run).Fill(recent[0]);
                            counts[recent[0]] += run;
                            length += run;
                            run = 0;
                            runWeight = 1;
                        }

                        if (symbol == endOfBlock)
                            return length;
                        if (length >= size)
                            throw new CodecException("bzip2: the block is too long.");
                        var place = symbol - 1;
                        var value = recent[place];
                        if (place < 16)
                        {
                            for (; place > 0; place--)
                                recent[place] = recent[place - 1];
                        }
                        else
                        {
                            Buffer.MemoryCopy(recent, recent + 1, 255, place);
                        }

                        recent[0] = value;
                        text[length++] = value;
                        counts[value]++;
                    }
                }
            }
        }

        throw new CodecException("bzip2: the block has no end.");
    }

    private void Sort(int origin)
    {
        var counts = _counts;
        var sum = 0;
        for (var value = 0; value < 256; value++)
            (counts[value], sum) = (sum, sum + counts[value]);
        var text = _text;
        for (var index = 0; index < _length; index++)
            text[counts[text[index] & 0xFF]++] |= (uint)index << 8;
        _next = text[origin] >> 8;
        _written = 0;
        _equal = 0;
        _previous = -1;
        _run = 0;
    }
}
