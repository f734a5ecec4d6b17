namespace Perisai.Engine.Containers.Codecs.Ppmd;

/// <summary>The range decoder of PPMd in 7z: as LZMA's, with frequencies besides bits.</summary>
internal struct PpmdRange(CodecInput input)
{
    private const uint Lowest = 1 << 24;

    private uint _range = uint.MaxValue;
    private uint _code;

    public void Start()
    {
        if (input.ReadByte() != 0)
            throw new CodecException("ppmd: the first byte is not zero.");
        for (var index = 0; index < 4; index++)
            _code = _code << 8 | input.ReadByte();
        if (_code == uint.MaxValue)
            throw new CodecException("ppmd: the code begins outside its range.");
    }

    /// <summary>Which of so many frequencies is meant; in damaged data it may be beyond them.</summary>
    public uint Threshold(uint total) => _code / (_range /= total);

    public void Take(uint start, uint frequency)
    {
        _code -= start * _range;
        _range *= frequency;
        Normalize();
    }

    /// <summary>Whether the event came that has a chance of so many in two to the power of <paramref name="bits"/>.</summary>
    public bool TakeBit(uint chance, int bits)
    {
        var bound = (_range >> bits) * chance;
        var came = _code < bound;
        if (came)
        {
            _range = bound;
        }
        else
        {
            _code -= bound;
            _range -= bound;
        }

        Normalize();
        return came;
    }

    private void Normalize()
    {
        for (; _range < Lowest; _range <<= 8)
            _code = _code << 8 | input.ReadByte();
    }
}
