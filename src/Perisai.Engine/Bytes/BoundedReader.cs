using System.Buffers.Binary;

namespace Perisai.Engine;

/// <summary>
/// The one way in which hostile bytes are parsed: a cursor over a <see cref="ByteSource"/> that never leaves it, never throws
/// for content and spends from the budget. Every read says by its result whether the bytes were there; a failed read leaves the
/// position where it was. Offsets are absolute in the source. Not thread-safe.
/// </summary>
internal sealed class BoundedReader
{
    /// <summary>The longest span that <see cref="TryGetSpan"/> and <see cref="TryPeekSpan"/> give: 64 KiB.</summary>
    public const int WindowLength = 64 << 10;

    private readonly ByteSource _source;
    private readonly ScanBudget _budget;
    private readonly ReadOnlyMemory<byte> _memory;
    private readonly bool _inMemory;
    private byte[] _window = [];
    private long _windowStart;
    private int _windowCount;
    private long _position;

    public BoundedReader(ByteSource source, ScanBudget budget, long position = 0)
    {
        _source = source;
        _budget = budget;
        _inMemory = source.TryGetMemory(out _memory);
        Position = position;
    }

    public ByteSource Source => _source;

    public ScanBudget Budget => _budget;

    public long Length => _source.Length;

    /// <summary>May be set anywhere; it is clipped to the source.</summary>
    public long Position
    {
        get => _position;
        set => _position = Math.Clamp(value, 0, _source.Length);
    }

    public long Remaining => _source.Length - _position;

    public bool AtEnd => Remaining <= 0;

    /// <summary>
    /// A view of the next <paramref name="count"/> bytes (at most <see cref="WindowLength"/>), valid until the next call.
    /// </summary>
    public bool TryPeekSpan(int count, out ReadOnlySpan<byte> span)
    {
        if ((uint)count > WindowLength || count > Remaining)
        {
            span = default;
            return false;
        }

        if (_inMemory)
        {
            span = _memory.Span.Slice((int)_position, count);
            return true;
        }

        if (_position < _windowStart || _position + count > _windowStart + _windowCount)
            Fill(count);
        var at = (int)(_position - _windowStart);
        if (at + count > _windowCount)
        {
            // The file shrank while it was read.
            span = default;
            return false;
        }

        span = _window.AsSpan(at, count);
        return true;
    }

    /// <summary>As <see cref="TryPeekSpan"/>, and moves on.</summary>
    public bool TryGetSpan(int count, out ReadOnlySpan<byte> span)
    {
        if (!TryPeekSpan(count, out span))
            return false;
        _position += count;
        return true;
    }

    /// <summary>
    /// A view of the next bytes, at least <paramref name="atLeast"/> (at most <see cref="WindowLength"/>) where there are so many, and
    /// whatever more can be had for nothing. For searches that go on from place to place. Valid until the next call.
    /// </summary>
    public ReadOnlySpan<byte> Peek(int atLeast)
    {
        if (_inMemory)
            return _memory.Span.Slice((int)_position, (int)Math.Min(WindowLength, Remaining));
        atLeast = (int)Math.Min(atLeast, Remaining);
        if (_position < _windowStart || _position + atLeast > _windowStart + _windowCount)
            Fill(atLeast);
        return _window.AsSpan(0, _windowCount)[(int)Math.Min(_position - _windowStart, _windowCount)..];
    }

    /// <summary>Fills the whole destination or nothing.</summary>
    public bool TryRead(Span<byte> destination)
    {
        if (destination.Length > Remaining)
            return false;
        var start = _position;
        if (Read(destination) == destination.Length)
            return true;
        _position = start;
        return false;
    }

    /// <summary>Reads as much as there is, at most the destination's length.</summary>
    public int Read(Span<byte> destination)
    {
        if (destination.Length <= 256 && TryPeekSpan(destination.Length, out var small))
        {
            small.CopyTo(destination);
            _position += small.Length;
            return small.Length;
        }

        var count = _source.Read(_position, destination);
        _position += count;
        _budget.ChargeRead(count);
        return count;
    }

    public bool TryReadByte(out byte value)
    {
        var ok = TryGetSpan(1, out var span);
        value = ok ? span[0] : (byte)0;
        return ok;
    }

    public bool TryReadUInt16(out ushort value, bool bigEndian = false)
    {
        var ok = TryGetSpan(2, out var span);
        value = !ok ? (ushort)0 : bigEndian ? BinaryPrimitives.ReadUInt16BigEndian(span) : BinaryPrimitives.ReadUInt16LittleEndian(span);
        return ok;
    }

    public bool TryReadUInt32(out uint value, bool bigEndian = false)
    {
        var ok = TryGetSpan(4, out var span);
        value = !ok ? 0 : bigEndian ? BinaryPrimitives.ReadUInt32BigEndian(span) : BinaryPrimitives.ReadUInt32LittleEndian(span);
        return ok;
    }

    public bool TryReadUInt64(out ulong value, bool bigEndian = false)
    {
        var ok = TryGetSpan(8, out var span);
        value = !ok ? 0 : bigEndian ? BinaryPrimitives.ReadUInt64BigEndian(span) : BinaryPrimitives.ReadUInt64LittleEndian(span);
        return ok;
    }

    /// <summary>Moves on by <paramref name="count"/>; false, and no move, where that would leave the source.</summary>
    public bool TrySkip(long count)
    {
        if (count < 0 || count > Remaining)
            return false;
        _position += count;
        return true;
    }

    /// <summary>
    /// The offset of the next occurrence of <paramref name="needle"/> at or after <paramref name="from"/> and starting before
    /// <paramref name="end"/>; -1 where there is none. Does not move the position.
    /// </summary>
    public long IndexOf(ReadOnlySpan<byte> needle, long from, long end = long.MaxValue)
    {
        var saved = _position;
        try
        {
            for (Position = from; _position < end && Remaining >= needle.Length && _budget.CheckTime();)
            {
                var span = Peek(needle.Length);
                if (span.Length < needle.Length)
                    return -1;
                var at = span.IndexOf(needle);
                if (at >= 0)
                    return _position + at < end ? _position + at : -1;
                if (span.Length == Remaining)
                    return -1;
                _position += span.Length - needle.Length + 1;
            }

            return -1;
        }
        finally
        {
            _position = saved;
        }
    }

    private void Fill(int atLeast)
    {
        // Small first reads stay small: most headers need a few hundred bytes, and objects are many.
        var wanted = (int)Math.Min(Math.Max(atLeast, _window.Length == 0 ? 4096 : WindowLength), Remaining);
        if (_window.Length < wanted)
            _window = new byte[wanted <= 4096 ? 4096 : WindowLength];
        _windowStart = _position;
        _windowCount = _source.Read(_position, _window.AsSpan(0, (int)Math.Min(_window.Length, Remaining)));
        _budget.ChargeRead(_windowCount);
    }
}
