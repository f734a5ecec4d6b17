using Perisai.Engine.Containers.Volumes;

namespace Perisai.Engine.Containers.Ole2;

/// <summary>
/// Hands streams to the sink, each stretch of the file once under the first name that it has. Streams that share sectors without being the same
/// are handed on until they are more than two files long.
/// </summary>
internal sealed class Ole2Streams(Ole2File file)
{
    /// <summary>What small files may hold twice and more.</summary>
    private const long OverlapFloor = 16 << 20;

    /// <summary>A stream in pieces up to this length is copied, so that its digests are computed beside those of others.</summary>
    private const long MaximumCopied = 256 << 10;

    private readonly HashSet<(uint Start, long Length)> _seen = [];
    private long _total;
    private bool _isFlooded;

    /// <summary>Hands a stream on. False: stop.</summary>
    public bool Add(Ole2Entry entry, string name)
    {
        var sink = file.Sink;
        if (entry.Length == 0 || !_seen.Add((entry.Start, entry.Length)) || _isFlooded)
            return !sink.ShouldStop;
        var pieces = file.PiecesOf(entry, out var isBroken);
        long length = 0;
        foreach (var piece in pieces)
            length += piece.Length;
        if (isBroken)
            sink.AddLoss(Ole2Faults.BrokenChain, pieces.Count > 0 ? pieces[0].Offset : -1, $"{name}: {length} of {entry.Length} bytes.");
        _total += length;
        if (_total > file.Source.Length * 2 + OverlapFloor)
        {
            _isFlooded = true;
            sink.AddFault(Ole2Faults.OverlappingEntries, -1, "The streams share their bytes.");
            return sink.AddNotScanned(new("overlapping streams"), NotScannedReason.OverBudget, "Streams that share bytes with others were not opened.");
        }

        var member = new Member(name) { DeclaredLength = entry.Length };
        if (length == 0)
            return !sink.ShouldStop;
        if (pieces is [var only] && ReferenceEquals(only.Source, file.Source))
            return sink.AddSlice(member, file.Source, only.Offset, only.Length);
        if (length > MaximumCopied)
            return sink.AddSlice(member, new PieceSource(pieces), 0, length);
        using var stream = new PieceStream(pieces);
        return sink.AddStream(member, stream, length);
    }
}
