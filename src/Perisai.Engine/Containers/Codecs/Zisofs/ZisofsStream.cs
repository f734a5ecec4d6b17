using System.Buffers.Binary;
using Perisai.Engine.Containers.Codecs.Inflate;

namespace Perisai.Engine.Containers.Codecs.Zisofs;

/// <summary>
/// Decodes a file of zisofs, versions 1 and 2 (the description in libisofs's <c>zisofs_format.txt</c> and <c>zisofs2_format.txt</c>): a header, a
/// table of where each block begins, and blocks in zlib's format. A block without bytes is zeros.
/// </summary>
internal sealed class ZisofsStream : DecoderStream
{
    private const int MinBlockBits = 15;
    private const int MaxBlockBits = 20;
    private const int ZlibHeader = 2;

    private readonly ByteSource _source;
    private readonly BoundedReader _reader;
    private readonly long _start;
    private readonly long _stored;
    private readonly CodecInput _blockInput;
    private readonly InflateStream _inflate;
    private bool _started;
    private int _blockLength;
    private int _pointerLength;
    private long _table;
    private long _left;
    private long _block;

    public ZisofsStream(ByteSource source, long offset, long length, ScanBudget budget)
        : base(new CodecInput(budget))
    {
        (_source, _start, _stored) = (source, offset, length);
        _reader = new(source, budget, offset);
        _blockInput = new(budget);
        _inflate = new(_blockInput);
    }

    private static ReadOnlySpan<byte> Magic1 => [0x37, 0xE4, 0x53, 0x96, 0xC9, 0xDB, 0xD6, 0x07];

    private static ReadOnlySpan<byte> Magic2 => [0xEF, 0x22, 0x55, 0xA1, 0xBC, 0x1B, 0x95, 0xA0];

    protected override void Produce()
    {
        if (!_started)
            Start();
        if (_left == 0)
        {
            Finished = true;
            return;
        }

        var length = (int)Math.Min(_blockLength, _left);
        OutputStart = OutputEnd = 0;
        _reader.Position = _table + _block++ * _pointerLength;
        var from = ReadPointer();
        var to = ReadPointer();
        if (from > to || to > _stored)
            throw new CodecException("zisofs: a block lies outside.");
        if (from == to)
        {
            Output.AsSpan(0, length).Clear();
            OutputEnd = length;
        }
        else
        {
            ReadBlock(from, to, length);
        }

        _left -= length;
    }

    protected override void Dispose(bool disposing)
    {
        _inflate.Dispose();
        _blockInput.Dispose();
        base.Dispose(disposing);
    }

    private void Start()
    {
        _started = true;
        if (!_reader.TryGetSpan(20, out var header))
            throw CodecException.Truncated();
        int headerLength;
        int bits;
        if (header.StartsWith(Magic1))
        {
            _left = BinaryPrimitives.ReadUInt32LittleEndian(header[8..]);
            (headerLength, bits, _pointerLength) = (header[12] * 4, header[13], 4);
        }
        else if (header.StartsWith(Magic2) && header[8] == 0 && header[10] == 1)
        {
            (headerLength, bits, _pointerLength) = (header[9] * 4, header[11], 8);
            _left = BinaryPrimitives.ReadInt64LittleEndian(header[12..]);
            if (_left < 0)
                throw new CodecException("zisofs: the length makes no sense.");
        }
        else
        {
            throw new CodecException("zisofs: the header is unknown.", NotScannedReason.Unsupported);
        }

        if (bits is < MinBlockBits or > MaxBlockBits)
            throw new CodecException($"zisofs: blocks of 2^{bits} bytes.", NotScannedReason.Unsupported);
        _blockLength = 1 << bits;
        _table = _start + headerLength;
        Output = new byte[_blockLength];
    }

    private long ReadPointer()
    {
        if (_pointerLength == 4)
            return _reader.TryReadUInt32(out var small) ? small : throw CodecException.Truncated();
        return _reader.TryReadUInt64(out var large) && large < long.MaxValue ? (long)large : throw CodecException.Truncated();
    }

    private void ReadBlock(long from, long to, int length)
    {
        _blockInput.Reset(_source, _start + from, to - from);
        _blockInput.Take(ZlibHeader);
        _inflate.Reset();
        int count;
        while (OutputEnd < length && (count = _inflate.Read(Output.AsSpan(OutputEnd, length - OutputEnd))) > 0)
            OutputEnd += count;
        if (OutputEnd < length && Budget.CheckTime())
            throw new CodecException("zisofs: a block is too short.");
    }
}
