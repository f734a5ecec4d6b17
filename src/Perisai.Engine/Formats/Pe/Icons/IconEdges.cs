namespace Perisai.Engine.Formats.Pe.Icons;

/// <summary>
/// Where an icon has edges: the gradient of its pixels' distance from middle grey in the CIE L*a*b* space (Sobel's operator), stretched so that the
/// steepest is 255, and blurred a little. The pixels of the border are 0.
/// </summary>
internal static class IconEdges
{
    /// <summary>Middle grey (0x7F7F7F) in L*a*b*, as single-precision constants.</summary>
    private const double GreyL = 53.192777691077211f;
    private const double GreyA = 0.0031420942181448197f;
    private const double GreyB = -0.0062075877844014471f;

    public static uint[] Find(ReadOnlySpan<uint> pixels, int side)
    {
        var distances = new double[side * side];
        for (var i = 0; i < distances.Length; i++)
            distances[i] = DistanceFromGrey(pixels[i]);
        var edges = new uint[side * side];
        uint steepest = 0;
        for (var y = 1; y < side - 1; y++)
        {
            for (var x = 1; x < side - 1; x++)
                steepest = Math.Max(steepest, edges[(y * side) + x] = Gradient(distances, (y * side) + x, side));
        }

        for (var y = 1; y < side - 1; y++)
        {
            for (var x = 1; x < side - 1; x++)
            {
                ref var edge = ref edges[(y * side) + x];
                // Where there is no edge at all the pixels' blue is left in its place.
                edge = steepest > 0 ? edge * 255 / steepest : pixels[(y * side) + x] & 0xFF;
            }
        }

        Blur(edges, side);
        return edges;
    }

    private static uint Gradient(double[] v, int at, int side)
    {
        var (above, below) = (at - side, at + side);
        var x = v[above - 1] + (v[at - 1] * 2) + v[below - 1] - v[above + 1] - (v[at + 1] * 2) - v[below + 1];
        var y = v[above - 1] + (v[above] * 2) + v[above + 1] - v[below - 1] - (v[below] * 2) - v[below + 1];
        return (uint)(int)Math.Sqrt((x * x) + (y * y));
    }

    /// <summary>Weights of 1, 2, 1 along the rows, then down the columns, where the row above is taken as it is after the blur.</summary>
    private static void Blur(uint[] edges, int side)
    {
        var rows = new uint[edges.Length];
        for (var y = 1; y < side - 1; y++)
        {
            for (var x = 1; x < side - 1; x++)
            {
                var at = (y * side) + x;
                rows[at] = (edges[at - 1] + (2 * edges[at]) + edges[at + 1]) / 4;
            }
        }

        for (var y = 1; y < side - 1; y++)
        {
            for (var x = 1; x < side - 1; x++)
            {
                var at = (y * side) + x;
                edges[at] = (edges[at - side] + (2 * rows[at]) + rows[at + side]) / 4;
            }
        }
    }

    private static double DistanceFromGrey(uint pixel)
    {
        var (red, green, blue) = (Linear((pixel >> 16) & 0xFF), Linear((pixel >> 8) & 0xFF), Linear(pixel & 0xFF));
        var x = Root(((red * 0.4124f) + (green * 0.3576f) + (blue * 0.1805f)) / 95.047f);
        var y = Root(((red * 0.2126f) + (green * 0.7152f) + (blue * 0.0722f)) / 100.000f);
        var z = Root(((red * 0.0193f) + (green * 0.1192f) + (blue * 0.9505f)) / 108.883f);
        var (l, a, b) = ((116.0f * y) - 16.0f, 500.0f * (x - y), 200.0f * (y - z));
        var (fromL, fromA, fromB) = (GreyL - l, GreyA - a, GreyB - b);
        return Math.Sqrt((fromL * fromL) + (fromA * fromA) + (fromB * fromB));
    }

    /// <summary>An sRGB value without its gamma, in percent.</summary>
    private static double Linear(uint value)
    {
        var part = value / (double)255.0f;
        return (part > 0.04045f ? Math.Pow((part + 0.055f) / 1.055f, 2.4f) : part / 12.92f) * 100.0f;
    }

    private static double Root(double value) => value > 0.008856f ? Math.Pow(value, 1.0f / 3.0f) : (7.787f * value) + (16.0f / 116.0f);
}
