using System.Buffers.Binary;
using System.IO.Hashing;

namespace Perisai.Engine.Containers.Pictures.Png;

/// <summary>The contents of the IDAT chunks of a PNG as one stream; it ends with the last of them. Sums that differ end it too, with an exception.</summary>
internal sealed class PngData : ForwardStream
{
    private readonly BoundedReader _reader;
    private readonly Crc32 _sum = new();
    private long _left;
    private bool _ended;

    /// <param name="reader">Stands at the content of the first IDAT chunk.</param>
    /// <param name="length">Its length.</param>
    public PngData(BoundedReader reader, uint length)
    {
        _reader = reader;
        _left = length;
        _sum.Append("IDAT"u8);
    }

    public override int Read(Span<byte> buffer)
    {
        while (_left == 0 && !_ended)
            NextChunk();
        if (_ended || buffer.IsEmpty)
            return 0;
        var count = _reader.Read(buffer[..(int)Math.Min(buffer.Length, _left)]);
        if (count == 0)
            throw Codecs.CodecException.Truncated();
        _sum.Append(buffer[..count]);
        _left -= count;
        return count;
    }

    private void NextChunk()
    {
        if (!_reader.TryReadUInt32(out var sum, bigEndian: true))
            throw Codecs.CodecException.Truncated();
        if (sum != _sum.GetCurrentHashAsUInt32())
            throw PictureFaults.Damaged("The sum of an IDAT chunk differs.");
        _ended = true;
        // Whether there is more of the picture is not known before the next chunk says what it is: a file that is cut here has no hash in ClamAV.
        if (!_reader.TryGetSpan(8, out var head))
            throw Codecs.CodecException.Truncated();
        if (!head[4..].SequenceEqual("IDAT"u8))
            return;
        _ended = false;
        _left = BinaryPrimitives.ReadUInt32BigEndian(head);
        _sum.Reset();
        _sum.Append("IDAT"u8);
    }
}
