using System.Buffers;
using Perisai.Engine.Containers.Codecs;
using Perisai.Engine.Containers.Codecs.Inflate;
using Perisai.Engine.Containers.Codecs.Lz4;

namespace Perisai.Engine.Containers.SquashFs;

/// <summary>Decodes blocks of an image, of data and of metadata alike: each is compressed by itself.</summary>
internal sealed class SquashFsBlocks : IDisposable
{
    private const int ZlibHeaderLength = 2;

    private readonly ByteSource _source;
    private readonly SquashFsCompressor _compressor;
    private readonly ScanBudget _budget;
    private readonly CodecInput _input;
    private readonly InflateStream _inflate;

    public SquashFsBlocks(ByteSource source, SquashFsCompressor compressor, ScanBudget budget)
    {
        (_source, _compressor, _budget) = (source, compressor, budget);
        _input = new(budget);
        _inflate = new(_input);
    }

    /// <summary>Decodes a block into a buffer of the most that it may hold; returns how many bytes came.</summary>
    /// <exception cref="CodecException">It cannot be decoded.</exception>
    public int Read(long offset, int stored, bool isCompressed, Span<byte> block)
    {
        if (!isCompressed)
        {
            var count = offset < 0 ? 0 : _source.Read(offset, block[..Math.Min(stored, block.Length)]);
            _budget.ChargeRead(count);
            return count == stored ? count : throw CodecException.Truncated();
        }

        if (offset < 0 || offset > _source.Length - stored)
            throw CodecException.Truncated();
        _input.Reset(_source, offset, stored);
        switch (_compressor)
        {
            case SquashFsCompressor.Zlib:
                _input.Take(ZlibHeaderLength);
                _inflate.Reset();
                return Fill(_inflate, block);
            case SquashFsCompressor.Lz4:
                return ReadLz4(offset, stored, block);
            case SquashFsCompressor.Lzo:
                throw new CodecException("squashfs: LZO.", NotScannedReason.Unsupported);
            default:
                using (var decoder = Open())
                    return Fill(decoder, block);
        }
    }

    public void Dispose()
    {
        _inflate.Dispose();
        _input.Dispose();
    }

    private DecoderStream Open() => _compressor switch
    {
        SquashFsCompressor.Lzma => CodecStreams.Lzma(_input),
        SquashFsCompressor.Xz => CodecStreams.Xz(_input),
        _ => CodecStreams.Zstd(_input),
    };

    private static int Fill(DecoderStream decoder, Span<byte> block)
    {
        var done = 0;
        int count;
        while (done < block.Length && (count = decoder.Read(block[done..])) > 0)
            done += count;
        return done;
    }

    private int ReadLz4(long offset, int stored, Span<byte> block)
    {
        var packed = ArrayPool<byte>.Shared.Rent(stored);
        try
        {
            var count = _source.Read(offset, packed.AsSpan(0, stored));
            _budget.ChargeRead(count);
            var done = Lz4Block.Decode(packed.AsSpan(0, count), block, 0, out var isValid);
            return isValid ? done : throw new CodecException("squashfs: a block of LZ4 cannot be decoded.");
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(packed);
        }
    }
}
