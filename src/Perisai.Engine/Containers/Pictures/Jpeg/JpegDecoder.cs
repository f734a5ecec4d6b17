using Perisai.Engine.Containers.Codecs;

namespace Perisai.Engine.Containers.Pictures.Jpeg;

/// <summary>
/// Decodes a JPEG's picture to brightness: baseline and progressive, 8 bits, Huffman codes, one, three or four planes. The rounding of every step is
/// that of the library which ClamAV uses.
/// </summary>
/// <remarks>https://www.w3.org/Graphics/JPEG/itu-t81.pdf</remarks>
internal sealed class JpegDecoder
{
    /// <summary>Scans of a progressive picture; each goes over the whole of it, and a few bytes make one.</summary>
    private const int MostScans = 100;

    /// <summary>Scans that may end early: each costs a pass over the whole picture, for next to no bytes.</summary>
    private const int MostCutScans = 4;

    private const int MostTakenAhead = 16;

    /// <summary>Of rows that never came: the middle of all values.</summary>
    private const byte MissingRow = 128;

    private readonly ReadOnlyMemory<byte> _data;
    private readonly ScanBudget _budget;
    private readonly DecoderMemory _memory;
    private readonly ushort[]?[] _factors = new ushort[]?[4];
    private readonly JpegHuffmanTable?[] _dcTables = new JpegHuffmanTable?[4];
    private readonly JpegHuffmanTable?[] _acTables = new JpegHuffmanTable?[4];
    private JpegFrame? _frame;
    private int? _adobeTransform;
    private int _restartInterval;
    private int _scans;
    private int _cutScans;

    /// <summary>Rows of pixels that can be made from what was there.</summary>
    private int _rows = int.MaxValue;

    private JpegDecoder(ReadOnlyMemory<byte> data, ScanBudget budget, DecoderMemory memory) => (_data, _budget, _memory) = (data, budget, memory);

    /// <exception cref="CodecException">It cannot be decoded.</exception>
    public static LumaPicture Decode(ByteSource source, ScanBudget budget)
    {
        using var data = PictureData.Read(source, budget);
        var memory = new DecoderMemory(budget);
        try
        {
            return new JpegDecoder(data.Bytes, budget, memory).Decode();
        }
        catch
        {
            memory.Dispose();
            throw;
        }
    }

    private LumaPicture Decode()
    {
        ReadSegments();
        if (_frame is not { } frame || _scans == 0)
            throw PictureFaults.Damaged("There is no picture in it.");
        if (frame.IsProgressive)
            TransformBlocks(frame);
        // The first plane has the full resolution, and each of its rows is needed no more when the row has its brightness: it becomes the picture.
        var picture = LumaPicture.Over(frame.Components[0].Samples, frame.Width, frame.Height, _memory);
        var space = ColorSpace(frame);
        JpegUpsampling[] planes = [.. frame.Components.Select(component => new JpegUpsampling(frame, component))];
        for (var y = 0; y < picture.Height; y++)
        {
            var first = planes[0].Row(y);
            if (y >= _rows)
                picture.Row(y).Fill(MissingRow);
            else if (space == JpegColorSpace.Grey)
                first[..picture.Width].CopyTo(picture.Row(y));
            else
                JpegColors.ToBrightness(space, first, planes[1].Row(y), planes[2].Row(y), planes.Length > 3 ? planes[3].Row(y) : [], picture.Row(y));
        }

        return picture;
    }

    private void ReadSegments()
    {
        var data = _data.Span;
        var at = 2;
        while (_budget.CheckTime() && TryFindMarker(data, ref at, out var marker) && marker != JpegMarker.End)
        {
            if (marker is JpegMarker.Start or 1 || JpegMarker.IsRestart(marker))
                continue;
            if (at + 2 > data.Length)
                throw CodecException.Truncated();
            var length = (data[at] << 8) | data[at + 1];
            if (length < 2 || at + length > data.Length)
                throw CodecException.Truncated();
            var segment = data.Slice(at + 2, length - 2);
            at += length;
            if (marker != JpegMarker.Scan)
                ReadTables(marker, segment);
            else
                DecodeScan(segment, ref at);
        }
    }

