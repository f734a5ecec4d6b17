namespace Perisai.Engine.Containers.AutoIt;

/// <summary>A range of a source without its keystream, from its beginning to its end, and the sum (Adler-32) of what passed.</summary>
internal sealed class KeystreamStream(ByteSource source, long offset, long length, IKeystream keys) : Stream
{
    private const uint Modulus = 65521;

    private long _position;
    private uint _low = 1;
    private uint _high;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => _position;
        set => throw new NotSupportedException();
    }

    public uint Checksum => _high << 16 | _low;

    public override int Read(Span<byte> buffer)
    {
        var wanted = (int)Math.Min(buffer.Length, length - _position);
        if (wanted <= 0)
            return 0;
        var count = source.Read(offset + _position, buffer[..wanted]);
        for (var index = 0; index < count; index++)
        {
            buffer[index] ^= keys.Next();
            _low = (_low + buffer[index]) % Modulus;
            _high = (_high + _low) % Modulus;
        }

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
