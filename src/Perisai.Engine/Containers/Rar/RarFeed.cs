namespace Perisai.Engine.Containers.Rar;

/// <summary>Streams behind one another as one; more may be added while it is read. A read never reaches into the next part.</summary>
internal sealed class RarFeed : Stream
{
    private readonly Queue<(Stream Part, long Length)> _parts = new();
    private long _position;
    private long _left;
    private Stream? _part;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => _position;
        set => throw new NotSupportedException();
    }

    public void Add(byte[] part) => Add(new MemoryStream(part, false), part.Length);

    /// <summary>The stream is not disposed. Where it is shorter than the length, zeros follow.</summary>
    public void Add(Stream part, long length) => _parts.Enqueue((part, length));

    public override int Read(Span<byte> buffer)
    {
        if (buffer.IsEmpty)
            return 0;
        while (_left == 0)
        {
            if (!_parts.TryDequeue(out var next))
                return 0;
            (_part, _left) = next;
        }

        buffer = buffer[..(int)Math.Min(buffer.Length, _left)];
        var count = _part!.Read(buffer);
        if (count == 0)
        {
            // The next header has to be where it is expected.
            buffer.Clear();
            count = buffer.Length;
        }

        _left -= count;
        _position += count;
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