    /// <summary>The next marker; what stands before it belongs to nothing.</summary>
    private static bool TryFindMarker(ReadOnlySpan<byte> data, ref int at, out int marker)
    {
        marker = 0;
        for (; at + 1 < data.Length; at++)
        {
            var skipped = data[at..].IndexOf((byte)0xFF);
            if (skipped < 0)
                return false;
            at += skipped;
            if (at + 1 >= data.Length || data[at + 1] is 0 or 0xFF)
                continue;
            marker = data[at + 1];
            at += 2;
            return true;
        }

        return false;
    }

    private void ReadTables(int marker, ReadOnlySpan<byte> segment)
    {
        switch (marker)
        {
            case JpegMarker.QuantizationTables:
                ReadFactors(segment);
                break;
            case JpegMarker.HuffmanTables:
                ReadHuffmanTables(segment);
                break;
            case JpegMarker.RestartInterval when segment.Length >= 2:
                _restartInterval = (segment[0] << 8) | segment[1];
                break;
            case JpegMarker.Adobe when segment.Length >= 12 && segment.StartsWith("Adobe"u8):
                _adobeTransform = segment[11];
                break;
            default:
                if (!JpegMarker.IsFrame(marker))
                    break;
                if (_frame is not null)
                    throw PictureFaults.Damaged("There are two frame headers.");
                _frame = JpegFrame.Parse(marker, segment);
                Allocate(_frame);
                break;
        }
    }

    private void ReadFactors(ReadOnlySpan<byte> segment)
    {
        while (!segment.IsEmpty)
        {
            var (bytes, number) = (segment[0] >> 4, segment[0] & 15);
            var length = 1 + (JpegBlock.Length * (bytes + 1));
            if (bytes > 1 || number > 3 || segment.Length < length)
                throw PictureFaults.Damaged("A quantization table is wrong.");
            var factors = new ushort[JpegBlock.Length];
            for (var i = 0; i < factors.Length; i++)
                factors[JpegBlock.ZigZag[i]] = bytes == 0 ? segment[1 + i] : (ushort)((segment[1 + (2 * i)] << 8) | segment[2 + (2 * i)]);
            _factors[number] = factors;
            segment = segment[length..];
        }
    }

    private void ReadHuffmanTables(ReadOnlySpan<byte> segment)
    {
        while (segment.Length > 16)
        {
            var (kind, number) = (segment[0] >> 4, segment[0] & 15);
            var counts = segment.Slice(1, 16);
            var symbols = 0;
            foreach (var count in counts)
                symbols += count;
            if (kind > 1 || number > 3 || symbols > 256 || segment.Length < 17 + symbols)
                throw PictureFaults.Damaged("A Huffman table is wrong.");
            (kind == 0 ? _dcTables : _acTables)[number] = new(counts, segment.Slice(17, symbols));
            segment = segment[(17 + symbols)..];
        }
    }

    private void Allocate(JpegFrame frame)
    {
        var bytes = frame.IsProgressive ? sizeof(short) : 1;
        _memory.Reserve(frame.Components.Sum(component => (long)component.BlocksAcross * component.BlocksDown * JpegBlock.Length * bytes));
        foreach (var component in frame.Components)
            component.Samples = new byte[component.BlocksAcross * component.BlocksDown * JpegBlock.Length * bytes];
    }

