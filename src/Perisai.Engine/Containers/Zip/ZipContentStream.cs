using System.IO.Hashing;
using Perisai.Engine.Containers.Codecs;

namespace Perisai.Engine.Containers.Zip;

/// <summary>An entry's content on its way to the sink: counted and summed as it passes. It is used again for each entry.</summary>
internal sealed class ZipContentStream : Stream
{
    private readonly Crc32 _checksum = new();
    private DecoderStream? _decoder;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => Produced;
        set => throw new NotSupportedException();
    }

    public long Produced { get; private set; }

    public uint Checksum => _checksum.GetCurrentHashAsUInt32();

    public void Reset(DecoderStream decoder)
    {
        _decoder = decoder;
        _checksum.Reset();
        Produced = 0;
    }

    public override int Read(Span<byte> buffer)
    {
        var count = _decoder!.Read(buffer);
        _checksum.Append(buffer[..count]);
        Produced += count;
        return count;
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
}
