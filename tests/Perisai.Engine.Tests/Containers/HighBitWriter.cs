namespace Perisai.Engine.Tests.Containers;

/// <summary>Writes numbers from their highest bit on.</summary>
internal sealed class HighBitWriter
{
    private readonly List<byte> _bytes = [];
    private int _last;
    private int _count;

    public HighBitWriter Write(int value, int width)
    {
        for (var bit = width - 1; bit >= 0; bit--)
        {
            _last = _last << 1 | value >> bit & 1;
            if (++_count == 8)
            {
                _bytes.Add((byte)_last);
                (_last, _count) = (0, 0);
            }
        }

        return this;
    }

    /// <summary>All bytes, the last one filled up with zeros.</summary>
    public byte[] ToArray()
    {
        while (_count != 0)
            Write(0, 1);
        return [.. _bytes];
    }
}
