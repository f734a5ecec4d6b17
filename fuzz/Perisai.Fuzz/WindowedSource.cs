using Perisai.Engine;

namespace Perisai.Fuzz;

/// <summary>The same bytes as a file gives them: not to be had as memory, and in short reads at times.</summary>
internal sealed class WindowedSource(ReadOnlyMemory<byte> bytes) : ByteSource
{
    public override long Length => bytes.Length;

    public override int Read(long offset, Span<byte> destination)
    {
        if (offset < 0 || offset >= bytes.Length)
            return 0;
        var count = (int)Math.Min(destination.Length, bytes.Length - offset);
        bytes.Span.Slice((int)offset, count).CopyTo(destination);
        return count;
    }
}
