namespace Perisai.Engine.Containers.Pictures;

/// <summary>
/// The discrete cosine transform (DCT-II, unscaled) of 2, 4, 8, 16 or 32 numbers by split radix: one of half the length over sums, two of a quarter
/// over turned differences. The order of its additions is that of the library that ClamAV uses: in even pictures most frequencies are zero but for
/// rounding, and the hash tells which of them are above zero.
/// </summary>
internal static class CosineTransform
{
    private const int LongestLength = 32;

    /// <summary>1 / √2.</summary>
    private const float HalfRoot = 0.70710678118654752440f;

    private static readonly float[][] _cosines = MakeFactors(Math.Cos);
    private static readonly float[][] _sines = MakeFactors(Math.Sin);

    /// <summary>Replaces numbers by their frequencies.</summary>
    public static void Transform(Span<float> values)
    {
        switch (values.Length)
        {
            case 1:
                return;
            case 2:
                (values[0], values[1]) = (values[0] + values[1], (values[0] - values[1]) * HalfRoot);
                return;
        }

        var length = values.Length;
        var half = length / 2;
        var quarter = length / 4;
        Span<float> parts = stackalloc float[LongestLength];
        var sums = parts[..half];
        var evens = parts.Slice(half, quarter);
        var odds = parts.Slice(half + quarter, quarter);
        var (cosines, sines) = (_cosines[length / 4], _sines[length / 4]);
        for (var i = 0; i < quarter; i++)
        {
            var (outerLow, outerHigh) = (values[i], values[length - 1 - i]);
            var (innerLow, innerHigh) = (values[half - 1 - i], values[half + i]);
            sums[i] = outerHigh + outerLow;
            sums[half - 1 - i] = innerLow + innerHigh;
            var outer = outerLow - outerHigh;
            var inner = innerLow - innerHigh;
            evens[i] = (outer * cosines[i]) + (inner * sines[i]);
            var odd = (inner * cosines[i]) - (outer * sines[i]);
            odds[quarter - 1 - i] = i % 2 == 0 ? odd : -odd;
        }

        Transform(sums);
        Transform(evens);
        Transform(odds);
        for (var i = 0; i < half; i++)
            values[2 * i] = sums[i];
        values[1] = evens[0];
        values[length - 1] = -odds[0];
        for (var i = 1; i < quarter; i++)
        {
            var odd = (i + quarter) % 2 == 0 ? -odds[quarter - i] : odds[quarter - i];
            values[(4 * i) - 1] = evens[i] + odd;
            values[(4 * i) + 1] = evens[i] - odd;
        }
    }

    /// <summary>For each length, by a quarter of it: a function of (2i + 1) / (4 length) of a full turn.</summary>
    private static float[][] MakeFactors(Func<double, double> function)
    {
        var factors = new float[(LongestLength / 4) + 1][];
        for (var quarter = 1; quarter < factors.Length; quarter *= 2)
            factors[quarter] = [.. Enumerable.Range(0, quarter).Select(i => (float)function(2 * Math.PI / (16 * quarter) * ((2 * i) + 1)))];
        return factors;
    }
}
