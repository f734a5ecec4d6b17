using System.Buffers.Binary;

namespace Perisai.Engine.Formats.Pe.Icons;

/// <summary>
/// An icon as it stands in a resource: a bitmap header of 40 bytes or more, a palette, rows of pixels from the lowest, and a mask of transparent
/// pixels. PNG icons are not looked at, as in ClamAV. The pixels are 0xAARRGGBB.
/// </summary>
internal sealed class IconBitmap
{
    private const int HeaderLength = 40;
    private const int LeastSide = 16;
    private const int MostSide = 256;
    private const uint Opaque = 0xFF00_0000;

    private uint[] _pixels;

    private IconBitmap(int width, int height) => (Width, Height, _pixels) = (width, height, new uint[width * height]);

    public int Width { get; private set; }

    public int Height { get; private set; }

    public ReadOnlySpan<uint> Pixels => _pixels;

    /// <summary>The icon on white, scaled down to about 32 pixels or less; null where there is none that is looked at.</summary>
    public static IconBitmap? Read(BoundedReader reader, long offset)
    {
        if (!reader.TryPeekAt(offset, HeaderLength, out var header))
            return null;
        var length = BinaryPrimitives.ReadUInt32LittleEndian(header);
        var width = BinaryPrimitives.ReadUInt32LittleEndian(header[4..]);
        // The mask is counted with the height.
        var height = BinaryPrimitives.ReadUInt32LittleEndian(header[8..]) / 2;
        int depth = BinaryPrimitives.ReadUInt16LittleEndian(header[14..]);
        if (length < HeaderLength || Math.Max(width, height) > MostSide || Math.Min(width, height) < LeastSide
            || width < height * 3 / 4 || height < width * 3 / 4 || depth is not (1 or 4 or 8 or 16 or 24 or 32))
            return null;
        var bitmap = new IconBitmap((int)width, (int)height);
        if (!bitmap.ReadPixels(reader, offset + length, depth))
            return null;
        bitmap.Blend();
        bitmap.Scale();
        return bitmap;
    }

    private static int Padded(int bits) => (bits + 31) / 32 * 4;

    private bool ReadPixels(BoundedReader reader, long offset, int depth)
    {
        var palette = new uint[256];
        if (depth <= 8)
        {
            if (!reader.TryPeekAt(offset, 4 << depth, out var colors))
                return false;
            for (var i = 0; i < 1 << depth; i++)
                palette[i] = BinaryPrimitives.ReadUInt32LittleEndian(colors[(4 * i)..]);
            offset += 4 << depth;
        }

        var (rowLength, maskLength) = (Padded(Width * depth), depth == 32 ? 0 : Padded(Width));
        var rows = new byte[Height * (rowLength + maskLength)];
        if (!reader.TryReadAt(offset, rows))
            return false;
        uint alpha = 0;
        for (var y = 0; y < Height; y++)
        {
            for (var x = 0; x < Width; x++)
                alpha |= At(x, y) = Pixel(rows.AsSpan(y * rowLength, rowLength), x, depth, palette);
        }

        if (depth < 32)
            AddMask(rows.AsSpan(Height * rowLength), maskLength);
        else if ((alpha & Opaque) == 0)
            AddMaskOrOpaque(reader, offset + rows.Length);
        return true;
    }

    /// <summary>A pixel by its place in the file, where the first row is the lowest.</summary>
    private ref uint At(int x, int y) => ref _pixels[((Height - 1 - y) * Width) + x];

