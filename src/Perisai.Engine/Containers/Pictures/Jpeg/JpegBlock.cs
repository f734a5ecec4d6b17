namespace Perisai.Engine.Containers.Pictures.Jpeg;

/// <summary>
/// A block of 8 by 8 samples and its inverse cosine transform, in whole numbers of twelve binary places. Decoders may differ here by one or two
/// (T.81 leaves it open); this one rounds as that of ClamAV's library does, which is that of many small decoders.
/// </summary>
internal static class JpegBlock
{
    public const int Side = 8;
    public const int Length = Side * Side;

    /// <summary>Binary places of the factors.</summary>
    private const int Places = 12;

    /// <summary>Places that are kept between the two passes.</summary>
    private const int Kept = 2;

    /// <summary>Half of what the first pass cuts off.</summary>
    private const int FirstRounding = 1 << (Places - Kept - 1);

    /// <summary>
    /// Half of what the second pass cuts off, and 128 to move the samples to 0 to 255; and what the first pass adds once more, which is there in
    /// the library too and shifts the rounding by a hair.
    /// </summary>
    private const int SecondRounding = FirstRounding + (1 << 16) + (128 << 17);

    /// <summary>Where each frequency stands, in the order in which they are stored.</summary>
    public static ReadOnlySpan<byte> ZigZag =>
    [
        0, 1, 8, 16, 9, 2, 3, 10, 17, 24, 32, 25, 18, 11, 4, 5, 12, 19, 26, 33, 40, 48, 41, 34, 27, 20, 13, 6, 7, 14, 21, 28,
        35, 42, 49, 56, 57, 50, 43, 36, 29, 22, 15, 23, 30, 37, 44, 51, 58, 59, 52, 45, 38, 31, 39, 46, 53, 60, 61, 54, 47, 55, 62, 63,
    ];

    /// <summary>Turns frequencies into samples.</summary>
    /// <param name="values">The frequencies, multiplied by their factors; they are overwritten.</param>
    /// <param name="samples">Where the first sample goes.</param>
    /// <param name="stride">From one row of samples to the next.</param>
    public static void Transform(Span<int> values, Span<byte> samples, int stride)
    {
        if (!values[1..Length].ContainsAnyExcept(0))
        {
            var flat = Clamp((values[0] + 4 + (128 << 3)) >> 3);
            for (var y = 0; y < Side; y++)
                samples.Slice(y * stride, Side).Fill(flat);
            return;
        }

        for (var x = 0; x < Side; x++)
            Pass(values[x..], Side, FirstRounding, Places - Kept);
        for (var y = 0; y < Side; y++)
        {
            Pass(values[(y * Side)..], 1, SecondRounding, Places + Kept + 3);
            var row = samples.Slice(y * stride, Side);
            for (var x = 0; x < Side; x++)
                row[x] = Clamp(values[(y * Side) + x]);
        }
    }

    private static byte Clamp(int value) => (byte)Math.Clamp(value, 0, 255);

    /// <summary>With twelve binary places; negative factors end up one too small, which is part of the rounding to agree with.</summary>
    private static int Fixed(double value) => (int)((value * (1 << Places)) + 0.5);

    /// <summary>One dimension, after Loeffler, Ligtenberg and Moschytz. Sums may wrap round in damaged pictures.</summary>
    private static void Pass(Span<int> v, int step, int rounding, int shift)
    {
        unchecked
        {
            // Even frequencies.
            var (v2, v6) = (v[2 * step], v[6 * step]);
            var turned = (v2 + v6) * Rotations.Even;
            var low = turned + (v6 * Rotations.Even6);
            var high = turned + (v2 * Rotations.Even2);
            var sum = (v[0] + v[4 * step]) << Places;
            var difference = (v[0] - v[4 * step]) << Places;
            var (e0, e3) = (sum + high + rounding, sum - high + rounding);
            var (e1, e2) = (difference + low + rounding, difference - low + rounding);

            // Odd frequencies.
            var (v1, v3, v5, v7) = (v[step], v[3 * step], v[5 * step], v[7 * step]);
            var (s73, s51, s71, s53) = (v7 + v3, v5 + v1, v7 + v1, v5 + v3);
            var all = (s73 + s51) * Rotations.All;
            var a = all + (s71 * Rotations.Sum71);
            var b = all + (s53 * Rotations.Sum53);
            var c = s73 * Rotations.Sum73;
            var d = s51 * Rotations.Sum51;
            var o0 = (v1 * Rotations.Odd1) + a + d;
            var o1 = (v3 * Rotations.Odd3) + b + c;
            var o2 = (v5 * Rotations.Odd5) + b + d;
            var o3 = (v7 * Rotations.Odd7) + a + c;

            (v[0], v[7 * step]) = ((e0 + o0) >> shift, (e0 - o0) >> shift);
            (v[step], v[6 * step]) = ((e1 + o1) >> shift, (e1 - o1) >> shift);
            (v[2 * step], v[5 * step]) = ((e2 + o2) >> shift, (e2 - o2) >> shift);
            (v[3 * step], v[4 * step]) = ((e3 + o3) >> shift, (e3 - o3) >> shift);
        }
    }

    /// <summary>The factors: sums and differences of cosines of multiples of π/16, times √2.</summary>
    private static class Rotations
    {
        public static readonly int Even = Fixed(0.5411961);
        public static readonly int Even6 = Fixed(-1.847759065);
        public static readonly int Even2 = Fixed(0.765366865);
        public static readonly int All = Fixed(1.175875602);
        public static readonly int Odd7 = Fixed(0.298631336);
        public static readonly int Odd5 = Fixed(2.053119869);
        public static readonly int Odd3 = Fixed(3.072711026);
        public static readonly int Odd1 = Fixed(1.501321110);
        public static readonly int Sum71 = Fixed(-0.899976223);
        public static readonly int Sum53 = Fixed(-2.562915447);
        public static readonly int Sum73 = Fixed(-1.961570560);
        public static readonly int Sum51 = Fixed(-0.390180644);
    }
}
