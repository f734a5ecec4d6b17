namespace Perisai.Engine.Containers.Codecs.Legacy;

/// <summary>Bits from the most significant one on. Behind the end of the input zeros can be looked at, but not taken.</summary>
internal struct HighBits(CodecInput input)
{
    private ulong _bits;
    private int _count;
    private int _padding;

    /// <summary>The next 1 to 32 bits, without consuming them.</summary>
    public uint Peek(int count)
    {
        if (_count < count)
            Fill();
        return (uint)(_bits >> (64 - count));
    }

    /// <exception cref="CodecException">The input has fewer.</exception>
    public void Drop(int count)
    {
        _bits <<= count;
        _count -= count;
        if (_count < _padding)
            throw CodecException.Truncated();
    }

    /// <summary>The next bits, at most 32 of them.</summary>
    /// <exception cref="CodecException">The input has fewer.</exception>
    public int Read(int count)
    {
        if (count == 0)
            return 0;
        var value = Peek(count);
        Drop(count);
        return (int)value;
    }

    /// <summary>Whether there are no more than the bits that fill the last byte.</summary>
    public bool IsAtEnd()
    {
        if (_count < 8)
            Fill();
        return _count - _padding < 8;
    }

    private void Fill()
    {
        for (; _count <= 56; _count += 8)
        {
            if (input.Available > 0 || input.Fill())
                _bits |= (ulong)input.Buffer[input.Position++] << (56 - _count);
            else
                _padding += 8;
        }
    }
}
