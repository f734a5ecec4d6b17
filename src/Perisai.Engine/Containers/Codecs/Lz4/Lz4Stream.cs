using System.Buffers;
using System.Buffers.Binary;
using System.IO.Hashing;

namespace Perisai.Engine.Containers.Codecs.Lz4;

/// <summary>
/// Decodes LZ4 frames, legacy frames and skippable frames behind one another (LZ4 Frame Format Description 1.6). Frames that need
/// a dictionary are decoded as far as they go without it.
/// </summary>
internal sealed class Lz4Stream(CodecInput input) : DecoderStream(input)
{
    private enum State
    {
        Frame,
        Block,
        LegacyBlock,
    }

    private const uint FrameMagic = 0x184D2204;
    private const uint LegacyMagic = 0x184C2102;
    private const uint SkippableMagic = 0x184D2A50;
    private const int History = 64 << 10;
    private const int LegacyBlockLength = 8 << 20;

    private readonly XxHash32 _contentHash = new();
    private byte[] _block = [];
    private State _state;
    private bool _linked;
    private bool _blockChecksums;
    private bool _contentChecksum;
    private bool _any;
    private long _contentLength;
    private long _frameProduced;
    private int _maxBlock;

    public static bool IsMagic(uint magic) => magic is FrameMagic or LegacyMagic || (magic & 0xFFFFFFF0) == SkippableMagic;

    protected override void Produce()
    {
        switch (_state)
        {
            case State.Frame:
                ReadFrameHeader();
                break;
            case State.Block:
                ReadBlock();
                break;
            default:
                ReadLegacyBlock();
                break;
        }
    }

    protected override void Dispose(bool disposing)
    {
        if (Output.Length > 0)
            ArrayPool<byte>.Shared.Return(Output);
        Output = [];
        OutputStart = OutputEnd = 0;
        if (_block.Length > 0)
            ArrayPool<byte>.Shared.Return(_block);
        _block = [];
        base.Dispose(disposing);
    }

    private void ReadFrameHeader()
    {
        var peeked = Input.Peek(4);
        var magic = peeked.Length == 4 ? BinaryPrimitives.ReadUInt32LittleEndian(peeked) : 0;
        if (!IsMagic(magic))
        {
            Finished = _any ? true : throw new CodecException("lz4: the magic number is missing.");
            return;
        }

        _any = true;
        Input.Take(4);
        if (magic == LegacyMagic)
        {
            StartBlocks(LegacyBlockLength, linked: false);
            _state = State.LegacyBlock;
        }
        else if (magic == FrameMagic)
        {
            ReadDescriptor();
        }
        else if (!Input.Skip(Input.ReadUInt32()))
        {
            throw CodecException.Truncated();
        }
    }

    private void ReadDescriptor()
    {
        Span<byte> descriptor = stackalloc byte[15];
        Input.Take(2).CopyTo(descriptor);
        var flags = descriptor[0];
        var size = descriptor[1] >> 4 & 7;
        if (flags >> 6 != 1 || size < 4)
            throw new CodecException("lz4: unknown version or block size.", NotScannedReason.Unsupported);
        var length = 2 + ((flags & 8) != 0 ? 8 : 0) + ((flags & 1) != 0 ? 4 : 0);
        Input.Take(length - 2).CopyTo(descriptor[2..]);
        if ((byte)(XxHash32.HashToUInt32(descriptor[..length]) >> 8) != Input.ReadByte())
            AddFault(Lz4Faults.HeaderChecksum);
        _blockChecksums = (flags & 0x10) != 0;
        _contentChecksum = (flags & 4) != 0;
        _contentLength = (flags & 8) != 0 ? BinaryPrimitives.ReadInt64LittleEndian(descriptor[2..]) : -1;
        _contentHash.Reset();
        _frameProduced = 0;
        StartBlocks(1 << (8 + size * 2), linked: (flags & 0x20) == 0);
        _state = State.Block;
    }

