using System.Buffers.Binary;
using System.IO.Hashing;
using Perisai.Engine.Containers.Codecs;

namespace Perisai.Engine.Containers.Inno;

/// <summary>Reads a block of headers: a checksum of the next five bytes, the stored length, whether it is compressed (LZMA), and pieces.</summary>
internal static class InnoBlock
{
    /// <summary>Headers with licences and scripts have a few hundred kilobytes.</summary>
    private const int MaxLength = 64 << 20;

    private const int HeaderLength = 9;
    private const int PropertiesLength = 5;

    /// <summary>The content, as much of it as can be decoded; null where no block begins. The reader is left behind the block.</summary>
    public static byte[]? Read(BoundedReader reader, IMemberSink sink)
    {
        var at = reader.Position;
        if (!reader.TryPeekSpan(HeaderLength, out var header) || Crc32.HashToUInt32(header[4..]) != BinaryPrimitives.ReadUInt32LittleEndian(header))
            return null;
        long length = BinaryPrimitives.ReadUInt32LittleEndian(header[4..]);
        var isCompressed = header[8] != 0;
        reader.TrySkip(HeaderLength);
        if (length > reader.Remaining)
        {
            sink.AddLoss(InnoFaults.Truncated, reader.Length);
            length = reader.Remaining;
        }

        var content = new MemoryStream();
        try
        {
            using var input = new CodecInput(reader.Source, reader.Position, length, sink.Budget);
            using var pieces = new InnoBlockStream(input);
            if (!isCompressed)
            {
                Copy(pieces, content, sink);
            }
            else
            {
                using var packed = new CodecInput(pieces, sink.Budget);
                var properties = packed.Take(PropertiesLength).ToArray();
                using var decoder = CodecStreams.LzmaRaw(packed, properties, -1);
                Copy(decoder, content, sink);
            }
        }
        catch (CodecException exception)
        {
            sink.AddLoss(InnoFaults.BadBlock, at, exception.Message);
        }

        reader.TrySkip(length);
        return content.ToArray();
    }

    private static void Copy(DecoderStream from, MemoryStream to, IMemberSink sink)
    {
        var buffer = new byte[16 << 10];
        int count;
        while ((count = from.Read(buffer)) > 0 && sink.Budget.ChargeProduced(count))
        {
            if (to.Length + count > MaxLength)
                throw CodecException.TooMuchMemory(MaxLength);
            to.Write(buffer, 0, count);
        }
    }
}
