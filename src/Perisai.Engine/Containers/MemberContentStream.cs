using System.IO.Hashing;
using Perisai.Engine.Containers.Codecs;

namespace Perisai.Engine.Containers;

/// <summary>A part of decoded content that is one member, summed as it passes. It is used again for the next part.</summary>
internal sealed class MemberContentStream(DecoderStream content) : ForwardStream
{
    private readonly Crc32 _checksum = new();

    /// <summary>Bytes that were not read yet.</summary>
    public long Left { get; private set; }

    /// <summary>
    /// The content is known to go on elsewhere, which has been said: a decoder that fails for want of it has come to the end, which is no damage.
    /// </summary>
    public bool IsCut { get; init; }

    /// <summary>Why the content cannot be decoded any further.</summary>
    public CodecException? Failure { get; private set; }

    /// <summary>True when the content came to its end before the file did.</summary>
    public bool EndedEarly { get; private set; }

    public uint Checksum => _checksum.GetCurrentHashAsUInt32();

    public void Begin(long length)
    {
        Left = length;
        _checksum.Reset();
    }

    public override int Read(Span<byte> buffer)
    {
        if (Left <= 0 || buffer.IsEmpty)
            return 0;
        try
        {
            var count = content.Read(buffer[..(int)Math.Min(buffer.Length, Left)]);
            _checksum.Append(buffer[..count]);
            Left -= count;
            EndedEarly |= count == 0;
            return count;
        }
        catch (CodecException exception)
        {
            Failure = exception;
            if (IsCut && exception.Reason == NotScannedReason.Damaged)
                return 0;
            throw;
        }
    }
}
