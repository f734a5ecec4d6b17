namespace Perisai.Engine.Containers.Codecs.Lzfse;

/// <summary>Bits of a payload, read from its end to its start.</summary>
/// <param name="unused">0, or minus the number of the highest bits of the last byte that are none.</param>
internal ref struct LzfseBits(ReadOnlySpan<byte> payload, int unused)
{
    private readonly ReadOnlySpan<byte> _payload = payload;
    private long _left = payload.Length * 8L + unused;

    /// <summary>More bits were asked for than there are.</summary>
    public bool IsOver { get; private set; }

    /// <summary>The next bits, at most 25.</summary>
    public int Read(int count)
    {
        _left -= count;
        if (_left < 0)
        {
            IsOver = true;
            _left = 0;
            return 0;
        }

        var at = (int)(_left >> 3);
        uint window = 0;
        for (var index = 0; index < 4 && at + index < _payload.Length; index++)
            window |= (uint)_payload[at + index] << 8 * index;
        return (int)(window >> (int)(_left & 7) & (1U << count) - 1);
    }
}
