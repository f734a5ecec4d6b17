namespace Perisai.Engine.Containers.Pictures.Jpeg;

/// <summary>The frame header of a JPEG (T.81, B.2.2): its size, and the planes that it is made of.</summary>
internal sealed class JpegFrame
{
    private const int HeaderLength = 6;

    /// <summary>Blocks along a side of a unit; more are no power of two or not allowed.</summary>
    private const int MostBlocks = 4;

    private JpegFrame(int width, int height, bool isProgressive, JpegComponent[] components)
    {
        (Width, Height, IsProgressive, Components) = (width, height, isProgressive, components);
        MostAcross = components.Max(component => component.Across);
        MostDown = components.Max(component => component.Down);
        UnitsAcross = Ceiling(width, JpegBlock.Side * MostAcross);
        UnitsDown = Ceiling(height, JpegBlock.Side * MostDown);
        foreach (var component in components)
        {
            component.OwnBlocksAcross = Ceiling(Ceiling(width * component.Across, MostAcross), JpegBlock.Side);
            component.OwnBlocksDown = Ceiling(Ceiling(height * component.Down, MostDown), JpegBlock.Side);
            component.BlocksAcross = UnitsAcross * component.Across;
            component.BlocksDown = UnitsDown * component.Down;
        }
    }

    public int Width { get; }

    public int Height { get; }

    public bool IsProgressive { get; }

    public JpegComponent[] Components { get; }

    /// <summary>Units of an interleaved scan in a row.</summary>
    public int UnitsAcross { get; }

    public int UnitsDown { get; }

    public int MostAcross { get; }

    public int MostDown { get; }

    /// <param name="marker">Which kind of frame.</param>
    /// <param name="data">The segment behind its length.</param>
    /// <exception cref="Codecs.CodecException">It is a frame that is not decoded, or none at all.</exception>
    public static JpegFrame Parse(int marker, ReadOnlySpan<byte> data)
    {
        if (marker is not (JpegMarker.Baseline or JpegMarker.Extended or JpegMarker.Progressive))
            throw PictureFaults.Damaged("Lossless, arithmetic and hierarchical JPEGs are not decoded.");
        if (data.Length < HeaderLength || data[0] != 8 || data[5] is not (1 or 3 or 4) || data.Length < HeaderLength + (3 * data[5]))
            throw PictureFaults.Damaged("The frame header is wrong, or of a kind that is not decoded.");
        var (height, width) = ((data[1] << 8) | data[2], (data[3] << 8) | data[4]);
        LumaPicture.CheckSize(width, height);
        var components = new JpegComponent[data[5]];
        for (var i = 0; i < components.Length; i++)
        {
            var entry = data.Slice(HeaderLength + (3 * i), 3);
            // A plane alone has no units: what it says of them is passed over.
            var (across, down) = components.Length == 1 ? (1, 1) : (entry[1] >> 4, entry[1] & 15);
            if (across is not (1 or 2 or MostBlocks) || down is not (1 or 2 or MostBlocks) || entry[2] > 3)
                throw PictureFaults.Damaged("A component of the frame is wrong.");
            components[i] = new() { Id = entry[0], Across = across, Down = down, QuantizationTable = entry[2] };
        }

        if (components.Any(component => component.Across > components[0].Across || component.Down > components[0].Down))
            throw PictureFaults.Damaged("The first component has not the full resolution.");
        return new(width, height, marker == JpegMarker.Progressive, components);
    }

    private static int Ceiling(int value, int unit) => (value + unit - 1) / unit;
}
