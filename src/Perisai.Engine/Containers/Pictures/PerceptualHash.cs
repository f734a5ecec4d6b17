namespace Perisai.Engine.Containers.Pictures;

/// <summary>
/// The perceptual hash of ClamAV's <c>fuzzy_img</c>, 64 bits: the picture is reduced to 32 by 32 points of brightness, these are turned into
/// frequencies, and a bit says which of the 64 lowest are above their median. docs/design/pictures.md tells why and what it takes to agree.
/// </summary>
internal static class PerceptualHash
{
    /// <summary>Points along a side of the reduced picture.</summary>
    public const int Side = 32;

    /// <summary>Frequencies along a side that are compared.</summary>
    private const int Low = 8;

    /// <summary>The hash; the most significant bit stands for the mean, those after it for the next frequencies from left to right.</summary>
    /// <exception cref="Codecs.CodecException">There is no memory for the reduction.</exception>
    public static ulong Of(LumaPicture picture, ScanBudget budget)
    {
        Span<byte> points = stackalloc byte[Side * Side];
        PictureReduction.Reduce(picture, points, budget);
        return Of(points);
    }

    /// <summary>The hash of 32 by 32 points.</summary>
    public static ulong Of(ReadOnlySpan<byte> points)
    {
        Span<float> values = stackalloc float[Side * Side];
        Span<float> turned = stackalloc float[Side * Side];
        for (var i = 0; i < values.Length; i++)
            values[i] = points[i] / 255f;
        // Columns first, then rows.
        Transpose(values, turned);
        TransformRows(turned);
        Transpose(turned, values);
        TransformRows(values);

        Span<float> low = stackalloc float[Low * Low];
        for (var row = 0; row < Low; row++)
            values.Slice(row * Side, Low).CopyTo(low[(row * Low)..]);
        Span<float> sorted = stackalloc float[Low * Low];
        low.CopyTo(sorted);
        sorted.Sort();
        var median = (sorted[(sorted.Length / 2) - 1] + sorted[sorted.Length / 2]) / 2f;
        ulong hash = 0;
        foreach (var value in low)
            hash = (hash << 1) | (value > median ? 1UL : 0);
        return hash;
    }

    private static void TransformRows(Span<float> values)
    {
        for (var row = 0; row < Side; row++)
            CosineTransform.Transform(values.Slice(row * Side, Side));
        foreach (ref var value in values)
            value *= 2f;
    }

    private static void Transpose(ReadOnlySpan<float> from, Span<float> to)
    {
        for (var y = 0; y < Side; y++)
        {
            for (var x = 0; x < Side; x++)
                to[(x * Side) + y] = from[(y * Side) + x];
        }
    }
}