    private void StartBlocks(int maxBlock, bool linked)
    {
        _maxBlock = maxBlock;
        _linked = linked;
        OutputStart = OutputEnd = 0;
    }

    private void ReadBlock()
    {
        var header = Input.ReadUInt32();
        if (header == 0)
        {
            if (_contentChecksum && Input.ReadUInt32() != _contentHash.GetCurrentHashAsUInt32())
                AddFault(Lz4Faults.ContentChecksum);
            if (_contentLength >= 0 && _contentLength != _frameProduced)
                AddFault(Lz4Faults.WrongLength);
            _state = State.Frame;
            return;
        }

        var length = (int)(header & 0x7FFFFFFF);
        if (length > _maxBlock)
            throw new CodecException("lz4: a block is too long.");
        var block = Take(length);
        if (_blockChecksums && Input.ReadUInt32() != XxHash32.HashToUInt32(block))
            AddFault(Lz4Faults.BlockChecksum);
        var valid = true;
        MakeRoom(header >= 0x80000000 ? length : _maxBlock, block.Length);
        if (header >= 0x80000000)
        {
            block.CopyTo(Output.AsSpan(OutputStart));
            OutputEnd = OutputStart + block.Length;
        }
        else
        {
            Decode(block, out valid);
        }

        _frameProduced += OutputEnd - OutputStart;
        if (_contentChecksum)
            _contentHash.Append(Output.AsSpan(OutputStart, OutputEnd - OutputStart));
        if (block.Length < length)
            throw CodecException.Truncated();
        if (!valid)
            throw new CodecException("lz4: a malformed block.");
    }

    private void ReadLegacyBlock()
    {
        var peeked = Input.Peek(4);
        var length = peeked.Length == 4 ? BinaryPrimitives.ReadUInt32LittleEndian(peeked) : 0;
        // The end of a legacy frame is the end of the file, or another frame's beginning.
        if (peeked.IsEmpty || IsMagic(length))
        {
            _state = State.Frame;
            return;
        }

        if (length == 0 || length > LegacyBlockLength + LegacyBlockLength / 255 + 16)
            throw new CodecException("lz4: a block is too long.");
        Input.Take(4);
        var block = Take((int)length);
        MakeRoom(LegacyBlockLength, block.Length);
        Decode(block, out var valid);
        if (block.Length < length)
            throw CodecException.Truncated();
        if (!valid)
            throw new CodecException("lz4: a malformed block.");
    }

    private void Decode(ReadOnlySpan<byte> block, out bool valid)
    {
        var room = Output.AsSpan(0, Math.Min(Output.Length, OutputStart + _maxBlock));
        OutputEnd = Lz4Block.Decode(block, room, OutputStart, out valid);
    }

    /// <summary>The next bytes; fewer than asked where the input ends.</summary>
    private ReadOnlySpan<byte> Take(int length)
    {
        // No more is allocated than there is.
        var wanted = (int)Math.Min(length, Input.Remaining);
        if (_block.Length < wanted)
        {
            if (_block.Length > 0)
                ArrayPool<byte>.Shared.Return(_block);
            _block = ArrayPool<byte>.Shared.Rent(wanted);
        }

        return _block.AsSpan(0, Input.Read(_block.AsSpan(0, wanted)));
    }

    /// <summary>Makes room for a block behind 64 KiB of history, where blocks are linked.</summary>
    private void MakeRoom(int length, int stored)
    {
        // A byte stands for at most 255 bytes of output.
        length = (int)Math.Min(length, stored * 255L + 64);
        var history = _linked ? Math.Min(OutputEnd, History) : 0;
        if (Output.Length < History + length)
        {
            var larger = ArrayPool<byte>.Shared.Rent(History + length);
            Output.AsSpan(OutputEnd - history, history).CopyTo(larger);
            if (Output.Length > 0)
                ArrayPool<byte>.Shared.Return(Output);
            Output = larger;
        }
        else
        {
            Output.AsSpan(OutputEnd - history, history).CopyTo(Output);
        }

        OutputStart = OutputEnd = history;
    }
}
