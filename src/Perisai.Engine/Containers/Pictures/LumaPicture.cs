using Perisai.Engine.Containers.Codecs;

namespace Perisai.Engine.Containers.Pictures;

/// <summary>
/// A picture reduced to its brightness: one byte a pixel, 0 black to 255 white, row after row from the top. Its memory is taken from the root's share
/// for decoders.
/// </summary>
internal sealed class LumaPicture : IDisposable
{
    /// <summary>Larger pictures are not decoded: this is more than most cameras make, and is decoded in less than a second.</summary>
    public const int MaximumPixels = 40_000_000;

    /// <summary>The longest side: what JPEG can write down. It bounds the tables of the reduction.</summary>
    public const int MaximumSide = 65_535;

    private readonly DecoderMemory _memory;

    private LumaPicture(byte[] pixels, int width, int height, DecoderMemory memory)
    {
        (Pixels, Width, Height) = (pixels, width, height);
        _memory = memory;
    }

    public int Width { get; }

    public int Height { get; }

    /// <summary>The pixels; what stands behind them is none.</summary>
    public byte[] Pixels { get; }

    /// <summary>A picture in memory that was taken before and is given back with it; its rows are to be written.</summary>
    public static LumaPicture Over(byte[] pixels, int width, int height, DecoderMemory memory) => new(pixels, width, height, memory);

    /// <summary>A black picture.</summary>
    /// <exception cref="CodecException">It has no pixels, or too many, or there is no memory for it.</exception>
    public static LumaPicture Create(long width, long height, ScanBudget budget)
    {
        CheckSize(width, height);
        var memory = new DecoderMemory(budget);
        memory.Reserve(width * height);
        return new(new byte[width * height], (int)width, (int)height, memory);
    }

    /// <exception cref="CodecException">A picture of this size has no pixels, or too many.</exception>
    public static void CheckSize(long width, long height)
    {
        if (width <= 0 || height <= 0)
            throw PictureFaults.Damaged("The picture has no pixels.");
        if (width > MaximumSide || height > MaximumSide || width * height > MaximumPixels)
            throw new CodecException($"{width} by {height} pixels are more than are decoded.", NotScannedReason.OverBudget, BudgetLimit.DecoderMemory);
    }

    public Span<byte> Row(int y) => Pixels.AsSpan(y * Width, Width);

    public void Dispose() => _memory.Dispose();
}
