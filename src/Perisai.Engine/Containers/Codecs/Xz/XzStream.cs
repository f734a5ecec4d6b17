using System.Buffers.Binary;
using System.IO.Hashing;
using Perisai.Engine.Containers.Codecs.Filters;
using Perisai.Engine.Containers.Codecs.Lzma;

namespace Perisai.Engine.Containers.Codecs.Xz;

/// <summary>
/// Decodes the .xz format (the .xz file format, version 1.2.0): streams behind one another with padding between them, blocks with
/// chains of filters, checks, and the index.
/// </summary>
internal sealed class XzStream(CodecInput input) : DecoderStream(input)
{
    private enum State
    {
        StreamHeader,
        BlockHeader,
        Block,
    }

    private const int HeaderLength = 12;
    private const int MaxFilters = 4;

    private readonly byte[] _buffer = new byte[64 << 10];
    private State _state;
    private XzCheck? _check;
    private byte _checkKind;
    private DecoderStream? _block;
    private long _blockStart;
    private long _storedLength;
    private long _plainLength;
    private long _blockProduced;
    private long _blocks;

    private static ReadOnlySpan<byte> Magic => [0xFD, (byte)'7', (byte)'z', (byte)'X', (byte)'Z', 0];

    protected override void Produce()
    {
        switch (_state)
        {
            case State.StreamHeader:
                ReadStreamHeader();
                break;
            case State.BlockHeader:
                ReadBlockHeader();
                break;
            default:
                ReadBlock();
                break;
        }
    }

    protected override void Dispose(bool disposing)
    {
        _block?.Dispose();
        _block = null;
        _check?.Dispose();
        base.Dispose(disposing);
    }

    private void ReadStreamHeader()
    {
        if (!Input.Peek(6).SequenceEqual(Magic))
            throw new CodecException("xz: the magic bytes are missing.");
        var header = Input.Take(HeaderLength);
        if (header[6] != 0 || header[7] > 15)
            throw new CodecException("xz: unknown stream flags.", NotScannedReason.Unsupported);
        if (Crc32.HashToUInt32(header[6..8]) != BinaryPrimitives.ReadUInt32LittleEndian(header[8..]))
            AddFault(XzFaults.HeaderChecksum);
        _checkKind = header[7];
        _check?.Dispose();
        _check = new(_checkKind);
        _blocks = 0;
        _state = State.BlockHeader;
    }

    private void ReadBlockHeader()
    {
        _blockStart = Input.Consumed;
        if (Input.Peek(1) is [0])
        {
            ReadIndex();
            return;
        }

        var length = (Input.ReadByte() + 1) * 4;
        Input.Position--;
        var header = Input.Take(length);
        if (Crc32.HashToUInt32(header[..^4]) != BinaryPrimitives.ReadUInt32LittleEndian(header[^4..]))
            AddFault(XzFaults.HeaderChecksum);
        var flags = header[1];
        if ((flags & 0x3C) != 0)
            throw new CodecException("xz: unknown block flags.", NotScannedReason.Unsupported);
        header = header[2..^4];
        _storedLength = (flags & 0x40) != 0 ? ReadNumber(ref header) : -1;
        _plainLength = (flags & 0x80) != 0 ? ReadNumber(ref header) : -1;
        _blockStart = Input.Consumed;
        _blockProduced = 0;
        _block = OpenFilters(header, (flags & 3) + 1);
        _blocks++;
        _state = State.Block;
    }

    private DecoderStream OpenFilters(ReadOnlySpan<byte> header, int count)
    {
        Span<ulong> ids = stackalloc ulong[MaxFilters];
        Span<uint> properties = stackalloc uint[MaxFilters];
        for (var index = 0; index < count; index++)
        {
            ids[index] = (ulong)ReadNumber(ref header);
            var length = ReadNumber(ref header);
            if (length > header.Length)
                throw new CodecException("xz: a filter's properties are too long.");
            for (var at = 0; at < Math.Min(length, 4); at++)
                properties[index] |= (uint)header[at] << at * 8;
            header = header[(int)length..];
        }

        if (ids[count - 1] != 0x21)
            throw new CodecException($"xz: unknown filter {ids[count - 1]:x}.", NotScannedReason.Unsupported);
        var dictionary = Lzma2DictionarySize(properties[count - 1]);
        DecoderStream stream = new Lzma2Stream(Input, dictionary, _plainLength < 0 ? long.MaxValue : _plainLength);
        for (var index = count - 2; index >= 0; index--)
            stream = new FilterStream(stream, OpenFilter(ids[index], properties[index]));
        return stream;
    }

