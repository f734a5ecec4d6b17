namespace Perisai.Engine.Formats.Pe.Icons;

/// <summary>Measures an icon. Every division cuts and every order of steps is ClamAV's: definitions were made with its numbers.</summary>
internal static class IconMeasurement
{
    /// <summary>From this saturation and brightness on a pixel is coloured.</summary>
    private const int LeastColor = 85;

    /// <summary>An icon is colourless where no more than this many percent of its pixels are coloured.</summary>
    private const int FewColors = 5;

    /// <param name="pixels">Rows of 0xAARRGGBB from the top, a square.</param>
    /// <param name="side">Pixels in a row.</param>
    public static IconMetrics Measure(ReadOnlySpan<uint> pixels, int side)
    {
        var color = new uint[side * side];
        var light = new uint[side * side];
        uint count = 0, red = 0, green = 0, blue = 0;
        for (var i = 0; i < color.Length; i++)
        {
            var (r, g, b) = ((int)(pixels[i] >> 16) & 0xFF, (int)(pixels[i] >> 8) & 0xFF, (int)pixels[i] & 0xFF);
            var brightness = Math.Max(r, Math.Max(g, b));
            var spread = brightness - Math.Min(r, Math.Min(g, b));
            var saturation = spread == 0 ? 0 : 255 * spread / brightness;
            light[i] = (uint)brightness;
            color[i] = (uint)Math.Sqrt(saturation * saturation * brightness);
            if (saturation <= LeastColor || brightness <= LeastColor)
                continue;
            count++;
            red += (uint)(100 - (100 * Math.Abs(g - b) / spread));
            green += (uint)(100 - (100 * Math.Abs(r - b) / spread));
            blue += (uint)(100 - (100 * Math.Abs(r - g) / spread));
        }

        var isColorless = count * 100 / (uint)side / (uint)side <= FewColors;
        var edges = new IconWindows(IconEdges.Find(pixels, side), side);
        var (edged, smooth) = (edges.Most(isColorless ? 6 : 3), edges.Least(isColorless ? 6 : 3));
        var (colors, lights) = (new IconWindows(color, side), new IconWindows(light, side));
        return new()
        {
            Side = side,
            Colored = isColorless ? edged[3..] : colors.Most(3),
            // Where there are further smooth squares, their averages stand at the places of the edged ones.
            Grey = isColorless ? [.. smooth[3..].Zip(edged[3..], (area, place) => place with { Average = area.Average })] : colors.Least(3),
            Bright = lights.Most(3),
            Dark = lights.Least(3),
            Edged = edged[..3],
            Smooth = smooth[..3],
            Red = isColorless ? 0 : (int)(red / count),
            Green = isColorless ? 0 : (int)(green / count),
            Blue = isColorless ? 0 : (int)(blue / count),
            ColorShare = isColorless ? 0 : (int)(count * 100 / (uint)side / (uint)side),
        };
    }
}
