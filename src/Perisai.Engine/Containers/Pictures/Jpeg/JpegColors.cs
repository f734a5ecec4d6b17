namespace Perisai.Engine.Containers.Pictures.Jpeg;

/// <summary>What the planes of a JPEG are.</summary>
internal enum JpegColorSpace
{
    Grey,

    /// <summary>Brightness and two differences (JFIF).</summary>
    YCbCr,
    Rgb,

    /// <summary>Inks, stored inverted.</summary>
    Cmyk,

    /// <summary>Inks of which the first three are written as brightness and differences.</summary>
    Ycck,
}

/// <summary>Rows of planes into brightness, by way of red, green and blue.</summary>
internal static class JpegColors
{
    /// <summary>Binary places of the factors.</summary>
    private const int Places = 14;

    private const int Half = (1 << (Places - 1)) - 1;

    public static void ToBrightness(
        JpegColorSpace space, ReadOnlySpan<byte> first, ReadOnlySpan<byte> second, ReadOnlySpan<byte> third, ReadOnlySpan<byte> fourth, Span<byte> to)
    {
        for (var x = 0; x < to.Length; x++)
        {
            to[x] = space switch
            {
                JpegColorSpace.Rgb => Brightness.Of(first[x], second[x], third[x]),
                JpegColorSpace.Cmyk => Brightness.Of(Scale(first[x], fourth[x]), Scale(second[x], fourth[x]), Scale(third[x], fourth[x])),
                _ => OfDifferences(space, first[x], second[x] - 128, third[x] - 128, fourth.IsEmpty ? (byte)0 : fourth[x]),
            };
        }
    }

    private static byte OfDifferences(JpegColorSpace space, int luma, int blueDifference, int redDifference, byte black)
    {
        var y = (luma << Places) + Half;
        var red = Clamp((y + (redDifference * 22970)) >> Places);
        var green = Clamp((y - (redDifference * 11700) - (blueDifference * 5638)) >> Places);
        var blue = Clamp((y + (blueDifference * 29032)) >> Places);
        return space == JpegColorSpace.Ycck
            ? Brightness.Of(Scale((byte)(255 - red), black), Scale((byte)(255 - green), black), Scale((byte)(255 - blue), black))
            : Brightness.Of(red, green, blue);
    }

    private static byte Clamp(int value) => (byte)Math.Clamp(value, 0, 255);

    /// <summary>The product of two fractions of 255, rounded.</summary>
    private static byte Scale(byte value, byte by)
    {
        var product = (value * by) + 128;
        return (byte)((product + (product >> 8)) >> 8);
    }
}
