using System.Buffers.Binary;
using Perisai.Engine.Containers.Codecs;

namespace Perisai.Engine.Containers.Pictures.Bmp;

/// <summary>How the pixels of a bitmap are written.</summary>
internal enum BmpCompression
{
    None = 0,
    RunLength8 = 1,
    RunLength4 = 2,
    Masks = 3,
}

/// <summary>
/// The headers of a BMP: 14 bytes of the file, then 12 bytes (OS/2) or 40 to 124 (Windows), then masks and palette. All numbers are little-endian.
/// </summary>
internal sealed class BmpHeader
{
    private const int FileHeaderLength = 14;
    private const int OldLength = 12;
    private const int CommonLength = 40;

    public int Width { get; private init; }

    public int Height { get; private init; }

    /// <summary>The first row is the uppermost.</summary>
    public bool IsTopDown { get; private init; }

    public int BitsPerPixel { get; private init; }

    public BmpCompression Compression { get; private init; }

    /// <summary>Where the pixels begin.</summary>
    public uint PixelOffset { get; private init; }

    /// <summary>The brightness of the colours; of those that are missing it is 0.</summary>
    public byte[] Palette { get; } = new byte[256];

    /// <summary>The bits of red, green and blue in a pixel of 16 or 32 bits.</summary>
    public BmpMask[] Masks { get; private set; } = [new(10, 5), new(5, 5), new(0, 5)];

    /// <exception cref="CodecException">The headers are wrong, or of a kind that is not decoded.</exception>
    public static BmpHeader Parse(ReadOnlySpan<byte> data)
    {
        if (data.Length < FileHeaderLength + OldLength)
            throw CodecException.Truncated();
        var length = BinaryPrimitives.ReadUInt32LittleEndian(data[FileHeaderLength..]);
        if (length is not (OldLength or CommonLength or 52 or 56 or 108 or 124))
            throw PictureFaults.Damaged("The header has a length that is not known.");
        var isOld = length == OldLength;
        if (!isOld && data.Length < FileHeaderLength + CommonLength)
            throw CodecException.Truncated();
        var info = data[FileHeaderLength..];
        var (width, height) = isOld
            ? (BinaryPrimitives.ReadUInt16LittleEndian(info[4..]), BinaryPrimitives.ReadUInt16LittleEndian(info[6..]))
            : (BinaryPrimitives.ReadInt32LittleEndian(info[4..]), BinaryPrimitives.ReadInt32LittleEndian(info[8..]));
        LumaPicture.CheckSize(width, Math.Abs((long)height));
        var rest = info[(isOld ? 8 : 12)..];
        var header = new BmpHeader
        {
            Width = width,
            Height = Math.Abs(height),
            IsTopDown = height < 0,
            BitsPerPixel = BinaryPrimitives.ReadUInt16LittleEndian(rest[2..]),
            Compression = isOld ? BmpCompression.None : (BmpCompression)BinaryPrimitives.ReadUInt32LittleEndian(rest[4..]),
            PixelOffset = BinaryPrimitives.ReadUInt32LittleEndian(data[10..]),
        };
        header.Check(isOld, BinaryPrimitives.ReadUInt16LittleEndian(rest));
        if (header.Compression == BmpCompression.Masks)
            header.ReadMasks(info, hasAlpha: length >= 56);
        if (header.BitsPerPixel <= 8)
            header.ReadPalette(data, FileHeaderLength + (int)length, isOld ? 3 : 4, isOld ? 0 : BinaryPrimitives.ReadUInt32LittleEndian(info[32..]));
        return header;
    }

    private void Check(bool isOld, int planes)
    {
        var allows = Compression switch
        {
            BmpCompression.None => BitsPerPixel is 1 or 4 or 8 or 24 || (!isOld && BitsPerPixel is 2 or 16 or 32),
            BmpCompression.RunLength8 => BitsPerPixel == 8 && !IsTopDown,
            BmpCompression.RunLength4 => BitsPerPixel == 4 && !IsTopDown,
            BmpCompression.Masks => BitsPerPixel is 16 or 32,
            _ => false,
        };
        if (!allows || planes != 1)
            throw PictureFaults.Damaged("The header is none that is decoded.");
    }

    /// <summary>Masks stand behind the common part of the header, within it or after it.</summary>
    private void ReadMasks(ReadOnlySpan<byte> info, bool hasAlpha)
    {
        if (info.Length < CommonLength + (hasAlpha ? 16 : 12))
            throw CodecException.Truncated();
        Masks = new BmpMask[3];
        for (var i = 0; i < Masks.Length; i++)
            Masks[i] = BmpMask.Parse(BinaryPrimitives.ReadUInt32LittleEndian(info[(CommonLength + (4 * i))..]), BitsPerPixel);
        if (Masks.Any(mask => mask.Length == 0))
            throw PictureFaults.Damaged("A color has no bits.");
        if (hasAlpha)
            BmpMask.Parse(BinaryPrimitives.ReadUInt32LittleEndian(info[(CommonLength + 12)..]), BitsPerPixel);
    }

    private void ReadPalette(ReadOnlySpan<byte> data, int at, int bytesPerColor, uint colors)
    {
        var most = 1u << BitsPerPixel;
        if (colors > most)
            throw PictureFaults.Damaged("The palette has more colors than pixels can name.");
        var count = (int)(colors == 0 ? most : colors);
        if (data.Length < at + (count * bytesPerColor))
            throw CodecException.Truncated();
        for (var i = 0; i < count; i++)
        {
            var color = data.Slice(at + (i * bytesPerColor), 3);
            Palette[i] = Brightness.Of(color[2], color[1], color[0]);
        }
    }
}
