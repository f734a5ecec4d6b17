namespace Perisai.Isolation.Framing;

/// <summary>
/// Reads frames from a stream that may hold anything. A length is checked against the limit before it is believed, and memory grows only with
/// bytes that came: a header that promises a megabyte and brings nothing costs <see cref="FirstStep"/> bytes. Not for more than one thread.
/// </summary>
public sealed class FrameReader
{
    /// <summary>Bytes of the buffer before more than these came.</summary>
    private const int FirstStep = 4096;

    private readonly Stream _stream;
    private readonly int _maximumPayload;
    private byte[] _buffer = [];
    private int _length;
    private uint _sequence;
    private FrameException? _broken;

    /// <summary>Reads from a stream that stays the caller's.</summary>
    public FrameReader(Stream stream, int maximumPayload = FrameLimits.DefaultPayload)
    {
        ArgumentNullException.ThrowIfNull(stream);
        _stream = stream;
        _maximumPayload = FrameLimits.Check(maximumPayload);
    }

    /// <summary>The kind of the frame that was read last.</summary>
    public FrameKind Kind { get; private set; }

    /// <summary>The payload of the frame that was read last; valid until the next is read.</summary>
    public ReadOnlySpan<byte> Payload => _buffer.AsSpan(0, _length);

    /// <summary>Bytes that the reader holds, at most the limit.</summary>
    public int BufferSize => _buffer.Length;

    /// <summary>Reads the next frame; false where the stream ends between two frames.</summary>
    /// <exception cref="FrameException">The stream is not what the protocol allows.</exception>
    public bool Read()
    {
        if (_broken is { } broken)
            throw new FrameException(broken.Fault, broken.Message, broken);

        Kind = FrameKind.None;
        _length = 0;
        try
        {
            return ReadFrame();
        }
        catch (FrameException exception)
        {
            // Bytes of a frame that did not end are no payload.
            _length = 0;
            _broken = exception;
            throw;
        }
    }

    private bool ReadFrame()
    {
        Span<byte> bytes = stackalloc byte[FrameHeader.Size];
        var got = Fill(bytes);
        if (got == 0)
            return false;

        if (got < bytes.Length)
            throw new FrameException(FrameFault.Truncated, $"The stream ends {got} bytes into a header.");

        var header = FrameHeader.Read(bytes, _sequence, _maximumPayload);
        while (_length < header.Length)
        {
            if (_length == _buffer.Length)
                Grow(header.Length);

            var room = _buffer.AsSpan(_length, Math.Min(_buffer.Length, header.Length) - _length);
            var part = Fill(room);
            _length += part;
            if (part < room.Length)
                throw new FrameException(FrameFault.Truncated, $"The stream ends {_length} bytes into a payload of {header.Length}.");
        }

        Kind = header.Kind;
        unchecked
        {
            _sequence++;
        }

        return true;
    }

    private void Grow(int needed) => Array.Resize(ref _buffer, Math.Min(_maximumPayload, Math.Min(needed, Math.Max(FirstStep, _buffer.Length * 2))));

    private int Fill(Span<byte> destination)
    {
        try
        {
            return _stream.ReadAtLeast(destination, destination.Length, throwOnEndOfStream: false);
        }
        catch (IOException exception)
        {
            throw new FrameException(FrameFault.Unreadable, "The stream of frames cannot be read.", exception);
        }
    }
}
