using System.Buffers.Binary;

namespace Perisai.Engine.Containers.Codecs.Lzx;

/// <summary>
/// Decodes LZX as cabinets hold it (Microsoft's "LZX Data Compression Format"): frames of up to 32 KiB, each with its own bytes of input,
/// that share a window, recent distances and codes. Blocks go on over the ends of frames.
/// </summary>
internal sealed class LzxDecoder
{
    /// <summary>What a frame holds, but for the last one.</summary>
    public const int FrameLength = 32 << 10;

    private const int MinWindowBits = 15;
    private const int MaxWindowBits = 21;
    private const int Literals = 256;
    private const int LengthSymbols = 249;
    private const int MinMatch = 2;

    /// <summary>Calls are translated in the first 32,768 frames only.</summary>
    private const int TranslatedFrames = 32_768;

    /// <summary>The length of translated code that Windows images take for granted.</summary>
    private const int WimTranslationLength = 12_000_000;

    private enum Kind
    {
        Verbatim = 1,
        Aligned = 2,
        Uncompressed = 3,
    }

    private static readonly (int Base, int Extra)[] _slots = MakeSlots();

    private readonly byte[] _window;
    private readonly bool _isWim;
    private readonly int _mask;
    private readonly int _mainSymbols;
    private readonly LzxCode _main;
    private readonly LzxCode _length = new(LengthSymbols);
    private readonly LzxCode _aligned = new(8);
    private readonly LzxCode _pre = new(20);
    private int _position;
    private int _recent0 = 1;
    private int _recent1 = 1;
    private int _recent2 = 1;
    private Kind _kind;
    private int _blockLength;
    private int _blockLeft;
    private bool _paddingDue;
    private bool _started;
    private int _translationLength;
    private int _frames;

    /// <param name="isWim">
    /// As Windows images have it: calls are always translated, and a block has a bit for 32 KiB, or 16 bits of length.
    /// </param>
    /// <exception cref="CodecException">There is no such window.</exception>
    public LzxDecoder(int windowBits, bool isWim = false)
    {
        _isWim = isWim;
        if (windowBits is < MinWindowBits or > MaxWindowBits)
            throw new CodecException($"lzx: a window of {windowBits} bits.", NotScannedReason.Unsupported);
        _window = new byte[1 << windowBits];
        _mask = _window.Length - 1;
        var slots = windowBits switch { 20 => 42, 21 => 50, _ => windowBits * 2 };
        _mainSymbols = Literals + slots * 8;
        _main = new(_mainSymbols);
    }

    /// <summary>Decodes a frame. Returns how much of it there is; less than all where <paramref name="failure"/> tells what was wrong.</summary>
    public int DecodeFrame(ReadOnlySpan<byte> data, Span<byte> output, out string? failure)
    {
        failure = null;
        if (output.Length > FrameLength)
        {
            failure = "lzx: a frame is too long.";
            return 0;
        }

        var start = _position;
        try
        {
            var bits = new LzxBits(data);
            Decode(ref bits, output.Length);
        }
        catch (CodecException exception)
        {
            failure = exception.Message;
        }

        var count = _position - start;
        // The window is a whole number of frames, but frames in the middle may be short.
        var first = Math.Min(count, _window.Length - (start & _mask));
        _window.AsSpan(start & _mask, first).CopyTo(output);
        _window.AsSpan(0, count - first).CopyTo(output[first..]);
        TranslateCalls(output[..count], start);
        if (_position > 1 << 30)
            _position = (_position & _mask) + _window.Length;
        return count;
    }

    private void Decode(ref LzxBits bits, int length)
    {
        if (!_started)
        {
            _started = true;
            if (_isWim)
                _translationLength = WimTranslationLength;
            else if (bits.Read(1) != 0)
                _translationLength = (int)(bits.Read(16) << 16 | bits.Read(16));
        }

        while (length > 0)
        {
            if (_paddingDue && bits.TrySkipByte())
                _paddingDue = false;
            if (_blockLeft == 0)
                ReadBlockHeader(ref bits);
            var count = Math.Min(length, _blockLeft);
            if (_kind == Kind.Uncompressed)
                CopyBlock(ref bits, count);
            else
                DecodeBlock(ref bits, count);
            length -= count;
            _blockLeft -= count;
            if (_blockLeft == 0 && _kind == Kind.Uncompressed && (_blockLength & 1) != 0)
                _paddingDue = !bits.TrySkipByte();
        }
    }

