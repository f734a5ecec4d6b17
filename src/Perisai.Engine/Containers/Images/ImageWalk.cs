namespace Perisai.Engine.Containers.Images;

/// <summary>What the readers of images share: the first thing that is broken is observed, and what follows the image is a member.</summary>
internal sealed class ImageWalk(ByteSource source, IMemberSink sink)
{
    /// <summary>The longest text or profile that is inflated needs no limit of its own: it is a stream. So many of them are.</summary>
    private const int MaximumStreams = 1000;

    private int _streams;

    public BoundedReader Reader { get; } = new(source, sink.Budget);

    public bool ShouldStop => sink.ShouldStop;

    /// <summary>The image is broken; always false, for a reader to return.</summary>
    public bool Broken(string what)
    {
        sink.AddObservation(Observations.BrokenImage + what);
        return false;
    }

    /// <summary>Compressed data inside the image.</summary>
    public void AddZlib(string name, long offset, long length)
    {
        if (_streams++ >= MaximumStreams || length <= 0)
            return;
        using var input = new Codecs.CodecInput(source, offset, length, sink.Budget);
        using var content = new Pdf.Filters.ZlibStream(input);
        sink.AddStream(new Member(name), content, length);
    }

    /// <summary>What follows the image, unless it is nothing but zeros and line ends.</summary>
    public void AddTrailing(long end)
    {
        if (sink.ShouldStop || end >= source.Length)
            return;
        Reader.Position = end;
        while (!Reader.AtEnd && Reader.TryGetSpan((int)Math.Min(BoundedReader.WindowLength, Reader.Remaining), out var span))
        {
            if (!span.ContainsAnyExcept("\0\r\n "u8))
                continue;
            sink.AddSlice(new Member("trailing-data"), source, end, source.Length - end);
            return;
        }
    }
}
