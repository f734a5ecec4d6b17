using System.Buffers;
using System.Runtime.CompilerServices;

namespace Perisai.Engine.Containers.Views;

/// <summary>
/// Takes a view as it is made, byte by byte, and keeps it to be scanned. One that is not wanted, or for which there is no budget, takes bytes and
/// keeps none.
/// </summary>
internal sealed class ViewWriter(ScanBudget budget, bool isWanted) : IDisposable
{
    private const int BufferLength = 16 << 10;

    /// <summary>The most that is given room for at a time.</summary>
    public const int MaximumRoom = BufferLength / 2;

    private readonly SpooledContent? _content = isWanted ? new(budget.Limits.SpoolMemoryBytes) : null;
    private readonly byte[] _buffer = ArrayPool<byte>.Shared.Rent(BufferLength);
    private int _count;
    private bool _isFull;

    /// <summary>Whether anything was written.</summary>
    public bool IsEmpty => _count == 0 && (_content?.Length ?? 0) == 0;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Write(byte value)
    {
        if (_count == BufferLength)
            Flush();
        _buffer[_count++] = value;
    }

    public void Write(ReadOnlySpan<byte> bytes)
    {
        for (; bytes.Length > MaximumRoom; bytes = bytes[MaximumRoom..])
        {
            bytes[..MaximumRoom].CopyTo(GetSpan(MaximumRoom));
            Advance(MaximumRoom);
        }

        bytes.CopyTo(GetSpan(bytes.Length));
        Advance(bytes.Length);
    }

    /// <summary>Room for bytes that <see cref="Advance"/> then counts; no more than <see cref="MaximumRoom"/> may be asked for.</summary>
    public Span<byte> GetSpan(int length)
    {
        if (_count + length > BufferLength)
            Flush();
        return _buffer.AsSpan(_count, length);
    }

    public void Advance(int count) => _count += count;

    /// <summary>Hands on what was written.</summary>
    public void HandOn(in Member member, IMemberSink sink)
    {
        if (_content is null)
            return;
        Flush();
        using var source = _content.ToSource();
        if (source.Length > 0)
            sink.AddSlice(member, source, 0, source.Length);
    }

    public void Dispose()
    {
        _content?.Dispose();
        ArrayPool<byte>.Shared.Return(_buffer);
    }

    private void Flush()
    {
        var rest = _buffer.AsSpan(0, _count);
        _count = 0;
        if (_content is null || _isFull)
            return;
        _isFull = !budget.ChargeProduced(rest.Length);
        while (!rest.IsEmpty)
        {
            var room = _content.GetSpan();
            var taken = Math.Min(room.Length, rest.Length);
            rest[..taken].CopyTo(room);
            _content.Advance(taken);
            rest = rest[taken..];
        }
    }
}
