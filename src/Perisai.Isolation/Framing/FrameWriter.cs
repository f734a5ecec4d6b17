namespace Perisai.Isolation.Framing;

/// <summary>
/// Writes frames to a stream, numbered from zero. Allocates nothing. Not for more than one thread.
/// </summary>
public sealed class FrameWriter
{
    private readonly Stream _stream;
    private readonly int _maximumPayload;
    private uint _sequence;

    /// <summary>Writes to a stream that stays the caller's.</summary>
    public FrameWriter(Stream stream, int maximumPayload = FrameLimits.DefaultPayload)
    {
        ArgumentNullException.ThrowIfNull(stream);
        _stream = stream;
        _maximumPayload = FrameLimits.Check(maximumPayload);
    }

    /// <summary>Writes one frame. A payload above the limit is the caller's mistake, and nothing of it is written.</summary>
    public void Write(FrameKind kind, ReadOnlySpan<byte> payload)
    {
        if (kind is < FrameKind.Hello or > FrameKind.Shutdown)
            throw new ArgumentOutOfRangeException(nameof(kind));

        ArgumentOutOfRangeException.ThrowIfGreaterThan(payload.Length, _maximumPayload, nameof(payload));
        Span<byte> header = stackalloc byte[FrameHeader.Size];
        new FrameHeader(kind, _sequence, payload.Length).Write(header);
        _stream.Write(header);
        _stream.Write(payload);

        // Wraps after four thousand million frames, as the reader's does.
        unchecked
        {
            _sequence++;
        }
    }
}
