using System.Globalization;
using System.Text;

namespace Perisai.Engine.Formats.Pe.Icons;

/// <summary>
/// What an icon looks like, as ClamAV's .idb databases write it: of each of six properties the three squares that have it most (they do not overlap),
/// and the share and spread of colours. An icon with hardly any colour has further squares with many and few edges in place of coloured and grey ones.
/// </summary>
internal sealed record IconMetrics
{
    /// <summary>Squares of each property.</summary>
    public const int Areas = 3;

    /// <summary>Hexadecimal digits of the text form.</summary>
    public const int TextLength = 124;

    /// <summary>The greatest average of colour: √(255³).</summary>
    private const int MostColor = 4072;

    private const int MostBrightness = 255;

    /// <summary>The greatest spread that ClamAV takes; it is a percentage all the same.</summary>
    private const int MostSpread = 103;

    private const int MostShare = 100;

    /// <summary>Pixels in a row: 16 to 32.</summary>
    public required int Side { get; init; }

    public required IconArea[] Colored { get; init; }

    public required IconArea[] Grey { get; init; }

    public required IconArea[] Bright { get; init; }

    public required IconArea[] Dark { get; init; }

    public required IconArea[] Edged { get; init; }

    public required IconArea[] Smooth { get; init; }

    /// <summary>How red, green and blue the coloured pixels are on average, in percent.</summary>
    public required int Red { get; init; }

    public required int Green { get; init; }

    public required int Blue { get; init; }

    /// <summary>Coloured pixels of all, in percent; 0 where there are hardly any.</summary>
    public required int ColorShare { get; init; }

    /// <summary>Which icons it is compared with: those of 16, 24 or 32 pixels, and a few more.</summary>
    public int SizeClass => (Side >> 3) - 2;

    /// <summary>Reads the text form. Null where it is none; <paramref name="problemAt"/> is the first digit that is wrong.</summary>
    public static IconMetrics? Parse(ReadOnlySpan<char> text, out int problemAt)
    {
        problemAt = 0;
        if (text.Length != TextLength || text.ContainsAnyExcept("0123456789abcdefABCDEF"))
            return null;
        var at = 0;
        var side = Take(text, 2, ref at);
        if (side is not (16 or 24 or 32))
            return null;
        var areas = new IconArea[6][];
        for (var kind = 0; kind < areas.Length; kind++)
        {
            areas[kind] = new IconArea[Areas];
            for (var i = 0; i < Areas; i++)
            {
                problemAt = at;
                var average = Take(text, kind < 2 ? 3 : 2, ref at);
                areas[kind][i] = new(Take(text, 2, ref at), Take(text, 2, ref at), (uint)average);
                if (average > (kind < 2 ? MostColor : MostBrightness) || Math.Max(areas[kind][i].X, areas[kind][i].Y) > side / 8 * 7)
                    return null;
            }
        }

        problemAt = at;
        var (red, green, blue, share) = (Take(text, 2, ref at), Take(text, 2, ref at), Take(text, 2, ref at), Take(text, 2, ref at));
        if (Math.Max(red, Math.Max(green, blue)) > MostSpread || share > MostShare)
            return null;
        return new()
        {
            Side = side,
            Colored = areas[0],
            Grey = areas[1],
            Bright = areas[2],
            Dark = areas[3],
            Edged = areas[4],
            Smooth = areas[5],
            Red = red,
            Green = green,
            Blue = blue,
            ColorShare = share,
        };
    }

    /// <summary>Whether a definition's icon is so much like this one that it is taken for the same.</summary>
    public bool IsLike(IconMetrics definition)
    {
        var isColorless = ColorShare == 0 && definition.ColorShare == 0;
        var isColored = ColorShare != 0 && definition.ColorShare != 0;
        var bright = Likeness(Bright, definition.Bright, MostBrightness);
        var dark = Likeness(Dark, definition.Dark, MostBrightness);
        if (isColorless)
        {
            var edges = Likeness([.. Edged, .. Colored], [.. definition.Edged, .. definition.Colored], MostBrightness);
            var planes = Likeness([.. Smooth, .. Grey], [.. definition.Smooth, .. definition.Grey], MostBrightness);
            return (bright + dark + (edges * 2) + planes) / 6 >= 70;
        }

        var edged = Likeness(Edged, definition.Edged, MostBrightness);
        var smooth = Likeness(Smooth, definition.Smooth, MostBrightness);
        var color = isColored ? Likeness(Colored, definition.Colored, MostColor) : 0;
        var grey = isColored ? Likeness(Grey, definition.Grey, MostColor) : 0;
        var spread = (Likeness(Red, definition.Red) + Likeness(Green, definition.Green) + Likeness(Blue, definition.Blue)
            + Likeness(ColorShare, definition.ColorShare)) / 4;
        var confidence = (color + ((grey + bright + smooth) * 2 / 3) + dark + edged + spread) / 6;
        // The smaller, the less there is to go by.
        return confidence >= 64 + (4 * (2 - SizeClass));
    }

    /// <summary>The text form, which ClamAV shows when it debugs.</summary>
    public override string ToString()
    {
        var text = new StringBuilder(TextLength);
        text.Append(CultureInfo.InvariantCulture, $"{Side:x2}");
        foreach (var (areas, digits) in ((IconArea[], string)[])
            [(Colored, "x3"), (Grey, "x3"), (Bright, "x2"), (Dark, "x2"), (Edged, "x2"), (Smooth, "x2")])
        {
            foreach (var area in areas)
                text.Append(area.Average.ToString(digits, CultureInfo.InvariantCulture)).Append(CultureInfo.InvariantCulture, $"{area.X:x2}{area.Y:x2}");
        }

        return text.Append(CultureInfo.InvariantCulture, $"{Red:x2}{Green:x2}{Blue:x2}{ColorShare:x2}").ToString();
    }

    /// <summary>The average likeness of each area to that of the others which is most like it.</summary>
    private int Likeness(IconArea[] own, IconArea[] others, int most)
    {
        var sum = 0;
        foreach (var area in own)
            sum += others.Max(other => area.Likeness(other, Side / 4, most / 5));
        return sum / own.Length;
    }

    private static int Likeness(int own, int other) => Math.Max(0, 100 - (Math.Abs(own - other) * 10));

    private static int Take(ReadOnlySpan<char> text, int digits, ref int at)
    {
        at += digits;
        return int.Parse(text.Slice(at - digits, digits), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);
    }
}
