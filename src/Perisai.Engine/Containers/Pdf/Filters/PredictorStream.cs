using Perisai.Engine.Containers.Codecs;

namespace Perisai.Engine.Containers.Pdf.Filters;

/// <summary>
/// Undoes the predictors of FlateDecode and LZWDecode (ISO 32000-1, 7.4.4.4): 2 is that of TIFF, 10 to 15 those of PNG, where each row says
/// by its first byte which one it uses.
/// </summary>
internal sealed class PredictorStream : DecoderStream
{
    private readonly bool _isTiff;
    private readonly int _bits;
    private readonly int _colors;
    private readonly int _distance;
    private readonly byte[] _raw;
    private byte[] _row;
    private byte[] _above;

    public PredictorStream(CodecInput input, int predictor, int colors, int bits, int columns)
        : base(input)
    {
        _isTiff = predictor == 2;
        _bits = bits;
        _colors = colors;
        _distance = Math.Max(1, colors * bits / 8);
        var length = (int)(((long)columns * colors * bits + 7) / 8);
        _raw = new byte[length + (_isTiff ? 0 : 1)];
        _row = new byte[length];
        _above = new byte[length];
    }

    /// <summary>The longest row that is believed: 16 MiB.</summary>
    public static bool IsPossible(long colors, long bits, long columns) =>
        colors is >= 1 and <= 64 && bits is 1 or 2 or 4 or 8 or 16 && columns is >= 1 and <= 1 << 24 && columns * colors * bits / 8 <= 16 << 20;

    protected override void Produce()
    {
        var count = Input.Read(_raw);
        if (count == 0)
        {
            Finished = true;
            return;
        }

        (_row, _above) = (_above, _row);
        var data = _raw.AsSpan(_isTiff ? 0 : 1, Math.Max(0, count - (_isTiff ? 0 : 1)));
        data.CopyTo(_row);
        var row = _row.AsSpan(0, data.Length);
        if (_isTiff)
            UndoTiff(row);
        else
            UndoPng(_raw[0], row);
        Output = _row;
        OutputStart = 0;
        OutputEnd = row.Length;
    }

    private void UndoTiff(Span<byte> row)
    {
        if (_bits == 8)
        {
            for (var at = _colors; at < row.Length; at++)
                row[at] += row[at - _colors];
        }
        else if (_bits == 16)
        {
            for (var at = 2 * _colors; at + 1 < row.Length; at += 2)
            {
                var sum = (row[at] << 8 | row[at + 1]) + (row[at - 2 * _colors] << 8 | row[at - 2 * _colors + 1]);
                row[at] = (byte)(sum >> 8);
                row[at + 1] = (byte)sum;
            }
        }
    }

    private void UndoPng(byte kind, Span<byte> row)
    {
        for (var at = 0; at < row.Length && kind is >= 1 and <= 4; at++)
        {
            int left = at >= _distance ? row[at - _distance] : 0;
            int corner = at >= _distance ? _above[at - _distance] : 0;
            row[at] += (byte)(kind switch
            {
                1 => left,
                2 => _above[at],
                3 => left + _above[at] >> 1,
                _ => Paeth(left, _above[at], corner),
            });
        }
    }

    private static int Paeth(int left, int above, int corner)
    {
        var estimate = left + above - corner;
        var (toLeft, toAbove, toCorner) = (Math.Abs(estimate - left), Math.Abs(estimate - above), Math.Abs(estimate - corner));
        return toLeft <= toAbove && toLeft <= toCorner ? left : toAbove <= toCorner ? above : corner;
    }
}
