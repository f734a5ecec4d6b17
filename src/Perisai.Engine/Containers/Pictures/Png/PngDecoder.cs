using System.IO.Hashing;
using Perisai.Engine.Containers.Codecs;
using Perisai.Engine.Containers.Pdf.Filters;

namespace Perisai.Engine.Containers.Pictures.Png;

/// <summary>Decodes a PNG's picture to brightness: all colour types and depths, interlaced or not. Transparency is passed over, as the hash does.</summary>
/// <remarks>https://www.w3.org/TR/png-3/</remarks>
internal sealed class PngDecoder
{
    /// <summary>The seven passes of an interlaced picture: first column, first row, columns from one pixel to the next, rows.</summary>
    private static readonly (int X, int Y, int StepX, int StepY)[] _passes =
        [(0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2)];

    private readonly ScanBudget _budget;
    private readonly BoundedReader _reader;
    private readonly byte[] _palette = new byte[256];
    private PngHeader _header;

    private PngDecoder(ByteSource source, ScanBudget budget)
    {
        _budget = budget;
        _reader = new(source, budget, 8);
    }

    /// <exception cref="CodecException">It cannot be decoded.</exception>
    public static LumaPicture Decode(ByteSource source, ScanBudget budget) => new PngDecoder(source, budget).Decode();

    private LumaPicture Decode()
    {
        var dataLength = ReadHead();
        var picture = LumaPicture.Create(_header.Width, _header.Height, _budget);
        try
        {
            using var data = new PngData(_reader, dataLength);
            using var input = new CodecInput(data, _budget);
            using var rows = new ZlibStream(input);
            foreach (var pass in _header.IsInterlaced ? _passes : [(0, 0, 1, 1)])
                ReadPass(rows, picture, pass);
            Finish(input);
            return picture;
        }
        catch
        {
            picture.Dispose();
            throw;
        }
    }

    /// <summary>Reads the chunks before the picture's data, and gives the length of its first.</summary>
    private uint ReadHead()
    {
        var hasHeader = false;
        var hasPalette = false;
        while (_budget.CheckTime() && _reader.TryReadUInt32(out var length, bigEndian: true) && _reader.TryGetSpan(4, out var name))
        {
            var type = System.Buffers.Binary.BinaryPrimitives.ReadUInt32BigEndian(name);
            if (type == 0x49484452 && length == PngHeader.Length)
            {
                _header = PngHeader.Parse(Checked("IHDR"u8, PngHeader.Length));
                hasHeader = true;
            }
            else if (type == 0x504C5445 && length <= 256 * 3)
            {
                var colors = Checked("PLTE"u8, (int)length);
                Brightness.OfRow(colors, 3, _palette.AsSpan(0, colors.Length / 3));
                hasPalette = true;
            }
            else if (type == 0x49444154 && hasHeader && (hasPalette || _header.ColorType != PngHeader.Palette))
            {
                return length;
            }
            else if (type == 0x49444154 || !hasHeader || !_reader.TrySkip(length + 4L))
            {
                break;
            }
        }

        throw PictureFaults.Damaged("The header, the palette or the picture is missing.");
    }

    /// <summary>The content of a chunk, whose sum is right.</summary>
    private ReadOnlySpan<byte> Checked(ReadOnlySpan<byte> type, int length)
    {
        if (!_reader.TryGetSpan(length + 4, out var content))
            throw CodecException.Truncated();
        var sum = new Crc32();
        sum.Append(type);
        sum.Append(content[..length]);
        if (sum.GetCurrentHashAsUInt32() != System.Buffers.Binary.BinaryPrimitives.ReadUInt32BigEndian(content[length..]))
            throw PictureFaults.Damaged("The sum of a chunk differs.");
        return content[..length];
    }

    private void ReadPass(Stream data, LumaPicture picture, (int X, int Y, int StepX, int StepY) pass)
    {
        var width = (picture.Width - pass.X + pass.StepX - 1) / pass.StepX;
        if (width <= 0)
            return;
        var row = new byte[1 + _header.RowLength(width)];
        var above = new byte[row.Length];
        var brightness = new byte[width];
        for (var y = pass.Y; y < picture.Height; y += pass.StepY)
        {
            if (data.ReadAtLeast(row, row.Length, throwOnEndOfStream: false) < row.Length)
                throw CodecException.Truncated();
            PngFilters.Undo(row[0], row.AsSpan(1), above.AsSpan(1), _header.BytesPerPixel);
            var to = pass.StepX == 1 ? picture.Row(y) : brightness;
            ToBrightness(row.AsSpan(1), to);
            if (pass.StepX > 1)
            {
                for (int i = 0, x = pass.X; i < width; i++, x += pass.StepX)
                    picture.Pixels[(y * picture.Width) + x] = brightness[i];
            }

            (row, above) = (above, row);
            if (!_budget.ChargeProduced(row.Length))
                throw PictureFaults.Damaged("The budget is spent.");
        }
    }

    private void ToBrightness(ReadOnlySpan<byte> row, Span<byte> to)
    {
        var bytes = _header.BytesPerPixel;
        switch (_header.ColorType)
        {
            case PngHeader.Palette or PngHeader.Grey when _header.BitDepth < 8:
                Unpack(row, to);
                break;
            case PngHeader.Palette:
                for (var x = 0; x < to.Length; x++)
                    to[x] = _palette[row[x]];
                break;
            case PngHeader.Grey or PngHeader.GreyAlpha when _header.BitDepth == 8:
                for (var x = 0; x < to.Length; x++)
                    to[x] = row[x * bytes];
                break;
            case PngHeader.Grey or PngHeader.GreyAlpha:
                for (var x = 0; x < to.Length; x++)
                    to[x] = Narrow(row[(x * bytes)..]);
                break;
            default:
                if (_header.BitDepth == 8)
                {
                    Brightness.OfRow(row, bytes, to);
                    break;
                }

                for (var x = 0; x < to.Length; x++)
                {
                    var pixel = row.Slice(x * bytes, 6);
                    to[x] = Brightness.Of(Narrow(pixel), Narrow(pixel[2..]), Narrow(pixel[4..]));
                }

                break;
        }
    }

    /// <summary>Pixels of less than a byte, the first in the upper bits.</summary>
    private void Unpack(ReadOnlySpan<byte> row, Span<byte> to)
    {
        var depth = _header.BitDepth;
        var largest = (1 << depth) - 1;
        for (var x = 0; x < to.Length; x++)
        {
            var bit = x * depth;
            var value = (row[bit >> 3] >> (8 - depth - (bit & 7))) & largest;
            to[x] = _header.ColorType == PngHeader.Palette ? _palette[value] : (byte)(value * (255 / largest));
        }
    }

    private static byte Narrow(ReadOnlySpan<byte> value) => Brightness.Narrow((value[0] << 8) | value[1]);

    /// <summary>Reads what is left of the data: it must be whole, and its sums right.</summary>
    private void Finish(CodecInput input)
    {
        do
        {
            input.Skip(input.Available);
            if (!_budget.CheckTime())
                throw PictureFaults.Damaged("The budget is spent.");
        }
        while (input.Fill());
    }
}
