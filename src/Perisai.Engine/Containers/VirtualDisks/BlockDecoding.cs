using Perisai.Engine.Containers.Codecs;
using Perisai.Engine.Containers.Codecs.Inflate;

namespace Perisai.Engine.Containers.VirtualDisks;

/// <summary>Decodes a block of a disk into a buffer of its length. What cannot be decoded is left out.</summary>
internal static class BlockDecoding
{
    /// <summary>Deflate behind a header that is passed over; returns how many bytes came.</summary>
    public static int Inflate(CodecInput input, InflateStream inflate, int headerLength, Span<byte> block)
    {
        try
        {
            input.Take(headerLength);
        }
        catch (CodecException)
        {
            return 0;
        }

        inflate.Reset();
        return Fill(inflate, block);
    }

    /// <summary>Reads a decoder until the block is full, or nothing more comes.</summary>
    public static int Fill(Stream decoder, Span<byte> block)
    {
        var done = 0;
        try
        {
            int count;
            while (done < block.Length && (count = decoder.Read(block[done..])) > 0)
                done += count;
        }
        catch (CodecException)
        {
            // What was decoded before it stands.
        }

        return done;
    }
}
