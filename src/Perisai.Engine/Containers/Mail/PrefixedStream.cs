namespace Perisai.Engine.Containers.Mail;

/// <summary>A stream with other bytes before it.</summary>
internal sealed class PrefixedStream(ReadOnlyMemory<byte> prefix, Stream stream) : ForwardStream
{
    private int _position;

    public override int Read(Span<byte> buffer)
    {
        if (_position >= prefix.Length)
            return stream.Read(buffer);
        var count = Math.Min(buffer.Length, prefix.Length - _position);
        prefix.Span.Slice(_position, count).CopyTo(buffer);
        _position += count;
        return count;
    }
}
