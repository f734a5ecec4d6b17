using System.Buffers.Binary;
using System.IO.Compression;
using System.IO.Hashing;

namespace Perisai.Engine.Tests.Containers.Pictures;

/// <summary>Pictures of random or plain content, and the simplest of their formats written by hand.</summary>
internal static class PictureBytes
{
    /// <summary>Rows of a picture in some format: noise, a slope, rectangles or one colour, so that both busy and even pictures occur.</summary>
    public static byte[] Content(Random random, int rowLength, int height)
    {
        var bytes = new byte[rowLength * height];
        switch (random.Next(4))
        {
            case 0:
                random.NextBytes(bytes);
                break;
            case 1:
                var (stepX, stepY) = (random.Next(1, 9), random.Next(9));
                for (var i = 0; i < bytes.Length; i++)
                    bytes[i] = (byte)(((i % rowLength) * stepX / 4) + (i / rowLength * stepY / 4));
                break;
            case 2:
                for (var n = random.Next(1, 8); n > 0; n--)
                {
                    var (left, top, value) = (random.Next(rowLength), random.Next(height), (byte)random.Next(256));
                    for (var y = top; y < random.Next(top, height); y++)
                        bytes.AsSpan(y * rowLength, rowLength)[left..].Fill(value);
                }

                break;
            default:
                Array.Fill(bytes, (byte)random.Next(256));
                break;
        }

        return bytes;
    }

    /// <summary>A PNG of content as it comes out of the compression, filters before each row of each pass.</summary>
    public static byte[] Png(int width, int height, int bitDepth, int colorType, bool interlaced, byte[]? palette, byte[] content, int dataChunk = 4000, bool transparency = false)
    {
        var output = new MemoryStream();
        output.Write([0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]);
        var header = new byte[13];
        BinaryPrimitives.WriteInt32BigEndian(header, width);
        BinaryPrimitives.WriteInt32BigEndian(header.AsSpan(4), height);
        (header[8], header[9], header[12]) = ((byte)bitDepth, (byte)colorType, (byte)(interlaced ? 1 : 0));
        Chunk(output, "IHDR"u8, header);
        if (palette is not null)
            Chunk(output, "PLTE"u8, palette);
        if (transparency)
            Chunk(output, "tRNS"u8, colorType switch { 3 => [0, 128], 0 => [0, 1], _ => [0, 1, 0, 2, 0, 3] });
        var packed = new MemoryStream();
        using (var zlib = new ZLibStream(packed, CompressionLevel.Fastest, leaveOpen: true))
            zlib.Write(content);
        var data = packed.ToArray();
        for (var at = 0; at < data.Length; at += dataChunk)
            Chunk(output, "IDAT"u8, data.AsSpan(at, Math.Min(dataChunk, data.Length - at)));
        Chunk(output, "IEND"u8, []);
        return output.ToArray();
    }

    /// <summary>A PNG of any kind that there is, with random filters.</summary>
    public static byte[] RandomPng(Random random, int width, int height, int bitDepth, int colorType, bool interlaced)
    {
        var channels = colorType switch { 2 => 3, 4 => 2, 6 => 4, _ => 1 };
        var palette = colorType == 3 || (colorType is 2 or 6 && random.Next(4) == 0) ? new byte[3 << Math.Min(bitDepth, 8)] : null;
        if (palette is not null)
            random.NextBytes(palette);
        var content = new MemoryStream();
        (int X, int Y, int StepX, int StepY)[] passes = interlaced
            ? [(0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2)]
            : [(0, 0, 1, 1)];
        foreach (var (x, y, stepX, stepY) in passes)
        {
            var (columns, rows) = ((width - x + stepX - 1) / stepX, (height - y + stepY - 1) / stepY);
            if (columns <= 0 || rows <= 0)
                continue;
            var rowLength = ((columns * channels * bitDepth) + 7) / 8;
            var bytes = Content(random, rowLength, rows);
            for (var row = 0; row < rows; row++)
            {
                content.WriteByte((byte)random.Next(5));
                content.Write(bytes, row * rowLength, rowLength);
            }
        }

        return Png(width, height, bitDepth, colorType, interlaced, palette, content.ToArray(), random.Next(10, 5000), colorType is 0 or 2 or 3 && random.Next(3) == 0);
    }

    public static byte[] RandomBytes(int seed, int length)
    {
        var bytes = new byte[length];
        new Random(seed).NextBytes(bytes);
        return bytes;
    }

