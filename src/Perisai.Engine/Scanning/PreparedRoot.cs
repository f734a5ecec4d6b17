using System.Buffers;

namespace Perisai.Engine.Scanning;

/// <summary>A root whose digests are under way or done, with its content where that was read for them.</summary>
internal sealed class PreparedRoot(ScanItem item) : IDisposable
{
    private byte[]? _buffer;

    public ScanItem Item { get; } = item;

    /// <summary>Where its bytes are read from: the content, or the caller's source.</summary>
    public ByteSource Source { get; private set; } = item.Source;

    /// <summary>Null where no definition asks for any.</summary>
    public PreparedDigests? Digests { get; set; }

    /// <summary>
    /// Reads the content at once: everything after works on one copy that cannot change. A file that shrank, or cannot be read, is left to the general
    /// way, which reports it.
    /// </summary>
    public void ReadWhole(int maximum)
    {
        if (Item.Source.Length is 0 || Item.Source.Length > maximum || Item.Source.TryGetMemory(out _))
            return;
        var length = (int)Item.Source.Length;
        var buffer = ArrayPool<byte>.Shared.Rent(length);
        try
        {
            if (Item.Source.Read(0, buffer.AsSpan(0, length)) == length)
            {
                (_buffer, buffer) = (buffer, null!);
                Source = new MemoryByteSource(_buffer.AsMemory(0, length));
            }
        }
        catch (IOException)
        {
            // As above.
        }
        finally
        {
            if (buffer is not null)
                ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    public void Dispose()
    {
        if (_buffer is not null)
            ArrayPool<byte>.Shared.Return(_buffer);
        _buffer = null;
    }
}
