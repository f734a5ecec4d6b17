using Perisai.Engine.Containers.Codecs;
using Perisai.Engine.Containers.Codecs.Inflate;
using Perisai.Engine.Containers.Codecs.Lzx;
using Perisai.Engine.Containers.Codecs.Quantum;

namespace Perisai.Engine.Containers.Cab;

/// <summary>What a folder decompresses to. A block with a wrong checksum is decoded all the same.</summary>
internal sealed class CabFolderStream : DecoderStream
{
    private readonly CabBlocks _blocks;
    private readonly CabFolder _folder;
    private readonly byte[] _output = new byte[ushort.MaxValue + 1];
    private InflateStream? _inflate;
    private LzxDecoder? _lzx;
    private QuantumDecoder? _quantum;

    public CabFolderStream(ByteSource source, CabFolder folder, int reserve, ScanBudget budget)
        : base(new CodecInput(budget))
    {
        _folder = folder;
        _blocks = new(source, folder, reserve, budget);
    }

    protected override void Produce()
    {
        if (!_blocks.TryRead(out var data, out var length))
        {
            Finished = true;
            return;
        }

        if (_blocks.BadChecksum)
            AddFault(CabFaults.BlockChecksum, $"The block at offset {_blocks.Offset}.");
        if (length == 0)
        {
            if (data.Length > 0)
                throw new CodecException("The block goes on in the next cabinet.", NotScannedReason.MissingVolume);
            return;
        }

        Output = _output;
        OutputStart = OutputEnd = 0;
        Decode(data, length);
    }

    protected override void Dispose(bool disposing)
    {
        _inflate?.Dispose();
        _inflate?.Input.Dispose();
        _inflate = null;
        base.Dispose(disposing);
    }

    private void Decode(ReadOnlySpan<byte> data, int length)
    {
        switch (_folder.Method)
        {
            case CabMethod.None:
                data[..Math.Min(data.Length, length)].CopyTo(_output);
                OutputEnd = Math.Min(data.Length, length);
                if (data.Length != length)
                    AddFault(CabFaults.LengthMismatch, $"The block at offset {_blocks.Offset}.");
                break;
            case CabMethod.MsZip:
                Inflate(data, length);
                break;
            case CabMethod.Lzx:
                OutputEnd = (_lzx ??= new LzxDecoder(_folder.WindowBits)).DecodeFrame(data, _output.AsSpan(0, length), out var failure);
                ThrowAfterOutput(failure);
                break;
            case CabMethod.Quantum:
                OutputEnd = (_quantum ??= new QuantumDecoder(_folder.WindowBits)).DecodeFrame(data, _output.AsSpan(0, length), out failure);
                ThrowAfterOutput(failure);
                break;
            default:
                throw new CodecException($"cab: method {(int)_folder.Method}.", NotScannedReason.Unsupported);
        }
    }

    /// <summary>Each block is a deflate stream of its own behind two letters, but refers back to what the blocks before it held.</summary>
    private void Inflate(ReadOnlySpan<byte> data, int length)
    {
        if (!data.StartsWith("CK"u8))
            throw new CodecException("mszip: the mark of a block is missing.");
        using var block = new MemoryByteSource(data[2..].ToArray());
        if (_inflate is null)
        {
            _inflate = new InflateStream(new CodecInput(block, 0, block.Length, Budget));
        }
        else
        {
            _inflate.Input.Reset(block, 0, block.Length);
            _inflate.ResetKeepingHistory();
        }

        try
        {
            int count;
            while (OutputEnd < length && (count = _inflate.Read(_output.AsSpan(OutputEnd, length - OutputEnd))) > 0)
                OutputEnd += count;
            // The decoder has to come to its end, so that the next block can be started.
            if (OutputEnd == length && _inflate.Read(_output.AsSpan(length, 1)) > 0)
                throw new CodecException("mszip: a block is longer than it claims.");
        }
        catch (CodecException exception) when (OutputEnd == length && _inflate.Failure is not null)
        {
            // All that was claimed is there; only the end of the block is not as it should be.
            AddFault(CabFaults.LengthMismatch, exception.Message);
        }

        if (OutputEnd < length && Budget.CheckTime())
            throw new CodecException("mszip: a block is shorter than it claims.");
    }

    private static void ThrowAfterOutput(string? failure)
    {
        if (failure is not null)
            throw new CodecException(failure);
    }
}
