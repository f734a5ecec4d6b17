using Perisai.Engine.Containers.Codecs;
using Perisai.Engine.Containers.Codecs.Lzx;

namespace Perisai.Engine.Containers.Wim;

/// <summary>The content of a compressed resource: a table of where chunks begin, but for the first one, and the chunks, each by itself.</summary>
internal sealed class WimChunkStream : DecoderStream
{
    private readonly BoundedReader _table;
    private readonly BoundedReader _data;
    private readonly WimResource _resource;
    private readonly bool _isLzx;
    private readonly int _chunkLength;
    private readonly long _chunks;
    private readonly int _width;
    private readonly byte[] _output;
    private XpressDecoder? _xpress;
    private long _next;
    private long _start;

    /// <param name="chunkLength">What a chunk holds, but for the last one: 32 KiB for LZX, up to 64 KiB for XPRESS.</param>
    public WimChunkStream(ByteSource source, in WimResource resource, int chunkLength, bool isLzx, ScanBudget budget)
        : base(new CodecInput(budget))
    {
        (_resource, _chunkLength, _isLzx) = (resource, chunkLength, isLzx);
        _chunks = (resource.Length + chunkLength - 1) / chunkLength;
        _width = resource.Length > uint.MaxValue ? 8 : 4;
        _table = new(source, budget, resource.Offset);
        _data = new(source, budget);
        _output = new byte[chunkLength];
    }

    protected override void Produce()
    {
        if (_next >= _chunks)
        {
            Finished = true;
            return;
        }

        var tableLength = (_chunks - 1) * _width;
        var end = _resource.Stored - tableLength;
        if (_next + 1 < _chunks)
            end = _width == 4 ? (_table.TryReadUInt32(out var word) ? word : throw CodecException.Truncated())
                : _table.TryReadUInt64(out var pair) ? (long)Math.Min(pair, long.MaxValue) : throw CodecException.Truncated();
        var length = (int)Math.Min(_chunkLength, _resource.Length - _next * _chunkLength);
        if (end < _start || end - _start > length || end > _resource.Stored - tableLength)
            throw new CodecException("wim: a chunk does not lie within its resource.");
        _data.Position = _resource.Offset + tableLength + _start;
        if (!_data.TryPeekSpan((int)(end - _start), out var stored))
            throw CodecException.Truncated();
        Output = _output;
        OutputStart = OutputEnd = 0;
        Decode(stored, _output.AsSpan(0, length));
        OutputEnd = length;
        _start = end;
        _next++;
    }

    /// <summary>A chunk that would not have become shorter is stored.</summary>
    private void Decode(ReadOnlySpan<byte> stored, Span<byte> output)
    {
        if (stored.Length == output.Length)
        {
            stored.CopyTo(output);
            return;
        }

        if (!_isLzx)
        {
            (_xpress ??= new()).Decode(stored, output);
            return;
        }

        new LzxDecoder(15, isWim: true).DecodeFrame(stored, output, out var failure);
        if (failure is not null)
            throw new CodecException(failure);
    }
}
