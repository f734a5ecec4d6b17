namespace Perisai.Engine.Containers.Codecs.Compress;

/// <summary>
/// Decodes the LZW of the Unix program compress (.Z): codes of 9 to 16 bits, lowest bits first, in groups of eight codes, and a
/// code that clears the table. The format is that of ncompress.
/// </summary>
internal sealed class CompressStream(CodecInput input) : DecoderStream(input)
{
    private const int MinBits = 9;
    private const int ClearCode = 256;
    private const int Step = 64 << 10;

    private readonly ushort[] _prefixes = new ushort[1 << 16];
    private readonly byte[] _suffixes = new byte[1 << 16];
    private readonly byte[] _stack = new byte[1 << 16];
    private bool _started;
    private bool _blockMode;
    private int _maxBits;
    private int _bits;
    private int _next;
    private int _previous = -1;
    private byte _first;
    private ulong _buffer;
    private int _bufferBits;
    private int _groupCodes;

    /// <summary>The same without a header, with a code that clears the table.</summary>
    public CompressStream(CodecInput input, int maxBits)
        : this(input) => Start(maxBits, blockMode: true);

    protected override void Produce()
    {
        if (!_started)
            ReadHeader();
        if (Output.Length == 0)
            Output = new byte[Step + (1 << 16)];
        OutputStart = OutputEnd = 0;
        while (OutputEnd < Step)
        {
            var code = ReadCode();
            if (code < 0)
            {
                Finished = true;
                return;
            }

            if (code == ClearCode && _blockMode)
            {
                SkipGroup();
                _next = ClearCode + 1;
                _bits = MinBits;
                _previous = -1;
                continue;
            }

            Expand(code);
        }
    }

    private void ReadHeader()
    {
        var header = Input.Take(3);
        if (header[0] != 0x1F || header[1] != 0x9D)
            throw new CodecException("compress: the magic bytes are missing.");
        var maxBits = header[2] & 0x1F;
        if (maxBits is < MinBits or > 16)
            throw new CodecException($"compress: codes of {maxBits} bits.", NotScannedReason.Unsupported);
        Start(maxBits, (header[2] & 0x80) != 0);
    }

    private void Start(int maxBits, bool blockMode)
    {
        _maxBits = maxBits;
        _blockMode = blockMode;
        _bits = MinBits;
        _next = _blockMode ? ClearCode + 1 : ClearCode;
        _started = true;
    }

    private void Expand(int code)
    {
        if (_previous < 0)
        {
            if (code > 255)
                throw new CodecException("compress: the first code is not a byte.");
            _previous = code;
            Output[OutputEnd++] = _first = (byte)code;
            return;
        }

        if (code > _next)
            throw new CodecException("compress: a code does not exist.");
        var depth = _stack.Length;
        var at = code;
        if (code == _next)
        {
            // The string that this very code defines: the previous one and its first byte.
            _stack[--depth] = _first;
            at = _previous;
        }

        while (at > 255)
        {
            _stack[--depth] = _suffixes[at];
            at = _prefixes[at];
        }

        _first = (byte)at;
        _stack[--depth] = _first;
        var text = _stack.AsSpan(depth);
        text.CopyTo(Output.AsSpan(OutputEnd));
        OutputEnd += text.Length;
        if (_next < 1 << _maxBits)
        {
            _prefixes[_next] = (ushort)_previous;
            _suffixes[_next++] = _first;
            if (_next > (1 << _bits) - 1 && _bits < _maxBits)
                WantMoreBits();
        }

        _previous = code;
    }

    private void WantMoreBits()
    {
        SkipGroup();
        _bits++;
    }

    /// <summary>The next code; -1 at the end.</summary>
    private int ReadCode()
    {
        while (_bufferBits < _bits)
        {
            if (Input.Available <= 0 && !Input.Fill())
                return -1;
            _buffer |= (ulong)Input.Buffer[Input.Position++] << _bufferBits;
            _bufferBits += 8;
        }

        var code = (int)(_buffer & ((1u << _bits) - 1));
        _buffer >>= _bits;
        _bufferBits -= _bits;
        _groupCodes = (_groupCodes + 1) & 7;
        return code;
    }

    /// <summary>Codes are written eight at a time; when their size changes, the rest of the group is thrown away.</summary>
    private void SkipGroup()
    {
        if (_groupCodes == 0)
            return;
        var bits = (8 - _groupCodes) * _bits - _bufferBits;
        _buffer = 0;
        _bufferBits = 0;
        _groupCodes = 0;
        // The group is a whole number of bytes.
        Input.Skip(bits / 8);
    }
}
