namespace Perisai.Engine.Containers.Images;

/// <summary>Walks the blocks of a GIF. What is taken for broken is what clamscan takes for it, so that both say the same.</summary>
internal sealed class GifReader : IContainerReader
{
    public static readonly GifReader Instance = new();

    private const int GraphicControl = 0xF9;

    public string Name => "gif";

    public FormatDescription Description { get; } = new(
        "GIF", "its blocks are checked; what follows the image", "GIF89a Specification (W3C)");

    public void Read(ByteSource source, IMemberSink sink)
    {
        var walk = new ImageWalk(source, sink);
        if (ReadBlocks(walk))
            walk.AddTrailing(walk.Reader.Position);
    }

    /// <summary>True where the trailer was found; the reader stands behind it.</summary>
    private static bool ReadBlocks(ImageWalk walk)
    {
        var reader = walk.Reader;
        reader.Position = 6;
        if (!reader.TryGetSpan(7, out var screen))
            return walk.Broken("GIF.TruncatedScreenDescriptor");
        if (!reader.TrySkip(ColorTable(screen[4])))
            return walk.Broken("GIF.TruncatedGlobalColorTable");
        var images = 0;
        while (!walk.ShouldStop)
        {
            // The trailer is left out so often that it is not asked for behind an image.
            if (!reader.TryReadByte(out var label))
                return images == 0 && walk.Broken("GIF.MissingImageData");
            switch (label)
            {
                case 0x3B:
                    return true;
                case 0x21:
                    if (!reader.TryReadByte(out var kind))
                        return walk.Broken("GIF.TruncatedExtension");
                    // A graphic control has a fixed length, which clamscan steps over without a look.
                    if (kind == GraphicControl)
                        reader.Position += 6;
                    else if (!SkipBlocks(walk, "GIF.TruncatedExtension", "GIF.TruncatedExtensionSubBlock"))
                        return false;
                    break;
                case 0x2C:
                    if (!reader.TryGetSpan(9, out var descriptor))
                        return walk.Broken("GIF.TruncatedImageDescriptor");
                    if (!reader.TrySkip(ColorTable(descriptor[8])) || !reader.TrySkip(1))
                        return walk.Broken("GIF.TruncatedImageDataBlock");
                    if (!SkipBlocks(walk, "GIF.TruncatedImageDataBlock", "GIF.TruncatedImageDataBlock"))
                        return false;
                    images++;
                    break;
                default:
                    return walk.Broken("GIF.UnknownBlockLabel");
            }
        }

        return false;
    }

    /// <summary>The length of a color table, by the flags that announce it.</summary>
    private static int ColorTable(byte flags) => (flags & 0x80) == 0 ? 0 : 3 << (flags & 7) + 1;

    private static bool SkipBlocks(ImageWalk walk, string noLength, string noData)
    {
        while (!walk.ShouldStop)
        {
            if (!walk.Reader.TryReadByte(out var length))
                return walk.Broken(noLength);
            if (length == 0)
                return true;
            if (!walk.Reader.TrySkip(length))
                return walk.Broken(noData);
        }

        return false;
    }
}