    private void ReadBlockHeader(ref LzxBits bits)
    {
        _kind = (Kind)bits.Read(3);
        if (_isWim)
            _blockLength = bits.Read(1) != 0 ? FrameLength : (int)bits.Read(16);
        else
            _blockLength = (int)(bits.Read(16) << 8 | bits.Read(8));
        _blockLeft = _blockLength;
        switch (_kind)
        {
            case Kind.Aligned:
                for (var symbol = 0; symbol < 8; symbol++)
                    _aligned.Lengths[symbol] = (byte)bits.Read(3);
                _aligned.Build();
                goto case Kind.Verbatim;
            case Kind.Verbatim:
                ReadLengths(ref bits, _main.Lengths.AsSpan(0, Literals));
                ReadLengths(ref bits, _main.Lengths.AsSpan(Literals));
                _main.Build();
                ReadLengths(ref bits, _length.Lengths);
                _length.Build();
                break;
            case Kind.Uncompressed:
                bits.Align();
                _recent0 = (int)bits.TakeUInt32();
                _recent1 = (int)bits.TakeUInt32();
                _recent2 = (int)bits.TakeUInt32();
                break;
            default:
                throw new CodecException("lzx: there is no such kind of block.");
        }
    }

    /// <summary>Lengths are coded as differences from those of the last block, by a code that comes first.</summary>
    private void ReadLengths(ref LzxBits bits, Span<byte> lengths)
    {
        for (var symbol = 0; symbol < 20; symbol++)
            _pre.Lengths[symbol] = (byte)bits.Read(4);
        _pre.Build();
        for (var at = 0; at < lengths.Length;)
        {
            var symbol = _pre.Decode(ref bits);
            var run = 1;
            byte value = 0;
            switch (symbol)
            {
                case 17:
                    run = 4 + (int)bits.Read(4);
                    break;
                case 18:
                    run = 20 + (int)bits.Read(5);
                    break;
                case 19:
                    run = 4 + (int)bits.Read(1);
                    value = Difference(lengths[at], _pre.Decode(ref bits));
                    break;
                default:
                    value = Difference(lengths[at], symbol);
                    break;
            }

            run = Math.Min(run, lengths.Length - at);
            lengths.Slice(at, run).Fill(value);
            at += run;
        }
    }

    private static byte Difference(byte length, int symbol) =>
        symbol <= 16 ? (byte)((length - symbol + 17) % 17) : throw new CodecException("lzx: a code length does not exist.");

    private void CopyBlock(ref LzxBits bits, int count)
    {
        var bytes = bits.TakeBytes(count);
        var at = _position & _mask;
        var first = Math.Min(count, _window.Length - at);
        bytes[..first].CopyTo(_window.AsSpan(at));
        bytes[first..].CopyTo(_window);
        _position += count;
    }

    private void DecodeBlock(ref LzxBits bits, int count)
    {
        var end = _position + count;
        while (_position < end)
        {
            var symbol = _main.Decode(ref bits);
            if (symbol < Literals)
            {
                _window[_position++ & _mask] = (byte)symbol;
                continue;
            }

            var length = symbol & 7;
            if (length == 7)
                length += _length.Decode(ref bits);
            length += MinMatch;
            var distance = ReadDistance(ref bits, (symbol - Literals) >> 3);
            // No match goes over the end of a frame or a block.
            if (length > end - _position)
                throw new CodecException("lzx: a match is too long.");
            if (distance <= 0 || distance > _window.Length)
                throw new CodecException("lzx: a distance is too large.");
            for (; length > 0; length--, _position++)
                _window[_position & _mask] = _window[(_position - distance) & _mask];
        }
    }

    private int ReadDistance(ref LzxBits bits, int slot)
    {
        int distance;
        switch (slot)
        {
            case 0:
                return _recent0;
            case 1:
                (_recent0, _recent1) = (_recent1, _recent0);
                return _recent0;
            case 2:
                (_recent0, _recent2) = (_recent2, _recent0);
                return _recent0;
        }

        var (start, extra) = _slots[slot];
        if (_kind == Kind.Aligned && extra >= 3)
            distance = start + (int)(bits.Read(extra - 3) << 3) + _aligned.Decode(ref bits);
        else
            distance = start + (int)bits.Read(extra);
        distance -= 2;
        (_recent0, _recent1, _recent2) = (distance, _recent0, _recent1);
        return distance;
    }

    /// <summary>Undoes the change of the operands of x86 calls (E8) from relative to absolute addresses.</summary>
    private void TranslateCalls(Span<byte> frame, int start)
    {
        if (_frames++ >= TranslatedFrames || _translationLength == 0 || frame.Length <= 10)
            return;
        var end = frame.Length - 10;
        for (var at = 0; at < end;)
        {
            var call = frame[at..end].IndexOf((byte)0xE8);
            if (call < 0)
                return;
            at += call;
            var operand = frame.Slice(at + 1, 4);
            var here = start + at;
            var value = BinaryPrimitives.ReadInt32LittleEndian(operand);
            if (value >= -here && value < _translationLength)
                BinaryPrimitives.WriteInt32LittleEndian(operand, value >= 0 ? value - here : value + _translationLength);
            at += 5;
        }
    }

    private static (int Base, int Extra)[] MakeSlots()
    {
        var slots = new (int, int)[50];
        var start = 0;
        for (var slot = 0; slot < slots.Length; slot++)
        {
            var extra = slot < 4 ? 0 : Math.Min(17, slot / 2 - 1);
            slots[slot] = (start, extra);
            start += 1 << extra;
        }

        return slots;
    }
}
