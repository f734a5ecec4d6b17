namespace Perisai.Engine.Containers.Codecs.Quantum;

/// <summary>The arithmetic decoder of one frame: 16-bit bounds, bits from the highest of each byte down. Behind the end there are zeros.</summary>
internal ref struct QuantumCoder
{
    /// <summary>The decoder looks this far ahead.</summary>
    private const int Ahead = 32;

    private readonly ReadOnlySpan<byte> _data;
    private int _position;
    private int _low;
    private int _high = 0xFFFF;
    private int _code;

    public QuantumCoder(ReadOnlySpan<byte> data)
    {
        _data = data;
        _code = ReadBits(16);
    }

    public int Decode(QuantumModel model)
    {
        var range = _high - _low + 1;
        var total = model.Total;
        var frequency = ((_code - _low + 1) * total - 1) / range & 0xFFFF;
        var symbol = model.Take(frequency, out var low, out var high);
        _high = _low + high * range / total - 1 & 0xFFFF;
        _low = _low + low * range / total & 0xFFFF;
        while (true)
        {
            if (((_low ^ _high) & 0x8000) != 0)
            {
                // The bounds nearly meet at the middle: the second bit is taken out.
                if ((_low & 0x4000) == 0 || (_high & 0x4000) != 0)
                    return symbol;
                _code ^= 0x4000;
                _low &= 0x3FFF;
                _high |= 0x4000;
            }

            _low = _low << 1 & 0xFFFF;
            _high = (_high << 1 | 1) & 0xFFFF;
            _code = (_code << 1 | ReadBits(1)) & 0xFFFF;
        }
    }

    public int ReadBits(int count)
    {
        var value = 0;
        for (; count > 0; count--, _position++)
        {
            var at = _position >> 3;
            var bit = at < _data.Length ? _data[at] >> (7 - (_position & 7)) & 1 : 0;
            value = value << 1 | bit;
        }

        return _position <= (long)_data.Length * 8 + Ahead ? value : throw CodecException.Truncated();
    }
}
