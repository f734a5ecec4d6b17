using Perisai.Engine.Containers.Codecs;
using Perisai.Engine.Containers.Pdf.Filters;

namespace Perisai.Engine.Containers.Pictures.Tiff;

/// <summary>
/// Decodes the first picture of a TIFF to brightness: grey, black and white, red, green and blue, inks; strips and tiles; uncompressed, LZW, deflate, run lengths.
/// </summary>
/// <remarks>https://www.itu.int/itudoc/itu-t/com16/tiff-fx/docs/tiff6.pdf</remarks>
internal sealed class TiffDecoder
{
    private const long MostTilePixels = 4L * LumaPicture.MaximumPixels;

    private readonly ReadOnlyMemory<byte> _data;
    private readonly ScanBudget _budget;
    private readonly TiffDirectory _directory;
    private readonly TiffSamples _samples;
    private readonly int _compression;

    private TiffDecoder(ReadOnlyMemory<byte> data, ScanBudget budget)
    {
        (_data, _budget) = (data, budget);
        _directory = new(data);
        _samples = new(_directory);
        _compression = _directory.Number(TiffDirectory.Compression, 1);
    }

    /// <exception cref="CodecException">It cannot be decoded.</exception>
    public static LumaPicture Decode(ByteSource source, ScanBudget budget)
    {
        using var data = PictureData.Read(source, budget);
        return new TiffDecoder(data.Bytes, budget).Decode();
    }

    private LumaPicture Decode()
    {
        var (width, height) = (_directory.Number(TiffDirectory.Width, 0), _directory.Number(TiffDirectory.Height, 0));
        var isTiled = _directory.Number(TiffDirectory.TileWidth, 0) != 0;
        var (tileWidth, tileHeight) = isTiled
            ? (_directory.Number(TiffDirectory.TileWidth, 0), _directory.Number(TiffDirectory.TileHeight, 0))
            : (width, RowsPerStrip(height));
        LumaPicture.CheckSize(width, height);
        LumaPicture.CheckSize(tileWidth, tileHeight);
        var offsets = _directory.Numbers(isTiled ? TiffDirectory.TileOffsets : TiffDirectory.StripOffsets);
        var lengths = _directory.Numbers(isTiled ? TiffDirectory.TileLengths : TiffDirectory.StripLengths);
        var (across, down) = ((width + tileWidth - 1) / tileWidth, (height + tileHeight - 1) / tileHeight);
        // Tiles may go beyond the edges, but not to many times the picture: all of them can be the same few bytes of the file.
        if ((long)across * tileWidth * down * tileHeight > MostTilePixels)
            throw new CodecException("Its tiles have many times the pixels of the picture.", NotScannedReason.OverBudget, BudgetLimit.DecoderMemory);
        if (offsets.Length < (long)across * down || lengths.Length < (long)across * down)
            throw PictureFaults.Damaged("There are too few strips or tiles.");
        var picture = LumaPicture.Create(width, height, _budget);
        try
        {
            for (var tile = 0; tile < across * down; tile++)
                ReadTile(picture, offsets[tile], lengths[tile], tile % across * tileWidth, tile / across * tileHeight, tileWidth, tileHeight, isTiled);
            return picture;
        }
        catch
        {
            picture.Dispose();
            throw;
        }
    }

    private int RowsPerStrip(int height)
    {
        var rows = _directory.Number(TiffDirectory.RowsPerStrip, height);
        return rows < 0 ? height : Math.Min(rows, height);
    }

    /// <summary>A tile goes beyond the picture's edges, a strip does not.</summary>
    private void ReadTile(LumaPicture picture, uint offset, uint length, int left, int top, int width, int height, bool isTiled)
    {
        if (offset > _data.Length - (long)length)
            throw CodecException.Truncated();
        using var source = new MemoryByteSource(_data.Slice((int)offset, (int)length));
        using var input = new CodecInput(source, 0, length, _budget);
        using var rows = Open(input);
        var row = new byte[_samples.RowLength(width)];
        var brightness = new byte[width];
        var visible = Math.Min(width, picture.Width - left);
        for (var y = 0; y < (isTiled ? height : Math.Min(height, picture.Height - top)); y++)
        {
            if (rows is null ? input.Read(row) < row.Length : rows.ReadAtLeast(row, row.Length, throwOnEndOfStream: false) < row.Length)
                throw CodecException.Truncated();
            if (!_budget.ChargeProduced(row.Length))
                throw PictureFaults.Damaged("The budget is spent.");
            if (top + y >= picture.Height)
                continue;
            _samples.ToBrightness(row, brightness);
            brightness.AsSpan(0, visible).CopyTo(picture.Row(top + y)[left..]);
        }
    }

    /// <summary>The decoder of the compression; null for none.</summary>
    private DecoderStream? Open(CodecInput input) => _compression switch
    {
        1 => null,
        5 => new LzwStream(input, earlyChange: true),
        8 or 32946 => new ZlibStream(input),
        32773 => new RunLengthStream(input),
        _ => throw PictureFaults.Damaged($"The compression {_compression} is not decoded."),
    };
}
