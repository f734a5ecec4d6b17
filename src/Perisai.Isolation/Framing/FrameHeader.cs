using System.Buffers.Binary;

namespace Perisai.Isolation.Framing;

/// <summary>
/// The twelve bytes before a payload, all numbers little-endian: the letters <c>PW</c>, the kind, a zero, the sequence number (32 bits), the
/// payload's length (32 bits).
/// </summary>
internal readonly record struct FrameHeader(FrameKind Kind, uint Sequence, int Length)
{
    /// <summary>Bytes of a header.</summary>
    public const int Size = 12;

    private const ushort Mark = 0x5750;

    public void Write(Span<byte> destination)
    {
        BinaryPrimitives.WriteUInt16LittleEndian(destination, Mark);
        destination[2] = (byte)Kind;
        destination[3] = 0;
        BinaryPrimitives.WriteUInt32LittleEndian(destination[4..], Sequence);
        BinaryPrimitives.WriteInt32LittleEndian(destination[8..], Length);
    }

    /// <summary>Reads a header and believes none of it before it is checked.</summary>
    public static FrameHeader Read(ReadOnlySpan<byte> source, uint expectedSequence, int maximumLength)
    {
        if (BinaryPrimitives.ReadUInt16LittleEndian(source) != Mark || source[3] != 0)
            throw new FrameException(FrameFault.NoFrame, "What follows is no frame.");

        var kind = (FrameKind)source[2];
        if (kind is < FrameKind.Hello or > FrameKind.Shutdown)
            throw new FrameException(FrameFault.UnknownKind, $"No frame is of kind {source[2]}.");

        var sequence = BinaryPrimitives.ReadUInt32LittleEndian(source[4..]);
        if (sequence != expectedSequence)
            throw new FrameException(FrameFault.WrongSequence, $"Frame {sequence} came where frame {expectedSequence} was due.");

        var length = BinaryPrimitives.ReadUInt32LittleEndian(source[8..]);
        if (length > (uint)maximumLength)
            throw new FrameException(FrameFault.TooLarge, $"A frame of {length} bytes is longer than {maximumLength}.");

        return new FrameHeader(kind, sequence, (int)length);
    }
}
