using System.Numerics;

namespace Perisai.Engine.Containers.Pictures.Bmp;

/// <summary>Adjacent bits of a pixel that are one colour; of more than eight the upper eight.</summary>
internal readonly record struct BmpMask(int Shift, int Length)
{
    private const int MostBits = 8;

    /// <exception cref="Codecs.CodecException">Bits are missing between others, or beyond the pixel.</exception>
    public static BmpMask Parse(uint mask, int bitsPerPixel)
    {
        if (mask == 0)
            return default;
        var shift = BitOperations.TrailingZeroCount(mask);
        var length = BitOperations.PopCount(mask);
        if (BitOperations.TrailingZeroCount(~(ulong)(mask >> shift)) != length || shift + length > bitsPerPixel)
            throw PictureFaults.Damaged("A color mask is wrong.");
        return length > MostBits ? new(shift + length - MostBits, MostBits) : new(shift, length);
    }

    /// <summary>The colour, stretched to 0 to 255 and rounded.</summary>
    public byte Read(uint pixel)
    {
        var value = (pixel >> Shift) & ((1u << Length) - 1);
        // Seven bits are stretched by repeating the upper ones, which is one less at times.
        return Length == 7 ? (byte)((value << 1) | (value >> 6)) : (byte)(((value * 255 * 2) + ((1u << Length) - 1)) / (2 * ((1u << Length) - 1)));
    }
}
