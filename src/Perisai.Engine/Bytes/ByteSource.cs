namespace Perisai.Engine;

/// <summary>
/// Bytes at rest that can be read at any offset: a file, a piece of memory, a slice of another source.
/// A source never throws for what its content is; a read that meets the end, or a file that shrank meanwhile, is short.
/// </summary>
public abstract class ByteSource : IDisposable
{
    /// <summary>The length in bytes when the source was opened. A file may turn out shorter while it is read.</summary>
    public abstract long Length { get; }

    /// <summary>
    /// The stretches that hold bytes, in order, where offsets are addresses with nothing between the stretches (the memory of a process); null where
    /// there is a byte at every offset up to <see cref="Length"/>.
    /// </summary>
    public virtual IReadOnlyList<ByteRange>? Ranges => null;

    /// <summary>
    /// Copies bytes that start at <paramref name="offset"/>; returns how many, fewer than asked only at the end.
    /// </summary>
    /// <exception cref="IOException">The device failed; the scanner turns this into a "not scanned: unreadable".</exception>
    public abstract int Read(long offset, Span<byte> destination);

    /// <summary>The bytes themselves where they already lie in memory, so that nobody has to copy them.</summary>
    internal virtual bool TryGetMemory(out ReadOnlyMemory<byte> memory)
    {
        memory = default;
        return false;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Dispose(true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Releases what the source holds.</summary>
    protected virtual void Dispose(bool disposing)
    {
    }
}

/// <summary>A stretch of bytes.</summary>
/// <param name="Start">The offset of the first.</param>
/// <param name="Length">How many.</param>
public readonly record struct ByteRange(long Start, long Length);
