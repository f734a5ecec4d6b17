using System.Buffers.Binary;
using Perisai.Engine.Containers.Codecs;
using Perisai.Engine.Containers.Codecs.Inflate;
using Perisai.Engine.Containers.Codecs.Lzfse;

namespace Perisai.Engine.Containers.HfsPlus;

/// <summary>
/// Decodes a compressed file: blocks of 64 KiB, each compressed by itself. Their places stand in the resource fork, for zlib behind its header; a
/// first byte that no compressed block has says that a block is plain.
/// </summary>
internal sealed class HfsCompressedStream : DecoderStream
{
    private const int BlockLength = 64 << 10;
    private const int ZlibHeaderLength = 2;

    /// <summary>What a block may be longer compressed than plain.</summary>
    private const int MaxStored = BlockLength * 2;

    private readonly HfsCompressed _file;
    private readonly ByteSource _resource;
    private readonly CodecInput _blockInput;
    private readonly InflateStream _inflate;
    private readonly LzfseDecoder _lzfse = new();
    private long _left;
    private uint _block;

    public HfsCompressedStream(HfsCompressed file, ByteSource resource, ScanBudget budget)
        : base(new CodecInput(budget))
    {
        (_file, _resource, _left) = (file, resource, file.Length);
        _blockInput = new(budget);
        _inflate = new(_blockInput);
    }

    private bool IsZlib => _file.Kind is HfsCompressed.ZlibInline or HfsCompressed.ZlibInResource;

    protected override void Produce()
    {
        if (_left == 0)
        {
            Finished = true;
            return;
        }

        if (Output.Length == 0)
            Output = new byte[(int)Math.Min(BlockLength, _left)];
        var wanted = (int)Math.Min(Output.Length, _left);
        OutputStart = OutputEnd = 0;
        // What an attribute can hold is one block.
        var stored = _file.IsInResource ? ReadBlock(_block++) : _block++ == 0 ? _file.Content : throw CodecException.Truncated();
        OutputEnd = Decode(stored, Output.AsSpan(0, wanted));
        if (OutputEnd < wanted)
            throw new CodecException("hfsplus: a block is too short.");
        _left -= wanted;
    }

    protected override void Dispose(bool disposing)
    {
        _inflate.Dispose();
        _blockInput.Dispose();
        base.Dispose(disposing);
    }

    private int Decode(byte[] stored, Span<byte> output)
    {
        if (stored.Length == 0)
            return 0;
        switch (_file.Kind)
        {
            case HfsCompressed.Plain:
                return Copy(stored, output);
            case HfsCompressed.PlainInline or HfsCompressed.PlainInResource:
                return Copy(stored.AsSpan(1), output);
            case HfsCompressed.ZlibInline or HfsCompressed.ZlibInResource:
                if ((stored[0] & 15) == 15)
                    return Copy(stored.AsSpan(1), output);
                using (var source = new MemoryByteSource(stored))
                {
                    _blockInput.Reset(source, 0, stored.Length);
                    _blockInput.Take(ZlibHeaderLength);
                    _inflate.Reset();
                    int done = 0, count;
                    while (done < output.Length && (count = _inflate.Read(output[done..])) > 0)
                        done += count;
                    return done;
                }

            case HfsCompressed.LzvnInline or HfsCompressed.LzvnInResource:
                return stored[0] == 6 ? Copy(stored.AsSpan(1), output) : LzvnDecoder.Decode(stored, output, 0, out _);
            default:
                return stored[0] == 0xFF ? Copy(stored.AsSpan(1), output) : _lzfse.Decode(stored, output);
        }
    }

    private static int Copy(ReadOnlySpan<byte> stored, Span<byte> output)
    {
        var count = Math.Min(stored.Length, output.Length);
        stored[..count].CopyTo(output);
        return count;
    }

    private byte[] ReadBlock(uint number)
    {
        Span<byte> entry = stackalloc byte[8];
        long start, length;
        if (IsZlib)
        {
            // The resource's data: its length, the number of blocks, and for each the place behind the length, and the length.
            Read(0, entry[..4]);
            var data = BinaryPrimitives.ReadUInt32BigEndian(entry) + 4L;
            Read(data, entry[..4]);
            if (number >= BinaryPrimitives.ReadUInt32LittleEndian(entry))
                throw CodecException.Truncated();
            Read(data + 4 + number * 8L, entry);
            start = data + BinaryPrimitives.ReadUInt32LittleEndian(entry);
            length = BinaryPrimitives.ReadUInt32LittleEndian(entry[4..]);
        }
        else
        {
            // The places of all blocks and the end of the last one; the first one begins behind them.
            Read(number * 4L, entry);
            start = BinaryPrimitives.ReadUInt32LittleEndian(entry);
            length = BinaryPrimitives.ReadUInt32LittleEndian(entry[4..]) - start;
        }

        if (length is <= 0 or > MaxStored)
            throw new CodecException("hfsplus: a compressed block has no such length.");
        var stored = new byte[length];
        Read(start, stored);
        return stored;
    }

    private void Read(long offset, Span<byte> destination)
    {
        var count = _resource.Read(offset, destination);
        Budget.ChargeRead(count);
        if (count < destination.Length)
            throw CodecException.Truncated();
    }
}
