using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace Perisai.Isolation.Framing;

/// <summary>
/// Writes the values of one payload into memory of the caller. What does not fit is not written, and <see cref="Overflowed"/> says so from then
/// on: such a payload must not be sent.
/// </summary>
public ref struct PayloadWriter(Span<byte> destination)
{
    private readonly Span<byte> _destination = destination;
    private int _length;

    /// <summary>Whether a value did not fit.</summary>
    public bool Overflowed { get; private set; }

    /// <summary>What was written.</summary>
    public readonly ReadOnlySpan<byte> Written => _destination[.._length];

    /// <summary>Writes a byte.</summary>
    public void Write(byte value)
    {
        var room = Reserve(1);
        if (!room.IsEmpty)
            room[0] = value;
    }

    /// <summary>Writes a truth value as a byte.</summary>
    public void Write(bool value) => Write(value ? (byte)1 : (byte)0);

    /// <summary>Writes 32 bits; counts are written so too.</summary>
    public void Write(int value)
    {
        var room = Reserve(sizeof(int));
        if (!room.IsEmpty)
            BinaryPrimitives.WriteInt32LittleEndian(room, value);
    }

    /// <summary>Writes 64 bits.</summary>
    public void Write(long value)
    {
        var room = Reserve(sizeof(long));
        if (!room.IsEmpty)
            BinaryPrimitives.WriteInt64LittleEndian(room, value);
    }

    /// <summary>Writes bytes with their number before them.</summary>
    public void WriteBytes(ReadOnlySpan<byte> value)
    {
        Write(value.Length);
        var room = Reserve(value.Length);
        if (!room.IsEmpty)
            value.CopyTo(room);
    }

    /// <summary>Writes a text as its 16-bit units, with their number before them.</summary>
    public void WriteString(ReadOnlySpan<char> value)
    {
        Write(value.Length);
        var bytes = MemoryMarshal.AsBytes(value);
        var room = Reserve(bytes.Length);
        if (!room.IsEmpty)
            bytes.CopyTo(room);
    }

    private Span<byte> Reserve(int length)
    {
        if (Overflowed || length > _destination.Length - _length)
        {
            Overflowed = true;
            return [];
        }

        _length += length;
        return _destination.Slice(_length - length, length);
    }
}
