using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace Perisai.Isolation.Framing;

/// <summary>
/// Reads the values of one payload. Each length and count is checked against the bytes that are left and against the caller's limit before
/// anything is allocated; whatever is wrong is a <see cref="FrameException"/> with <see cref="FrameFault.BadPayload"/>.
/// </summary>
public ref struct PayloadReader(ReadOnlySpan<byte> payload)
{
    private ReadOnlySpan<byte> _rest = payload;

    /// <summary>Reads a byte.</summary>
    public byte ReadByte() => Take(1)[0];

    /// <summary>Reads a truth value: 0 or 1, and nothing else.</summary>
    public bool ReadBoolean() => ReadByte() switch
    {
        0 => false,
        1 => true,
        var other => throw Bad($"{other} is no truth value."),
    };

    /// <summary>Reads 32 bits.</summary>
    public int ReadInt32() => BinaryPrimitives.ReadInt32LittleEndian(Take(sizeof(int)));

    /// <summary>Reads 64 bits.</summary>
    public long ReadInt64() => BinaryPrimitives.ReadInt64LittleEndian(Take(sizeof(long)));

    /// <summary>Reads how many elements follow, of which each takes at least so many bytes.</summary>
    public int ReadCount(int limit, int smallestElement)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(smallestElement);
        var count = ReadInt32();
        if (count < 0 || count > limit || count > _rest.Length / smallestElement)
            throw Bad($"{count} elements cannot follow in {_rest.Length} bytes, with at most {limit} allowed.");

        return count;
    }

    /// <summary>Reads bytes; they are part of the payload.</summary>
    public ReadOnlySpan<byte> ReadBytes(int limit) => Take(ReadCount(limit, 1));

    /// <summary>Reads a text as its 16-bit units, whether they pair or not; the limit counts units.</summary>
    public string ReadString(int limit)
    {
        var units = ReadCount(limit, sizeof(char));
        return new string(MemoryMarshal.Cast<byte, char>(Take(units * sizeof(char))));
    }

    /// <summary>Says that the payload ends here.</summary>
    public readonly void End()
    {
        if (!_rest.IsEmpty)
            throw Bad($"{_rest.Length} bytes follow the last value.");
    }

    private ReadOnlySpan<byte> Take(int length)
    {
        if (length > _rest.Length)
            throw Bad($"{length} bytes are due, and {_rest.Length} are left.");

        var taken = _rest[..length];
        _rest = _rest[length..];
        return taken;
    }

    private static FrameException Bad(string message) => new(FrameFault.BadPayload, message);
}
