namespace Perisai.Engine.Containers.Pictures;

/// <summary>
/// How bright a colour is: ITU-R BT.601's weights in single precision, rounded half up. The hash compares numbers that are often equal but for the
/// rounding, so both are part of its definition.
/// </summary>
internal static class Brightness
{
    private const float Red = 0.299f;
    private const float Green = 0.587f;
    private const float Blue = 0.114f;

    public static byte Of(byte red, byte green, byte blue) => Round((Red * red) + (Green * green) + (Blue * blue));

    /// <summary>The upper eight bits of sixteen, rounded, so that 65,535 becomes 255.</summary>
    public static byte Narrow(int value) => (byte)((value + 128) / 257);

    /// <summary>To the nearest, halves up; the value is between 0 and 255. Adding a half and cutting would round twice.</summary>
    public static byte Round(float value)
    {
        var whole = (int)value;
        return (byte)(value - whole >= 0.5f ? whole + 1 : whole);
    }

    /// <summary>Pixels of three bytes, red first, and further bytes that are passed over (alpha).</summary>
    public static void OfRow(ReadOnlySpan<byte> pixels, int bytesPerPixel, Span<byte> brightness)
    {
        for (int i = 0, at = 0; i < brightness.Length; i++, at += bytesPerPixel)
            brightness[i] = Of(pixels[at], pixels[at + 1], pixels[at + 2]);
    }
}
