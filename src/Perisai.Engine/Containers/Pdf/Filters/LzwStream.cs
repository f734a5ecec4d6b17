using Perisai.Engine.Containers.Codecs;

namespace Perisai.Engine.Containers.Pdf.Filters;

/// <summary>
/// LZWDecode (ISO 32000-1, 7.4.4): codes of 9 to 12 bits, highest bits first; 256 clears the table, 257 ends the data. With an early change the
/// codes grow one code sooner.
/// </summary>
internal sealed class LzwStream(CodecInput input, bool earlyChange) : DecoderStream(input)
{
    private const int Clear = 256;
    private const int End = 257;
    private const int TableLength = 4096;

    private readonly ushort[] _prefixes = new ushort[TableLength];
    private readonly byte[] _suffixes = new byte[TableLength];
    private readonly ushort[] _lengths = new ushort[TableLength];
    private readonly int _early = earlyChange ? 1 : 0;
    private int _next = End + 1;
    private int _bits = 9;
    private int _previous = -1;
    private byte _first;
    private uint _buffer;
    private int _bufferBits;

    protected override void Produce()
    {
        if (Output.Length == 0)
            Output = new byte[4 * TableLength];
        OutputStart = OutputEnd = 0;
        while (OutputEnd <= Output.Length - TableLength)
        {
            var code = ReadCode();
            if (code is End or < 0)
            {
                Finished = true;
                if (code < 0 && OutputEnd > 0 && _previous >= 0)
                    AddFault("pdf.lzw-without-end");
                return;
            }

            if (code == Clear)
            {
                _next = End + 1;
                _bits = 9;
                _previous = -1;
                continue;
            }

            Expand(code);
        }
    }

    private void Expand(int code)
    {
        if (code > _next || code == _next && _previous < 0 || _previous < 0 && code > 255)
            throw new CodecException("lzw: a code does not exist.");
        var isNew = code == _next;
        var at = isNew ? _previous : code;
        var length = LengthOf(at) + (isNew ? 1 : 0);
        var target = OutputEnd + length;
        if (isNew)
            Output[--target] = _first;
        while (at > 255)
        {
            Output[--target] = _suffixes[at];
            at = _prefixes[at];
        }

        Output[--target] = _first = (byte)at;
        OutputEnd += length;
        if (_previous >= 0 && _next < TableLength)
        {
            _prefixes[_next] = (ushort)_previous;
            _suffixes[_next] = _first;
            _lengths[_next] = (ushort)(LengthOf(_previous) + 1);
            _next++;
            if (_next + _early >= 1 << _bits && _bits < 12)
                _bits++;
        }

        _previous = code;
    }

    private int LengthOf(int code) => code < 256 ? 1 : _lengths[code];

    private int ReadCode()
    {
        while (_bufferBits < _bits)
        {
            if (Input.Available <= 0 && !Input.Fill())
                return -1;
            _buffer = _buffer << 8 | Input.Buffer[Input.Position++];
            _bufferBits += 8;
        }

        _bufferBits -= _bits;
        return (int)(_buffer >> _bufferBits) & ((1 << _bits) - 1);
    }
}