    /// <summary>A bitmap of the Windows form; pixels as they stand in the file.</summary>
    public static byte[] Bmp(Random random, int width, int height, int bits, byte[] palette, byte[] pixels, int compression = 0, bool topDown = false, uint[]? masks = null)
    {
        var start = 54 + palette.Length + (masks?.Length * 4 ?? 0);
        var file = new byte[start + pixels.Length];
        "BM"u8.CopyTo(file);
        BinaryPrimitives.WriteInt32LittleEndian(file.AsSpan(2), file.Length);
        BinaryPrimitives.WriteInt32LittleEndian(file.AsSpan(10), start);
        BinaryPrimitives.WriteInt32LittleEndian(file.AsSpan(14), 40);
        BinaryPrimitives.WriteInt32LittleEndian(file.AsSpan(18), width);
        BinaryPrimitives.WriteInt32LittleEndian(file.AsSpan(22), topDown ? -height : height);
        (file[26], file[28], file[30]) = (1, (byte)bits, (byte)compression);
        BinaryPrimitives.WriteInt32LittleEndian(file.AsSpan(38), random.Next());
        for (var i = 0; i < masks?.Length; i++)
            BinaryPrimitives.WriteUInt32LittleEndian(file.AsSpan(54 + (4 * i)), masks[i]);
        palette.CopyTo(file, start - palette.Length);
        pixels.CopyTo(file, start);
        return file;
    }

    /// <summary>Run lengths of eight bits that fill a picture, with moves and literal runs among them.</summary>
    public static byte[] Runs(Random random, int width, int height)
    {
        var runs = new MemoryStream();
        for (var y = 0; y < height; y++)
        {
            for (var x = 0; x < width;)
            {
                var count = Math.Min(random.Next(3, 9), width - x);
                if (random.Next(3) > 0 || count < 3)
                {
                    runs.Write([(byte)count, (byte)random.Next(256)]);
                }
                else
                {
                    var literal = new byte[count + (count & 1)];
                    random.NextBytes(literal);
                    runs.Write([0, (byte)count, .. literal]);
                }

                x += count;
            }

            runs.Write([0, 0]);
        }

        runs.Write([0, 1]);
        return runs.ToArray();
    }

    /// <summary>A GIF of 256 colours whose codes are all literal: the table is cleared before it makes them longer.</summary>
    public static byte[] Gif(Random random, int screenWidth, int screenHeight, int width, int height, bool interlaced)
    {
        var file = new MemoryStream();
        var palette = new byte[768];
        random.NextBytes(palette);
        file.Write("GIF89a"u8);
        file.Write([(byte)screenWidth, 0, (byte)screenHeight, 0, 0xF7, 0, 0]);
        file.Write(palette);
        file.Write([0x21, 0xF9, 4, 1, 0, 0, 7, 0]);
        file.Write([0x2C, (byte)random.Next(3), 0, (byte)random.Next(3), 0, (byte)width, 0, (byte)height, 0, (byte)(interlaced ? 0x40 : 0), 8]);
        var codes = new List<int>();
        foreach (var pixel in Content(random, width, height))
        {
            if (codes.Count % 200 == 0)
                codes.Add(256);
            codes.Add(pixel);
        }

        codes.Add(257);
        var packed = new byte[((codes.Count * 9) + 7) / 8];
        for (var i = 0; i < codes.Count * 9; i++)
            packed[i / 8] |= (byte)(((codes[i / 9] >> (i % 9)) & 1) << (i % 8));
        foreach (var block in packed.Chunk(255))
            file.Write([(byte)block.Length, .. block]);
        file.Write([0, 0x3B]);
        return file.ToArray();
    }

