using Perisai.Engine.Containers.Codecs.Zisofs;

namespace Perisai.Engine.Containers.Iso9660;

/// <summary>
/// Hands the files of all trees of an image to the sink, each content once: the trees share their extents. Extents that share bytes without
/// being the same are handed on until they are more than two images long.
/// </summary>
internal sealed class IsoFiles(ByteSource image, IMemberSink sink)
{
    /// <summary>What small images may hold twice and more.</summary>
    private const long OverlapFloor = 64 << 20;

    /// <summary>Pieces of an interleaved file: at most those of 4 GiB in units of one block.</summary>
    private const int MaxPieces = 1 << 21;

    private readonly HashSet<(long Offset, long Length, bool Compressed)> _seen = [];
    private readonly SortedSet<long> _starts = [];
    private long _total;
    private bool _flooded;

    /// <summary>Adds a file whose content is in these extents, one after another. False: stop.</summary>
    public bool Add(string name, List<Piece> extents, bool isCompressed)
    {
        var pieces = Clip(name, extents, out var declared);
        var length = pieces.Sum(piece => piece.Length);
        var member = new Member(name) { DeclaredLength = declared };
        if (length == 0)
            return sink.AddSlice(member, image, 0, 0);
        if (!_seen.Add((pieces[0].Offset, length, isCompressed)))
            return !sink.ShouldStop;
        _starts.Add(pieces[0].Offset);
        if (_flooded)
            return !sink.ShouldStop;
        _total += length;
        if (_total > image.Length * 2 + OverlapFloor)
        {
            _flooded = true;
            sink.AddFault(Iso9660Faults.OverlappingEntries, pieces[0].Offset, "The files share their bytes.");
            return sink.AddNotScanned(
                new Member("overlapping files"), NotScannedReason.OverBudget, "Files that share bytes with others were not opened.");
        }

        if (isCompressed && pieces.Count == 1)
        {
            using var content = new ZisofsStream(image, pieces[0].Offset, length, sink.Budget);
            return sink.AddStream(member, content, length);
        }

        if (pieces.Count == 1)
            return sink.AddSlice(member, image, pieces[0].Offset, length);
        using var stream = new PieceStream(pieces);
        return sink.AddStream(member, stream, length);
    }

    /// <summary>Adds a file of another view of the image, whose last extent may be longer than it.</summary>
    public bool AddCut(string name, List<Piece> extents, long length)
    {
        if (length == 0)
            return !sink.ShouldStop;
        var cut = new List<Piece>(extents.Count);
        foreach (var extent in extents)
        {
            var count = Math.Min(extent.Length, length);
            if (count > 0)
                cut.Add(extent with { Length = count });
            length -= count;
        }

        if (length > 0)
            sink.AddLoss(Iso9660Faults.ExtentOutside, -1, name);
        // Holes have no place in the image, and files with some are not shared with the other views.
        if (!cut.Exists(extent => extent.Source is null))
            return Add(name, cut, false);
        using var stream = new PieceStream(cut);
        return sink.AddStream(new Member(name) { DeclaredLength = stream.Length }, stream, stream.Length);
    }

    /// <summary>Adds a boot image, unless the same bytes were handed on as a file.</summary>
    public bool AddBootImage(string name, long offset, long length)
    {
        if (_starts.Contains(offset) || offset >= image.Length)
            return !sink.ShouldStop;
        if (length == 0)
        {
            // Its length is not told: it ends where the next file begins at the latest.
            var next = _starts.GetViewBetween(offset, long.MaxValue).FirstOrDefault();
            length = (next > offset ? next : image.Length) - offset;
        }

        return Add(name, [new(image, offset, length)], false);
    }

    /// <summary>The pieces of an extent of a file: one, or many where it is interleaved with others.</summary>
    public void AddExtent(List<Piece> pieces, IsoRecord record, int blockLength)
    {
        var offset = record.Block * blockLength;
        if (record.UnitBlocks == 0 || record.GapBlocks == 0)
        {
            pieces.Add(new(image, offset, record.Length));
            return;
        }

        long unit = record.UnitBlocks * blockLength;
        long step = (record.UnitBlocks + record.GapBlocks) * blockLength;
        for (var left = record.Length; left > 0 && pieces.Count < MaxPieces; left -= unit, offset += step)
            pieces.Add(new(image, offset, Math.Min(unit, left)));
    }

    /// <summary>Cuts off what lies behind the image's end and joins what lies side by side.</summary>
    private List<Piece> Clip(string name, List<Piece> extents, out long declared)
    {
        var pieces = new List<Piece>(extents.Count);
        declared = 0;
        long there = 0;
        foreach (var extent in extents)
        {
            declared += extent.Length;
            var length = Math.Clamp(image.Length - extent.Offset, 0, extent.Length);
            if (length == 0)
                continue;
            there += length;
            if (pieces.Count > 0 && pieces[^1] is var last && last.Offset + last.Length == extent.Offset)
                pieces[^1] = last with { Length = last.Length + length };
            else
                pieces.Add(extent with { Length = length });
        }

        if (there < declared)
            sink.AddLoss(Iso9660Faults.ExtentOutside, extents[0].Offset, $"{name}: {there} of {declared} bytes are in the image.");
        return pieces;
    }
}
