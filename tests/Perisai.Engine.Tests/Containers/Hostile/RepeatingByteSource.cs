namespace Perisai.Engine.Tests.Containers.Hostile;

/// <summary>A beginning, a middle so many times, and an end: files of gigabytes that are nowhere stored.</summary>
internal sealed class RepeatingByteSource(byte[] start, byte[] unit, long count, byte[] end) : ByteSource
{
    public override long Length { get; } = start.Length + unit.Length * count + end.Length;

    public override int Read(long offset, Span<byte> destination)
    {
        var total = 0;
        while (!destination.IsEmpty && offset >= 0 && offset < Length)
        {
            var piece = PieceAt(offset);
            var length = Math.Min(piece.Length, destination.Length);
            piece[..length].CopyTo(destination);
            destination = destination[length..];
            offset += length;
            total += length;
        }

        return total;
    }

    private ReadOnlySpan<byte> PieceAt(long offset)
    {
        if (offset < start.Length)
            return start.AsSpan((int)offset);
        var within = offset - start.Length;
        return within < unit.Length * count ? unit.AsSpan((int)(within % unit.Length)) : end.AsSpan((int)(within - unit.Length * count));
    }
}
