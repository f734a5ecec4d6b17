namespace Perisai.Engine.Formats;

/// <summary>Reads at a place, for parsers that follow offsets instead of going from front to back.</summary>
internal static class ReaderAt
{
    /// <summary>
    /// A view of <paramref name="count"/> bytes at <paramref name="offset"/>, valid until the next call; false where not all of
    /// them lie in the source. Moves the reader's position.
    /// </summary>
    public static bool TryPeekAt(this BoundedReader reader, long offset, int count, out ReadOnlySpan<byte> span)
    {
        span = default;
        if (offset < 0 || offset > reader.Length - count)
            return false;
        reader.Position = offset;
        return reader.TryPeekSpan(count, out span);
    }

    /// <summary>Fills the destination from <paramref name="offset"/> on, or nothing.</summary>
    public static bool TryReadAt(this BoundedReader reader, long offset, Span<byte> destination)
    {
        if (offset < 0 || offset > reader.Length - destination.Length)
            return false;
        reader.Position = offset;
        return reader.TryRead(destination);
    }
}
