using System.Buffers.Binary;
using System.IO.Hashing;

namespace Perisai.Engine.Tests.Containers.Images;

/// <summary>Small images, and parts to make others of.</summary>
internal static class ImageSamples
{
    public static byte[] GifScreen => [.. "GIF89a"u8, 2, 0, 2, 0, 0x80, 0, 0, 0, 0, 0, 255, 255, 255];

    public static byte[] GifImage => [0x2C, 0, 0, 0, 0, 2, 0, 2, 0, 0, 2, 2, 0x44, 1, 0];

    public static byte[] Gif => [.. GifScreen, 0x21, 0xF9, 4, 0, 0, 0, 0, 0, .. GifImage, 0x3B];

    public static byte[] PngStart => [0x89, .. "PNG\r\n"u8, 0x1A, 0x0A, .. Chunk("IHDR", [0, 0, 0, 1, 0, 0, 0, 1, 8, 2, 0, 0, 0])];

    public static byte[] JpegStart => [0xFF, 0xD8];

    public static byte[] Jfif => Segment(0xE0, [.. "JFIF\0"u8, 1, 1, 0, 0, 1, 0, 1, 0, 0]);

    public static byte[] JpegEnd =>
        [.. Segment(0xDB, new byte[65]), .. Segment(0xC0, [8, 0, 8, 0, 8, 1, 1, 0x11, 0]), .. Segment(0xDA, [1, 1, 0, 0, 0x3F, 0]), 0x12, 0xFF, 0, 0x34, 0xFF, 0xD9];

    public static byte[] Jpeg => [.. JpegStart, .. Jfif, .. JpegEnd];

    /// <summary>An image of one pixel with a compressed text.</summary>
    public static byte[] Png(byte[] text) =>
    [
        .. PngStart, .. Chunk("zTXt", [.. "Comment\0\0"u8, .. Pdf.PdfBuilder.Deflate(text)]), .. Chunk("IDAT", Pdf.PdfBuilder.Deflate(new byte[4])),
        .. Chunk("IEND", []),
    ];

    public static byte[] Chunk(string type, byte[] data)
    {
        byte[] body = [.. System.Text.Encoding.ASCII.GetBytes(type), .. data];
        var length = new byte[4];
        var checksum = new byte[4];
        BinaryPrimitives.WriteInt32BigEndian(length, data.Length);
        BinaryPrimitives.WriteUInt32BigEndian(checksum, Crc32.HashToUInt32(body));
        return [.. length, .. body, .. checksum];
    }

    public static byte[] Segment(byte marker, byte[] data) => [0xFF, marker, (byte)(data.Length + 2 >> 8), (byte)(data.Length + 2), .. data];

    /// <summary>A directory of entries (tag, type, count, value) in Intel's order.</summary>
    public static byte[] Directory(uint next, params (int Tag, int Type, uint Count, uint Value)[] entries) =>
    [
        .. BitConverter.GetBytes((ushort)entries.Length),
        .. entries.SelectMany(entry => (byte[])[.. BitConverter.GetBytes((ushort)entry.Tag), .. BitConverter.GetBytes((ushort)entry.Type),
            .. BitConverter.GetBytes(entry.Count), .. BitConverter.GetBytes(entry.Value)]),
        .. BitConverter.GetBytes(next),
    ];
}
