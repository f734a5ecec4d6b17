using System.Buffers.Binary;
using Perisai.Engine.Containers.Codecs;

namespace Perisai.Engine.Containers.Pictures.Gif;

/// <summary>
/// Decodes the first frame of a GIF to brightness, on a black screen of the size in the header. Transparent pixels have the colour that is written
/// for them.
/// </summary>
/// <remarks>https://www.w3.org/Graphics/GIF/spec-gif89a.txt</remarks>
internal static class GifDecoder
{
    private const int HeaderLength = 13;
    private const int FrameHeaderLength = 9;

    /// <exception cref="CodecException">It cannot be decoded.</exception>
    public static LumaPicture Decode(ByteSource source, ScanBudget budget)
    {
        var reader = new BoundedReader(source, budget);
        if (!reader.TryGetSpan(HeaderLength, out var header))
            throw CodecException.Truncated();
        var (width, height) = (BinaryPrimitives.ReadUInt16LittleEndian(header[6..]), BinaryPrimitives.ReadUInt16LittleEndian(header[8..]));
        var palette = ReadPalette(reader, header[10]);
        while (budget.CheckTime() && reader.TryReadByte(out var block))
        {
            switch (block)
            {
                case 0x21:
                    SkipExtension(reader);
                    break;
                case 0x2C:
                    return DecodeFrame(reader, LumaPicture.Create(width, height, budget), palette);
                default:
                    throw PictureFaults.Damaged("A block is of no known kind, or there is no frame.");
            }
        }

        throw CodecException.Truncated();
    }

    private static LumaPicture DecodeFrame(BoundedReader reader, LumaPicture screen, byte[]? palette)
    {
        try
        {
            if (!reader.TryGetSpan(FrameHeaderLength, out var header))
                throw CodecException.Truncated();
            var (left, top) = (BinaryPrimitives.ReadUInt16LittleEndian(header), BinaryPrimitives.ReadUInt16LittleEndian(header[2..]));
            var (width, height) = (BinaryPrimitives.ReadUInt16LittleEndian(header[4..]), BinaryPrimitives.ReadUInt16LittleEndian(header[6..]));
            LumaPicture.CheckSize(width, height);
            var flags = header[8];
            palette = ReadPalette(reader, flags) ?? palette ?? throw PictureFaults.Damaged("There is no palette.");
            new GifCodes().Decode(reader, new(screen, palette, left, top, width, height, isInterlaced: (flags & 0x40) != 0));
            return screen;
        }
        catch
        {
            screen.Dispose();
            throw;
        }
    }

    /// <summary>The brightness of the colours, where the flags say that they follow; of those that are missing it is 0.</summary>
    private static byte[]? ReadPalette(BoundedReader reader, byte flags)
    {
        if ((flags & 0x80) == 0)
            return null;
        var count = 2 << (flags & 7);
        if (!reader.TryGetSpan(3 * count, out var colors))
            throw CodecException.Truncated();
        var palette = new byte[256];
        Brightness.OfRow(colors, 3, palette.AsSpan(0, count));
        return palette;
    }

    private static void SkipExtension(BoundedReader reader)
    {
        reader.TrySkip(1);
        while (reader.TryReadByte(out var length) && length > 0 && reader.Budget.CheckTime())
        {
            if (!reader.TrySkip(length))
                throw CodecException.Truncated();
        }
    }
}
