namespace Perisai.Engine.Containers;

/// <summary>
/// A piece of a <see cref="PieceStream"/>: a range of a source, or zeros where <paramref name="Source"/> is null.
/// </summary>
internal readonly record struct Piece(ByteSource? Source, long Offset, long Length);

/// <summary>
/// A seekable stream that strings pieces of sources together without copying them: the extents of a file, a sparse file with
/// its holes, a packed stream inside a container. It is short where a source is.
/// </summary>
internal sealed class PieceStream : Stream
{
    private readonly Piece[] _pieces;
    private readonly long[] _starts;
    private readonly long _length;
    private long _position;

    public PieceStream(IReadOnlyList<Piece> pieces)
    {
        _pieces = [.. pieces];
        _starts = new long[_pieces.Length];
        for (var index = 0; index < _pieces.Length; index++)
        {
            _starts[index] = _length;
            // The sum of hostile lengths must not wrap round.
            _length = long.CreateSaturating((Int128)_length + Math.Max(0, _pieces[index].Length));
        }
    }

    public PieceStream(ByteSource source, long offset, long length)
        : this([new Piece(source, offset, Math.Min(length, Math.Max(0, source.Length - offset)))])
    {
    }

    public override bool CanRead => true;

    public override bool CanSeek => true;

    public override bool CanWrite => false;

    public override long Length => _length;

    public override long Position
    {
        get => _position;
        set => _position = Math.Max(0, value);
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override int Read(Span<byte> buffer)
    {
        var total = 0;
        while (!buffer.IsEmpty && _position < _length)
        {
            var index = Array.BinarySearch(_starts, _position);
            if (index < 0)
                index = ~index - 1;
            // Pieces without length share their start with the next one.
            while (index + 1 < _starts.Length && _starts[index + 1] <= _position)
                index++;
            var piece = _pieces[index];
            var within = _position - _starts[index];
            var count = (int)Math.Min(buffer.Length, piece.Length - within);
            if (count <= 0)
                break;
            var part = buffer[..count];
            if (piece.Source is null)
                part.Clear();
            else
                count = piece.Source.Read(piece.Offset + within, part);
            if (count <= 0)
                break;
            _position += count;
            total += count;
            buffer = buffer[count..];
        }

        return total;
    }

    public override long Seek(long offset, SeekOrigin origin) => Position = origin switch
    {
        SeekOrigin.Begin => offset,
        SeekOrigin.Current => _position + offset,
        _ => _length + offset,
    };

    public override void Flush()
    {
    }

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
}
