namespace Perisai.Engine;

/// <summary>Bytes in memory.</summary>
public sealed class MemoryByteSource(ReadOnlyMemory<byte> memory) : ByteSource
{
    /// <inheritdoc/>
    public override long Length => memory.Length;

    /// <inheritdoc/>
    public override int Read(long offset, Span<byte> destination)
    {
        if (offset < 0 || offset >= memory.Length)
            return 0;
        var piece = memory.Span[(int)offset..];
        if (piece.Length > destination.Length)
            piece = piece[..destination.Length];
        piece.CopyTo(destination);
        return piece.Length;
    }

    internal override bool TryGetMemory(out ReadOnlyMemory<byte> bytes)
    {
        bytes = memory;
        return true;
    }
}
