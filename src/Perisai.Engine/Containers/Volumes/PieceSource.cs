namespace Perisai.Engine.Containers.Volumes;

/// <summary>
/// Pieces of sources strung together as one, with random access and without a copy: a fragmented file that may hold a file system itself.
/// </summary>
internal sealed class PieceSource : ByteSource
{
    /// <summary>With fewer zeros in holes they are read as any bytes, so that digests are those of the file.</summary>
    private const long HoleFloor = 64L << 20;

    private readonly Piece[] _pieces;
    private readonly long[] _starts;

    public PieceSource(IReadOnlyList<Piece> pieces)
    {
        _pieces = [.. pieces.Where(piece => piece.Length > 0)];
        _starts = new long[_pieces.Length];
        long length = 0;
        for (var index = 0; index < _pieces.Length; index++)
        {
            _starts[index] = length;
            length = long.CreateSaturating((Int128)length + _pieces[index].Length);
        }

        Length = length;
        Ranges = FindRanges();
    }

    public override long Length { get; }

    public override IReadOnlyList<ByteRange>? Ranges { get; }

    public override int Read(long offset, Span<byte> destination)
    {
        var total = 0;
        if (offset < 0 || offset >= Length)
            return 0;
        var index = Array.BinarySearch(_starts, offset);
        for (index = index < 0 ? ~index - 1 : index; index < _pieces.Length && !destination.IsEmpty; index++)
        {
            var piece = _pieces[index];
            var within = offset - _starts[index];
            var count = (int)Math.Min(destination.Length, piece.Length - within);
            var part = destination[..count];
            if (piece.Source is null)
                part.Clear();
            else if (piece.Source.Read(piece.Offset + within, part) is var read && read < count)
                return total + read;
            total += count;
            offset += count;
            destination = destination[count..];
        }

        return total;
    }

    private IReadOnlyList<ByteRange>? FindRanges()
    {
        if (Length < HoleFloor)
            return null;
        var list = new RangeList();
        for (var index = 0; index < _pieces.Length; index++)
        {
            if (_pieces[index].Source is { } source)
                list.Add(source, _pieces[index].Offset, _pieces[index].Length, _starts[index]);
        }

        return Length - list.Ranges.Sum(range => range.Length) < HoleFloor ? null : list.Ranges;
    }
}