    private void DecodeScan(ReadOnlySpan<byte> header, ref int at)
    {
        var frame = _frame ?? throw PictureFaults.Damaged("A scan comes before the frame header.");
        var count = header.IsEmpty ? 0 : header[0];
        if (count is < 1 or > 4 || header.Length < 4 + (2 * count) || ++_scans > MostScans)
            throw PictureFaults.Damaged("A scan header is wrong, or there are too many scans.");
        var components = new JpegComponent[count];
        for (var i = 0; i < count; i++)
        {
            var (id, tables) = (header[1 + (2 * i)], header[2 + (2 * i)]);
            var component = Array.Find(frame.Components, component => component.Id == id);
            if (component is null || components.Contains(component) || (tables >> 4) > 3 || (tables & 15) > 3)
                throw PictureFaults.Damaged("A scan header is wrong.");
            component.DcTable = _dcTables[tables >> 4];
            component.AcTable = _acTables[tables & 15];
            component.Factors = _factors[component.QuantizationTable] ?? throw PictureFaults.Damaged("A quantization table is missing.");
            components[i] = component;
        }

        var settings = header[(1 + (2 * count))..];
        var scan = new JpegScan
        {
            Frame = frame,
            Components = components,
            First = settings[0],
            Last = settings[1],
            High = settings[2] >> 4,
            Low = settings[2] & 15,
            RestartInterval = _restartInterval,
            Budget = _budget,
        };
        Check(scan);
        var bits = new JpegBits(_data.Span, at);
        var rows = scan.Decode(ref bits);
        // The last rows of a unit wait for the next, where they are interpolated.
        if (rows < frame.UnitsDown && !frame.IsProgressive)
            _rows = Math.Max(0, (rows * JpegBlock.Side * frame.MostDown) - (frame.Components.Any(component => component.Down < frame.MostDown) ? frame.MostDown : 0));
        at = bits.Position;
        // Some bytes are taken ahead, and missing, at the end of every scan. One that is cut goes on with zeros; not many need to.
        if (bits.Missing > MostTakenAhead && ++_cutScans > MostCutScans)
            throw PictureFaults.Damaged("Scan after scan ends too early.");
    }

    private static void Check(JpegScan scan)
    {
        var isProgressive = scan.Frame.IsProgressive;
        var isRight = !isProgressive || (scan.First == 0 ? scan.Last == 0 : scan.Components.Length == 1 && scan.First <= scan.Last && scan.Last < JpegBlock.Length);
        var needsDc = !isProgressive || (scan.First == 0 && scan.High == 0);
        var needsAc = !isProgressive || scan.First > 0;
        if (!isRight || scan.Low > 13 || scan.Components.Any(component => (needsDc && component.DcTable is null) || (needsAc && component.AcTable is null)))
            throw PictureFaults.Damaged("A scan header is wrong, or a table is missing.");
    }

    /// <summary>Turns the collected frequencies of a progressive picture into samples.</summary>
    private void TransformBlocks(JpegFrame frame)
    {
        Span<int> values = stackalloc int[JpegBlock.Length];
        foreach (var component in frame.Components)
        {
            if (component.Factors.Length == 0)
                throw PictureFaults.Damaged("A component has no scan.");
            // A row of blocks becomes half as long, and is put where frequencies are no longer needed.
            var samples = new byte[component.Stride * JpegBlock.Side];
            for (var row = 0; row < component.BlocksDown && _budget.CheckTime(); row++)
            {
                for (var column = 0; column < component.BlocksAcross; column++)
                {
                    var block = component.Block(column, row);
                    for (var i = 0; i < values.Length; i++)
                        values[i] = block[i] * component.Factors[i];
                    JpegBlock.Transform(values, samples.AsSpan(column * JpegBlock.Side), component.Stride);
                }

                samples.CopyTo(component.Samples, row * samples.Length);
            }
        }
    }

    private JpegColorSpace ColorSpace(JpegFrame frame) => frame.Components.Length switch
    {
        1 => JpegColorSpace.Grey,
        3 => _adobeTransform == 0 ? JpegColorSpace.Rgb : JpegColorSpace.YCbCr,
        _ => _adobeTransform == 2 ? JpegColorSpace.Ycck : JpegColorSpace.Cmyk,
    };
}