    /// <summary>The dictionary size that the one byte of LZMA2's properties stands for.</summary>
    /// <exception cref="CodecException">The byte is not allowed.</exception>
    public static long Lzma2DictionarySize(uint property) => property switch
    {
        > 40 => throw new CodecException("lzma2: bad dictionary size."),
        40 => uint.MaxValue,
        _ => (2L | property & 1) << (int)(property / 2 + 11),
    };

    private static ByteFilter OpenFilter(ulong id, uint properties) => id switch
    {
        3 => new DeltaFilter((int)(properties & 0xFF) + 1),
        4 => new X86Filter(properties),
        5 => new BranchFilter(BranchMachine.PowerPc, properties),
        6 => new BranchFilter(BranchMachine.Ia64, properties),
        7 => new BranchFilter(BranchMachine.Arm, properties),
        8 => new BranchFilter(BranchMachine.ArmThumb, properties),
        9 => new BranchFilter(BranchMachine.Sparc, properties),
        10 => new BranchFilter(BranchMachine.Arm64, properties),
        _ => throw new CodecException($"xz: unknown filter {id:x}.", NotScannedReason.Unsupported),
    };

    private void ReadBlock()
    {
        var count = _block!.Read(_buffer);
        if (count > 0)
        {
            Output = _buffer;
            OutputStart = 0;
            OutputEnd = count;
            _blockProduced += count;
            _check!.Append(_buffer.AsSpan(0, count));
            return;
        }

        if (!_block.Finished)
            return;
        _block.Dispose();
        _block = null;
        var stored = Input.Consumed - _blockStart;
        if (_storedLength >= 0 && _storedLength != stored || _plainLength >= 0 && _plainLength != _blockProduced)
            AddFault(XzFaults.WrongLength);
        Input.Take((int)(-stored & 3));
        if (!_check!.Matches(Input.Take(_check.Length)))
            AddFault(XzFaults.ContentChecksum);
        _state = State.BlockHeader;
    }

    private void ReadIndex()
    {
        var start = Input.Consumed;
        var checksum = new Crc32();
        Take(1);
        var records = ReadNumber();
        if (records != _blocks)
            AddFault(XzFaults.BadIndex, "The number of blocks differs.");
        for (var left = Math.Min(records, long.MaxValue / 2) * 2; left > 0 && Budget.CheckTime(); left--)
            ReadNumber();
        Take((int)(-(Input.Consumed - start) & 3));
        if (checksum.GetCurrentHashAsUInt32() != Input.ReadUInt32())
            AddFault(XzFaults.BadIndex, "The checksum differs.");
        ReadFooter(Input.Consumed - start);
        return;

        void Take(int count) => checksum.Append(Input.Take(count));

        long ReadNumber()
        {
            ulong value = 0;
            for (var shift = 0; shift < 63; shift += 7)
            {
                var digit = Input.Take(1);
                checksum.Append(digit);
                value |= (ulong)(digit[0] & 0x7F) << shift;
                if (digit[0] < 0x80)
                    return (long)value;
            }

            throw new CodecException("xz: a number is too long.");
        }
    }

    private void ReadFooter(long indexLength)
    {
        var footer = Input.Take(HeaderLength);
        if (Crc32.HashToUInt32(footer[4..10]) != BinaryPrimitives.ReadUInt32LittleEndian(footer)
            || (BinaryPrimitives.ReadUInt32LittleEndian(footer[4..]) + 1L) * 4 != indexLength
            || footer[9] != _checkKind || footer[10] != 'Y' || footer[11] != 'Z')
            AddFault(XzFaults.BadFooter);
        // Padding is zeros in fours; what follows it is another stream, or none of ours.
        while (Input.Peek(4) is [0, 0, 0, 0] && Budget.CheckTime())
            Input.Take(4);
        if (Input.Peek(6).SequenceEqual(Magic))
            _state = State.StreamHeader;
        else
            Finished = true;
    }

    private static long ReadNumber(ref ReadOnlySpan<byte> header)
    {
        ulong value = 0;
        for (var index = 0; index < Math.Min(9, header.Length); index++)
        {
            value |= (ulong)(header[index] & 0x7F) << index * 7;
            if (header[index] >= 0x80)
                continue;
            header = header[(index + 1)..];
            return (long)value;
        }

        throw new CodecException("xz: a number is too long.");
    }
}
