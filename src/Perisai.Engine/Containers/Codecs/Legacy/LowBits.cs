namespace Perisai.Engine.Containers.Codecs.Legacy;

/// <summary>Bits from the least significant one on, a few at a time: for methods that are too rare to be fast.</summary>
internal struct LowBits(CodecInput input)
{
    private uint _bits;
    private int _count;

    /// <summary>The next bits, at most 16 of them.</summary>
    /// <exception cref="CodecException">The input has fewer.</exception>
    public int Read(int count)
    {
        if (!TryRead(count, out var value))
            throw CodecException.Truncated();
        return value;
    }

    public bool TryRead(int count, out int value)
    {
        while (_count < count)
        {
            if (input.Available <= 0 && !input.Fill())
            {
                value = 0;
                return false;
            }

            _bits |= (uint)input.Buffer[input.Position++] << _count;
            _count += 8;
        }

        value = (int)(_bits & ((1u << count) - 1));
        _bits >>= count;
        _count -= count;
        return true;
    }
}
