using System.Buffers;
using System.Buffers.Binary;

namespace Perisai.Engine.Containers.Codecs;

/// <summary>
/// The compressed side of a decoder: a window over a source or a stream that knows exactly how many bytes were consumed, so that
/// what follows a compressed stream can be found. Behind <see cref="End"/> there are always <see cref="Slack"/> readable bytes, so
/// that inner loops need not check each byte; once the input is <see cref="Complete"/> they are zero.
/// </summary>
internal sealed class CodecInput : IDisposable
{
    /// <summary>Bytes that may be read (not consumed) behind <see cref="End"/>.</summary>
    public const int Slack = 64;

    private const int LargeBuffer = 64 << 10;

    /// <summary>Bytes that a decoder may have taken into a register and give back.</summary>
    private const int ReadAhead = 8;

    private ByteSource? _source;
    private Stream? _stream;
    private long _next;
    private long _last;
    private long _bufferOffset;

    public CodecInput(ScanBudget budget) => Budget = budget;

    public CodecInput(Stream stream, ScanBudget budget)
    {
        Budget = budget;
        Reset(stream);
    }

    public CodecInput(ByteSource source, long offset, long length, ScanBudget budget)
    {
        Budget = budget;
        Reset(source, offset, length);
    }

    public ScanBudget Budget { get; }

    /// <summary>The window; valid from <see cref="Position"/> to <see cref="End"/>, readable for <see cref="Slack"/> bytes more.</summary>
    public byte[] Buffer { get; private set; } = [];

    /// <summary>
    /// Where the next byte is in <see cref="Buffer"/>. A decoder may move it past <see cref="End"/> while it reads the slack; then
    /// the data was truncated.
    /// </summary>
    public int Position { get; set; }

    public int End { get; private set; }

    /// <summary>True when nothing follows behind <see cref="End"/>.</summary>
    public bool Complete { get; private set; }

    public int Available => End - Position;

    /// <summary>Bytes consumed since the beginning of the input.</summary>
    public long Consumed => _bufferOffset + Position;

    /// <summary>The bytes left, where the input's length is known; <see cref="long.MaxValue"/> otherwise.</summary>
    public long Remaining => _source is not null ? _last - _next + Available : Complete ? Available : long.MaxValue;

    /// <summary>Starts over on another range of a source. The buffer is kept.</summary>
    public void Reset(ByteSource source, long offset, long length)
    {
        _source = source;
        _stream = null;
        _next = Math.Clamp(offset, 0, source.Length);
        _last = _next + Math.Clamp(length, 0, source.Length - _next);
        Restart();
    }

    /// <summary>Starts over on a stream, which is not disposed.</summary>
    public void Reset(Stream stream)
    {
        _source = null;
        _stream = stream;
        Restart();
    }

    /// <summary>
    /// Moves what is unread, and the few bytes before it that a decoder may have read ahead and give back, to the front and reads more behind it. False where nothing more came: <see cref="Complete"/> is set then.
    /// The input also ends when the budget's time does.
    /// </summary>
    public bool Fill()
    {
        if (Complete)
            return false;
        var unread = Math.Max(0, Available);
        var kept = Math.Min(End, unread + ReadAhead);
        var start = End - kept;
        Grow(kept);
        Array.Copy(Buffer, start, Buffer, 0, kept);
        _bufferOffset += start;
        Position -= start;
        End = kept;
        var room = Buffer.AsSpan(End, Buffer.Length - Slack - End);
        var count = room.IsEmpty ? 0 : ReadMore(room);
        End += count;
        if (!Budget.ChargeRead(count) || count == 0 || _source is not null && _next >= _last)
        {
            Complete = true;
            Buffer.AsSpan(End, Slack).Clear();
        }

        return count > 0;
    }

    /// <summary>Whether this many bytes (at most some thousand) stand in the window; reads more where needed.</summary>
    public bool Ensure(int count)
    {
        while (Available < count && Fill())
        {
        }

        return Available >= count;
    }

    /// <summary>The next byte.</summary>
    /// <exception cref="CodecException">There is none.</exception>
    public byte ReadByte()
    {
        if (Position >= End && !Ensure(1))
            throw CodecException.Truncated();
        return Buffer[Position++];
    }

    public ushort ReadUInt16() => BinaryPrimitives.ReadUInt16LittleEndian(Take(2));

    public uint ReadUInt32() => BinaryPrimitives.ReadUInt32LittleEndian(Take(4));

    public ulong ReadUInt64() => BinaryPrimitives.ReadUInt64LittleEndian(Take(8));

    /// <summary>The next bytes (at most some thousand), valid until the next call.</summary>
    /// <exception cref="CodecException">There are fewer.</exception>
    public ReadOnlySpan<byte> Take(int count)
    {
        if (!Ensure(count))
            throw CodecException.Truncated();
        Position += count;
        return Buffer.AsSpan(Position - count, count);
    }

    /// <summary>The next bytes without consuming them; fewer than asked at the end.</summary>
    public ReadOnlySpan<byte> Peek(int count)
    {
        Ensure(count);
        return Buffer.AsSpan(Position, Math.Clamp(Available, 0, count));
    }

    /// <summary>Copies as much as there is, at most the destination's length.</summary>
    public int Read(Span<byte> destination)
    {
        var total = 0;
        while (!destination.IsEmpty)
        {
            if (Available <= 0 && !Fill())
                break;
            var count = Math.Min(Available, destination.Length);
            Buffer.AsSpan(Position, count).CopyTo(destination);
            Position += count;
            destination = destination[count..];
            total += count;
        }

        return total;
    }

    /// <summary>Passes over bytes; false where the input ends first.</summary>
    public bool Skip(long count)
    {
        while (count > 0)
        {
            if (Available <= 0)
            {
                // A source is skipped without being read.
                if (_source is not null && count > LargeBuffer)
                {
                    var jump = Math.Min(count - 1, _last - _next);
                    _bufferOffset += End + jump;
                    Position = End = 0;
                    _next += jump;
                    count -= jump;
                }

                if (!Fill())
                    return false;
            }

            var step = (int)Math.Min(count, Available);
            Position += step;
            count -= step;
        }

        return true;
    }

    public void Dispose()
    {
        if (Buffer.Length > 0)
            ArrayPool<byte>.Shared.Return(Buffer);
        Buffer = [];
        Position = End = 0;
        Complete = true;
    }

    private int ReadMore(Span<byte> room)
    {
        if (_source is null)
            return _stream!.Read(room);
        var wanted = (int)Math.Min(room.Length, _last - _next);
        var count = wanted > 0 ? _source.Read(_next, room[..wanted]) : 0;
        _next += count;
        return count;
    }

    private void Grow(int kept)
    {
        // Small inputs (most members of a jar) take small buffers.
        var known = _source is null ? LargeBuffer : (int)Math.Min(LargeBuffer, kept + _last - _next);
        var wanted = Math.Max(known, 1024) + Slack;
        if (Buffer.Length >= wanted)
            return;
        var larger = ArrayPool<byte>.Shared.Rent(wanted);
        Array.Copy(Buffer, End - kept, larger, End - kept, kept);
        if (Buffer.Length > 0)
            ArrayPool<byte>.Shared.Return(Buffer);
        Buffer = larger;
    }

    private void Restart()
    {
        Position = End = 0;
        _bufferOffset = 0;
        Complete = false;
    }
}
