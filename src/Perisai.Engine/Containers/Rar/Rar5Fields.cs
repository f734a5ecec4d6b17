namespace Perisai.Engine.Containers.Rar;

/// <summary>Reads the fields of a header in memory; what lies outside is zero, and <see cref="Failed"/> says so.</summary>
internal ref struct Rar5Fields(ReadOnlySpan<byte> bytes)
{
    private readonly ReadOnlySpan<byte> _bytes = bytes;

    public int Position { get; private set; }

    public bool Failed { get; private set; }

    public readonly int Remaining => _bytes.Length - Position;

    /// <summary>Seven bits a byte, the lowest first; the highest bit says that more follows. At most ten bytes.</summary>
    public ulong Number()
    {
        var value = 0UL;
        for (var shift = 0; shift < 70; shift += 7)
        {
            var part = Byte();
            value |= (ulong)(part & 0x7F) << shift;
            if ((part & 0x80) == 0)
                return value;
        }

        Failed = true;
        return 0;
    }

    public byte Byte()
    {
        if (Position < _bytes.Length)
            return _bytes[Position++];
        Failed = true;
        return 0;
    }

    /// <summary>So many bytes, or none.</summary>
    public ReadOnlySpan<byte> Bytes(int count)
    {
        if (count > Remaining)
        {
            Failed = true;
            return [];
        }

        Position += count;
        return _bytes.Slice(Position - count, count);
    }
}