    /// <summary>A TIFF of strips of some rows, or of one tile after another, in either byte order.</summary>
    /// <param name="parts">The strips or tiles, compressed.</param>
    public static byte[] Tiff(
        int width, int height, int bits, int samples, int interpretation, int compression, int rowsPerStrip, bool isBigEndian, IReadOnlyList<byte[]> parts,
        int predictor = 1, int tileWidth = 0)
    {
        var data = new MemoryStream();
        var offsets = new List<uint>();
        foreach (var part in parts)
        {
            offsets.Add(8 + (uint)data.Length);
            data.Write(part);
        }

        var entries = new List<(int Tag, uint[] Numbers)>
        {
            (256, [(uint)width]), (257, [(uint)height]), (258, [.. Enumerable.Repeat((uint)bits, samples)]), (259, [(uint)compression]), (262, [(uint)interpretation]),
            (277, [(uint)samples]), (317, [(uint)predictor]),
        };
        uint[] lengths = [.. parts.Select(part => (uint)part.Length)];
        entries.AddRange(tileWidth == 0
            ? [(273, [.. offsets]), (278, [(uint)rowsPerStrip]), (279, lengths)]
            : [(322, [(uint)tileWidth]), (323, [(uint)rowsPerStrip]), (324, [.. offsets]), (325, lengths)]);
        entries.Sort((left, right) => left.Tag - right.Tag);
        data.Write(new byte[data.Length & 1]);
        var directoryAt = 8 + (uint)data.Length;
        var numbersAt = directoryAt + 6 + (12 * (uint)entries.Count);
        var file = new MemoryStream();
        var numbers = new MemoryStream();
        void Write(Stream output, uint value, int count)
        {
            for (var i = 0; i < count; i++)
                output.WriteByte((byte)(value >> (8 * (isBigEndian ? count - 1 - i : i))));
        }

        file.Write(isBigEndian ? "MM\0*"u8 : "II*\0"u8);
        Write(file, directoryAt, 4);
        data.WriteTo(file);
        Write(file, (uint)entries.Count, 2);
        foreach (var (tag, values) in entries)
        {
            Write(file, (uint)tag, 2);
            Write(file, 4, 2);
            Write(file, (uint)values.Length, 4);
            Write(file, values.Length == 1 ? values[0] : numbersAt + (uint)numbers.Length, 4);
            foreach (var value in values.Length == 1 ? [] : values)
                Write(numbers, value, 4);
        }

        Write(file, 0, 4);
        numbers.WriteTo(file);
        return file.ToArray();
    }

    /// <summary>A TIFF of any kind that is decoded.</summary>
    public static byte[] RandomTiff(Random random, int width, int height, int bits, int samples, int interpretation, int compression, bool isTiled)
    {
        var tileWidth = isTiled ? 16 * random.Next(1, 5) : width;
        var rows = isTiled ? 16 * random.Next(1, 4) : random.Next(1, height + 1);
        var rowLength = ((tileWidth * samples * bits) + 7) / 8;
        var parts = new List<byte[]>();
        for (var y = 0; y < height; y += rows)
        {
            for (var x = 0; x < width; x += tileWidth)
                parts.Add(Pack(Content(random, rowLength, isTiled ? rows : Math.Min(rows, height - y)), compression));
        }

        return Tiff(
            width, height, bits, samples, interpretation, compression, rows, random.Next(2) == 0, parts, bits >= 8 ? random.Next(1, 3) : 1,
            isTiled ? tileWidth : 0);
    }

    private static byte[] Pack(byte[] content, int compression)
    {
        var packed = new MemoryStream();
        switch (compression)
        {
            case 1:
                return content;
            case 8:
                using (var zlib = new ZLibStream(packed, CompressionLevel.Fastest, leaveOpen: true))
                    zlib.Write(content);
                break;
            case 5:
                // Literal codes of nine bits; the table is cleared before they grow.
                var codes = new List<int>();
                for (var i = 0; i < content.Length; i++)
                    codes.AddRange(i % 200 == 0 ? [256, content[i]] : [content[i]]);
                codes.Add(257);
                var bits = new byte[((codes.Count * 9) + 7) / 8];
                for (var i = 0; i < codes.Count * 9; i++)
                    bits[i / 8] |= (byte)(((codes[i / 9] >> (8 - (i % 9))) & 1) << (7 - (i % 8)));
                return bits;
            default:
                foreach (var run in content.Chunk(100))
                    packed.Write(run.AsSpan().ContainsAnyExcept(run[0]) || run.Length < 2 ? [(byte)(run.Length - 1), .. run] : [(byte)(257 - run.Length), run[0]]);
                break;
        }

        return packed.ToArray();
    }

    private static void Chunk(Stream output, ReadOnlySpan<byte> type, ReadOnlySpan<byte> content)
    {
        var sum = new Crc32();
        sum.Append(type);
        sum.Append(content);
        Span<byte> number = stackalloc byte[4];
        BinaryPrimitives.WriteInt32BigEndian(number, content.Length);
        output.Write(number);
        output.Write(type);
        output.Write(content);
        BinaryPrimitives.WriteUInt32BigEndian(number, sum.GetCurrentHashAsUInt32());
        output.Write(number);
    }
}
