using System.Buffers.Binary;

namespace Perisai.Engine.Containers.Codecs.Lzx;

/// <summary>The bits of one frame: 16-bit words, little endian, each from its highest bit down. Behind the end there are zeros to look at.</summary>
internal ref struct LzxBits(ReadOnlySpan<byte> data)
{
    private readonly ReadOnlySpan<byte> _data = data;
    private int _position;
    private ulong _bits;
    private int _count;
    private int _padding;

    /// <summary>The next 16 bits, without consuming them.</summary>
    public uint Peek16()
    {
        while (_count < 16)
            Refill();
        return (uint)(_bits >> (_count - 16)) & 0xFFFF;
    }

    public void Drop(int count)
    {
        _count -= count;
        if (_count < _padding)
            throw CodecException.Truncated();
    }

    /// <summary>Up to 17 bits.</summary>
    public uint Read(int count)
    {
        while (_count < count)
            Refill();
        var value = (uint)(_bits >> (_count - count)) & ((1u << count) - 1);
        Drop(count);
        return value;
    }

    /// <summary>Passes over 1 to 16 bits, to the next word; bytes can be taken then.</summary>
    public void Align()
    {
        if (_count == 0)
            Refill();
        var over = _count % 16 == 0 ? 16 : _count % 16;
        Drop(over);
        _position -= _count / 8;
        _count = 0;
        _padding = 0;
    }

    /// <summary>Takes bytes; the position must be that of a word.</summary>
    public ReadOnlySpan<byte> TakeBytes(int count)
    {
        if (count > _data.Length - _position)
            throw CodecException.Truncated();
        _position += count;
        return _data.Slice(_position - count, count);
    }

    public uint TakeUInt32() => BinaryPrimitives.ReadUInt32LittleEndian(TakeBytes(4));

    /// <summary>Passes over one byte where there is one.</summary>
    public bool TrySkipByte()
    {
        if (_position >= _data.Length)
            return false;
        _position++;
        return true;
    }

    private void Refill()
    {
        uint word = 0;
        if (_position + 1 < _data.Length)
            word = BinaryPrimitives.ReadUInt16LittleEndian(_data[_position..]);
        else if (_position < _data.Length)
            word = _data[_position];
        else
            _padding += 16;
        _position += 2;
        _bits = _bits << 16 | word;
        _count += 16;
    }
}