    private static uint Pixel(ReadOnlySpan<byte> row, int x, int depth, uint[] palette)
    {
        switch (depth)
        {
            case <= 8:
                var bit = x * depth;
                return palette[(row[bit >> 3] >> (8 - depth - (bit & 7))) & ((1 << depth) - 1)];
            case 16:
                // Five bits each, read by ClamAV with a slip in green and red that definitions were made with.
                var (low, high) = ((uint)row[2 * x], (uint)row[(2 * x) + 1]);
                var (blue, green, red) = (low & 0x1F, (low >> 5) | ((high & 3) << 3), high & 0xFC);
                return ((red << 3) | (red >> 2)) << 17 | ((green << 3) | (green >> 2)) << 11 | (blue << 3) | (blue >> 2);
            case 24:
                return (uint)(row[3 * x] | (row[(3 * x) + 1] << 8) | (row[(3 * x) + 2] << 16));
            default:
                return BinaryPrimitives.ReadUInt32LittleEndian(row[(4 * x)..]);
        }
    }

    /// <summary>Pixels of 32 bits without any alpha have a mask after all; where even that is missing they are opaque.</summary>
    private void AddMaskOrOpaque(BoundedReader reader, long offset)
    {
        var mask = new byte[Height * Padded(Width)];
        if (reader.TryReadAt(offset, mask))
        {
            AddMask(mask, Padded(Width));
            return;
        }

        foreach (ref var pixel in _pixels.AsSpan())
            pixel |= Opaque;
    }

    /// <summary>Pixels whose bit is 0 are opaque.</summary>
    private void AddMask(ReadOnlySpan<byte> mask, int rowLength)
    {
        for (var y = 0; y < Height; y++)
        {
            for (var x = 0; x < Width; x++)
            {
                if ((mask[(y * rowLength) + (x >> 3)] >> (7 - (x & 7)) & 1) == 0)
                    At(x, y) |= Opaque;
            }
        }
    }

    /// <summary>Puts the icon on white.</summary>
    private void Blend()
    {
        foreach (ref var pixel in _pixels.AsSpan())
        {
            var alpha = pixel >> 24;
            pixel = Opaque | (On(pixel >> 16, alpha) << 16) | (On(pixel >> 8, alpha) << 8) | On(pixel, alpha);
        }
    }

    private static uint On(uint color, uint alpha) => 0xFF - alpha + (alpha * (color & 0xFF) / 0xFF);

    /// <summary>Icons of 16, 24 and 32 pixels stay; multiples of 24 or 32 are halved; others are scaled to the nearest of the three.</summary>
    private void Scale()
    {
        if (Width == Height && Width is 16 or 24 or 32)
            return;
        if (Width == Height && (Width % 32 == 0 || Width % 24 == 0))
        {
            while (Width > 32)
                Halve();
            return;
        }

        Resample(DistanceTo(32) < DistanceTo(24) ? 32 : DistanceTo(24) < DistanceTo(16) ? 24 : 16);
    }

    private int DistanceTo(int side) => Math.Abs(Width - side) + Math.Abs(Height - side);

    private void Halve()
    {
        var half = new uint[(Width / 2) * (Height / 2)];
        for (var y = 0; y < Height / 2; y++)
        {
            for (var x = 0; x < Width / 2; x++)
            {
                var at = (2 * y * Width) + (2 * x);
                half[(y * (Width / 2)) + x] = Mean(Mean(_pixels[at], _pixels[at + 1]), Mean(_pixels[at + Width], _pixels[at + Width + 1]));
            }
        }

        (Width, Height, _pixels) = (Width / 2, Height / 2, half);
    }

    /// <summary>The mean of each of the four bytes.</summary>
    private static uint Mean(uint left, uint right) => (((left ^ right) & 0xFEFE_FEFE) >> 1) + (left & right);

    private void Resample(int side)
    {
        var (scaleX, scaleY) = ((double)Width / side, (double)Height / side);
        var scaled = new uint[side * side];
        for (var y = 0; y < side; y++)
        {
            var row = (int)(y * scaleY) * Width;
            for (var x = 0; x < side; x++)
                scaled[(y * side) + x] = _pixels[Math.Min(row + (int)((x * scaleX) + 0.5), _pixels.Length - 1)];
        }

        (Width, Height, _pixels) = (side, side, scaled);
    }
}
