using System.Buffers.Binary;

namespace Perisai.Engine.Containers.Codecs.Bzip2;

/// <summary>Bits from the most significant one on. The next bit is the highest of <see cref="Buffer"/>.</summary>
internal struct Bzip2Bits
{
    public ulong Buffer;
    public int Count;

    /// <summary>The next bits, 1 to 32 of them.</summary>
    /// <exception cref="CodecException">The input has fewer.</exception>
    public uint Read(CodecInput input, int count)
    {
        if (Count < count)
            Fill(input);
        var value = (uint)(Buffer >> (64 - count));
        Buffer <<= count;
        Count -= count;
        return value;
    }

    /// <summary>Makes 56 bits at least. Behind the end of the input there are zeros, for a few bytes.</summary>
    public void Fill(CodecInput input)
    {
        if (input.Available < 8)
            input.Ensure(8);
        if (input.Position > input.End + 16)
            throw CodecException.Truncated();
        Buffer |= BinaryPrimitives.ReadUInt64BigEndian(input.Buffer.AsSpan(input.Position)) >> Count;
        input.Position += (63 - Count) >> 3;
        Count |= 56;
    }

    /// <summary>Drops the bits up to the next whole byte and gives back the bytes that were read ahead.</summary>
    public void ReturnTo(CodecInput input)
    {
        input.Position -= Count >> 3;
        if (input.Position > input.End)
            throw CodecException.Truncated();
        Buffer = 0;
        Count = 0;
    }
}
