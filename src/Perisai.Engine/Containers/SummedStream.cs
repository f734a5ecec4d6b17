using System.IO.Hashing;

namespace Perisai.Engine.Containers;

/// <summary>A member's content on its way to the sink: counted and summed as it passes.</summary>
internal sealed class SummedStream(Stream content, NonCryptographicHashAlgorithm sum) : Stream
{
    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => Count;
        set => throw new NotSupportedException();
    }

    /// <summary>Bytes that passed.</summary>
    public long Count { get; private set; }

    /// <summary>Whether the content came to its own end.</summary>
    public bool AtEnd { get; private set; }

    public override int Read(Span<byte> buffer)
    {
        var count = content.Read(buffer);
        sum.Append(buffer[..count]);
        Count += count;
        AtEnd |= count == 0 && !buffer.IsEmpty;
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
