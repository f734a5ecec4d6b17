using System.Buffers.Binary;

namespace Perisai.Engine.Containers.Pictures.Png;

/// <summary>The IHDR chunk of a PNG: 13 bytes, big-endian.</summary>
internal readonly record struct PngHeader(uint Width, uint Height, int BitDepth, int ColorType, bool IsInterlaced)
{
    public const int Length = 13;

    public const int Grey = 0;
    public const int TrueColor = 2;
    public const int Palette = 3;
    public const int GreyAlpha = 4;
    public const int TrueColorAlpha = 6;

    public int Channels => ColorType switch
    {
        TrueColor => 3,
        GreyAlpha => 2,
        TrueColorAlpha => 4,
        _ => 1,
    };

    public int BitsPerPixel => Channels * BitDepth;

    /// <summary>How far back the filters look.</summary>
    public int BytesPerPixel => Math.Max(1, BitsPerPixel / 8);

    /// <summary>The bytes of a row of so many pixels, without its filter.</summary>
    public int RowLength(int width) => (int)((((long)width * BitsPerPixel) + 7) / 8);

    /// <exception cref="Codecs.CodecException">It is none that the specification knows.</exception>
    public static PngHeader Parse(ReadOnlySpan<byte> data)
    {
        var header = new PngHeader(
            BinaryPrimitives.ReadUInt32BigEndian(data), BinaryPrimitives.ReadUInt32BigEndian(data[4..]), data[8], data[9], data[12] == 1);
        var allows = header.ColorType switch
        {
            Grey => header.BitDepth is 1 or 2 or 4 or 8 or 16,
            Palette => header.BitDepth is 1 or 2 or 4 or 8,
            TrueColor or GreyAlpha or TrueColorAlpha => header.BitDepth is 8 or 16,
            _ => false,
        };
        if (!allows || data[10] != 0 || data[11] != 0 || data[12] > 1)
            throw PictureFaults.Damaged("The header is none that PNG knows.");
        return header;
    }
}
