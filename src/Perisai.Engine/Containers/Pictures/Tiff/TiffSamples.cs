using Perisai.Engine.Containers.Codecs;

namespace Perisai.Engine.Containers.Pictures.Tiff;

/// <summary>How the samples of a TIFF are written and what they mean: rows of decompressed bytes into brightness.</summary>
internal sealed class TiffSamples
{
    private const int WhiteIsZero = 0;
    private const int BlackIsZero = 1;
    private const int Colors = 2;
    private const int Inks = 5;
    private const int HorizontalDifferences = 2;

    private readonly int _interpretation;
    private readonly int _bits;
    private readonly bool _isDifferenced;
    private readonly bool _isBigEndian;

    /// <exception cref="CodecException">It is a kind that is not decoded.</exception>
    public TiffSamples(TiffDirectory directory)
    {
        _isBigEndian = directory.IsBigEndian;
        _interpretation = directory.Number(TiffDirectory.Interpretation, -1);
        PerPixel = directory.Number(TiffDirectory.SamplesPerPixel, 1);
        var bits = directory.Numbers(TiffDirectory.BitsPerSample);
        _bits = bits.Length == 0 ? 1 : (int)bits[0];
        var predictor = directory.Number(TiffDirectory.Predictor, 1);
        _isDifferenced = predictor == HorizontalDifferences;
        var isKnown = _interpretation switch
        {
            WhiteIsZero or BlackIsZero => PerPixel == 1 && _bits is 1 or 8 or 16,
            Colors => PerPixel is 3 or 4 && _bits is 8 or 16,
            Inks => PerPixel == 4 && _bits is 8 or 16,
            _ => false,
        };
        if (!isKnown || predictor is not (1 or HorizontalDifferences) || bits.Any(other => other != _bits)
            || directory.Numbers(TiffDirectory.SampleFormat).Any(format => format != 1)
            || directory.Number(TiffDirectory.Planes, 1) != 1 || (_isDifferenced && _bits < 8))
            throw PictureFaults.Damaged("Its samples are of a kind that is not decoded.");
    }

    public int PerPixel { get; }

    public int RowLength(int width) => (int)((((long)width * PerPixel * _bits) + 7) / 8);

    /// <summary>Turns a row into brightness; the row is changed.</summary>
    public void ToBrightness(Span<byte> row, Span<byte> to)
    {
        if (_isDifferenced)
            AddUp(row);
        for (var x = 0; x < to.Length; x++)
        {
            to[x] = _interpretation switch
            {
                Colors => Brightness.Of(Sample(row, x * PerPixel), Sample(row, (x * PerPixel) + 1), Sample(row, (x * PerPixel) + 2)),
                Inks => OfInks(row, 4 * x),
                WhiteIsZero => (byte)(255 - Sample(row, x)),
                _ => Sample(row, x),
            };
        }
    }

    private byte Sample(ReadOnlySpan<byte> row, int index) => _bits switch
    {
        1 => (row[index >> 3] >> (7 - (index & 7)) & 1) != 0 ? (byte)255 : (byte)0,
        8 => row[index],
        _ => Brightness.Narrow(Word(row, index)),
    };

    private int Word(ReadOnlySpan<byte> row, int index) =>
        _isBigEndian ? (row[2 * index] << 8) | row[(2 * index) + 1] : row[2 * index] | (row[(2 * index) + 1] << 8);

    /// <summary>Undoes the horizontal differences: each sample was written less the one a pixel before.</summary>
    private void AddUp(Span<byte> row)
    {
        if (_bits == 8)
        {
            for (var i = PerPixel; i < row.Length; i++)
                row[i] += row[i - PerPixel];
            return;
        }

        for (var i = PerPixel; i < row.Length / 2; i++)
        {
            var sum = Word(row, i) + Word(row, i - PerPixel);
            row[(2 * i) + (_isBigEndian ? 0 : 1)] = (byte)(sum >> 8);
            row[(2 * i) + (_isBigEndian ? 1 : 0)] = (byte)sum;
        }
    }

    private byte OfInks(ReadOnlySpan<byte> row, int index)
    {
        var light = 1f - (_bits == 8 ? row[index + 3] / 255f : Word(row, index + 3) / 65535f);
        return Brightness.Of(Light(row, index, light), Light(row, index + 1, light), Light(row, index + 2, light));
    }

    /// <summary>What an ink leaves of the light, cut to a whole number at the samples' depth.</summary>
    private byte Light(ReadOnlySpan<byte> row, int index, float light) =>
        _bits == 8 ? (byte)((255f - row[index]) * light) : Brightness.Narrow((int)((65535f - Word(row, index)) * light));
}
