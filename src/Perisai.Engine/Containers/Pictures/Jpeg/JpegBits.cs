namespace Perisai.Engine.Containers.Pictures.Jpeg;

/// <summary>
/// The bits of a scan, the highest of each byte first. A byte 0xFF of the data is followed by a zero; any other byte after it makes a marker, which
/// ends the bits. Behind their end there are zeros.
/// </summary>
internal ref struct JpegBits(ReadOnlySpan<byte> data, int position)
{
    private readonly ReadOnlySpan<byte> _data = data;
    private ulong _bits;
    private int _count;

    /// <summary>The next byte that was not taken; a marker, where one was met.</summary>
    public int Position { get; private set; } = position;

    /// <summary>Zeros that were taken for want of bytes, in bytes.</summary>
    public int Missing { get; private set; }

    /// <summary>The next bits, 16 at most, without taking them.</summary>
    public int Peek(int count)
    {
        if (_count < count)
            Fill();
        return (int)(_bits >> (_count - count)) & ((1 << count) - 1);
    }

    /// <summary>Takes bits that were peeked at.</summary>
    public void Skip(int count) => _count -= count;

    public int Read(int count)
    {
        if (count == 0)
            return 0;
        var value = Peek(count);
        _count -= count;
        return value;
    }

    /// <summary>A number of so many bits; those that begin with a zero are negative (T.81, table F.1).</summary>
    public int ReadSigned(int count)
    {
        if (count == 0)
            return 0;
        var value = Read(count);
        return value < 1 << (count - 1) ? value - (1 << count) + 1 : value;
    }

    /// <summary>Passes a restart marker, if one comes next. False: none does, and no bit is lost.</summary>
    public bool TryRestart()
    {
        // What is left of the byte is padding; whole bytes that were taken ahead would mean that the marker is further on.
        if (_count - (Missing * 8) >= 8 || !TryFindMarker(out var at) || !JpegMarker.IsRestart(_data[at + 1]))
            return false;
        Position = at + 2;
        _bits = 0;
        _count = 0;
        Missing = 0;
        return true;
    }

    private readonly bool TryFindMarker(out int at)
    {
        at = Position;
        if (at + 1 >= _data.Length || _data[at] != 0xFF)
            return false;
        while (at + 2 < _data.Length && _data[at + 1] == 0xFF)
            at++;
        return _data[at + 1] is not (0 or 0xFF);
    }

    private void Fill()
    {
        while (_count <= 48)
        {
            uint next = 0;
            if (Position >= _data.Length)
            {
                Missing++;
            }
            else if (_data[Position] != 0xFF)
            {
                next = _data[Position++];
            }
            else if (Position + 1 >= _data.Length || _data[Position + 1] == 0)
            {
                // At the very end the zero is taken for granted.
                next = 0xFF;
                Position = Math.Min(Position + 2, _data.Length);
            }
            else
            {
                Missing++;
            }

            _bits = (_bits << 8) | next;
            _count += 8;
        }
    }
}
