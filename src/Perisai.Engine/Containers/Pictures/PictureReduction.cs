using System.Numerics;
using Perisai.Engine.Containers.Codecs;

namespace Perisai.Engine.Containers.Pictures;

/// <summary>
/// Reduces a picture to 32 by 32 points with a Lanczos filter of three lobes, in single precision: first the columns, whose result is kept unrounded,
/// then the rows. Sums run from the first pixel to the last, for the order of additions is part of the result.
/// </summary>
internal static class PictureReduction
{
    private const int Side = PerceptualHash.Side;

    /// <summary>Rows between two looks at the clock.</summary>
    private const int RowsPerCheck = 64;

    /// <exception cref="CodecException">There is no memory or time.</exception>
    public static void Reduce(LumaPicture picture, Span<byte> points, ScanBudget budget)
    {
        if (picture is { Width: Side, Height: Side })
        {
            picture.Pixels.AsSpan(0, points.Length).CopyTo(points);
            return;
        }

        using var memory = new DecoderMemory(budget);
        memory.Reserve((long)picture.Width * (Side + 1) * sizeof(float));
        var columns = new float[Side][];
        for (var y = 0; y < Side; y++)
            columns[y] = new float[picture.Width];
        ReduceColumns(picture, columns, budget);
        for (var x = 0; x < Side; x++)
        {
            var filter = LanczosFilter.For(picture.Width, Side, x);
            for (var y = 0; y < Side; y++)
            {
                var sum = 0f;
                var row = columns[y].AsSpan(filter.First, filter.Weights.Length);
                for (var i = 0; i < row.Length; i++)
                    sum += row[i] * filter.Weights[i];
                points[(y * Side) + x] = Brightness.Round(Math.Clamp(sum, 0f, 255f));
            }
        }
    }

    private static void ReduceColumns(LumaPicture picture, float[][] columns, ScanBudget budget)
    {
        LanczosFilter[] filters = [.. Enumerable.Range(0, Side).Select(y => LanczosFilter.For(picture.Height, Side, y))];
        var row = new float[picture.Width];
        for (var y = 0; y < picture.Height; y++)
        {
            if (y % RowsPerCheck == 0 && !budget.CheckTime())
                throw PictureFaults.Damaged("The time is up.");
            var pixels = picture.Row(y);
            for (var x = 0; x < row.Length; x++)
                row[x] = pixels[x];
            for (var to = 0; to < Side; to++)
            {
                var at = y - filters[to].First;
                if ((uint)at < (uint)filters[to].Weights.Length)
                    AddWeighted(row, filters[to].Weights[at], columns[to]);
            }
        }
    }

    /// <summary>Multiplies and adds, with a rounding after each.</summary>
    private static void AddWeighted(ReadOnlySpan<float> row, float weight, Span<float> sums)
    {
        var x = 0;
        for (; x <= row.Length - Vector<float>.Count; x += Vector<float>.Count)
        {
            var product = new Vector<float>(row[x..]) * new Vector<float>(weight);
            (new Vector<float>(sums[x..]) + product).CopyTo(sums[x..]);
        }

        for (; x < row.Length; x++)
            sums[x] += row[x] * weight;
    }
}
