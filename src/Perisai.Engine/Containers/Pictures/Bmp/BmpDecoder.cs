using System.Buffers.Binary;
using Perisai.Engine.Containers.Codecs;

namespace Perisai.Engine.Containers.Pictures.Bmp;

/// <summary>Decodes a Windows or OS/2 bitmap to brightness: all depths, masks and run lengths. JPEG and PNG within it are not decoded.</summary>
/// <remarks>https://learn.microsoft.com/windows/win32/gdi/bitmap-storage</remarks>
internal static class BmpDecoder
{
    /// <exception cref="CodecException">It cannot be decoded.</exception>
    public static LumaPicture Decode(ByteSource source, ScanBudget budget)
    {
        using var data = PictureData.Read(source, budget);
        var bytes = data.Bytes.Span;
        var header = BmpHeader.Parse(bytes);
        var pixels = header.PixelOffset <= bytes.Length ? bytes[(int)header.PixelOffset..] : throw CodecException.Truncated();
        var picture = LumaPicture.Create(header.Width, header.Height, budget);
        try
        {
            if (header.Compression is BmpCompression.RunLength8 or BmpCompression.RunLength4)
                BmpRuns.Decode(pixels, header, picture);
            else
                ReadRows(pixels, header, picture);
            return picture;
        }
        catch
        {
            picture.Dispose();
            throw;
        }
    }

    private static void ReadRows(ReadOnlySpan<byte> pixels, BmpHeader header, LumaPicture picture)
    {
        // Rows are padded to four bytes.
        var rowLength = (int)((((long)header.Width * header.BitsPerPixel) + 31) / 32 * 4);
        if (pixels.Length < (long)rowLength * header.Height)
            throw CodecException.Truncated();
        for (var y = 0; y < header.Height; y++)
            ReadRow(pixels.Slice(y * rowLength, rowLength), header, picture.Row(header.IsTopDown ? y : header.Height - 1 - y));
    }

    private static void ReadRow(ReadOnlySpan<byte> row, BmpHeader header, Span<byte> to)
    {
        var bits = header.BitsPerPixel;
        for (var x = 0; x < to.Length; x++)
        {
            to[x] = bits switch
            {
                <= 8 => header.Palette[(row[x * bits >> 3] >> (8 - bits - (x * bits & 7))) & ((1 << bits) - 1)],
                16 => Masked(BinaryPrimitives.ReadUInt16LittleEndian(row[(2 * x)..]), header),
                32 when header.Compression == BmpCompression.Masks => Masked(BinaryPrimitives.ReadUInt32LittleEndian(row[(4 * x)..]), header),
                _ => Brightness.Of(row[(x * bits / 8) + 2], row[(x * bits / 8) + 1], row[x * bits / 8]),
            };
        }
    }

    private static byte Masked(uint pixel, BmpHeader header) =>
        Brightness.Of(header.Masks[0].Read(pixel), header.Masks[1].Read(pixel), header.Masks[2].Read(pixel));
}
