using System.Buffers;
using Microsoft.Win32.SafeHandles;

namespace Perisai.Engine.Containers;

/// <summary>
/// What a decoder produced, kept while it is scanned: in pooled memory up to a size, then in a temporary file that has no name, so that
/// even a killed process leaves nothing behind.
/// </summary>
internal sealed class SpooledContent(int memoryLimit) : IDisposable
{
    private byte[] _buffer = ArrayPool<byte>.Shared.Rent(32 << 10);
    private int _count;
    private SafeFileHandle? _file;
    private long _fileLength;

    public long Length => _fileLength + _count;

    /// <summary>Bytes held in memory.</summary>
    public int MemoryLength => _buffer.Length;

    /// <summary>Room for a decoder to write into; <see cref="Advance"/> says how much it used.</summary>
    /// <exception cref="IOException">The temporary file cannot be written.</exception>
    public Span<byte> GetSpan()
    {
        if (_count == _buffer.Length)
        {
            if (_buffer.Length < memoryLimit)
                Grow();
            else
                Flush();
        }

        return _buffer.AsSpan(_count);
    }

    public void Advance(int count) => _count += count;

    /// <summary>The content as a source; valid until the spool is disposed.</summary>
    public ByteSource ToSource()
    {
        if (_file is null)
            return new MemoryByteSource(_buffer.AsMemory(0, _count));
        Flush();
        return new FileByteSource(_file, ownsHandle: false);
    }

    public void Dispose()
    {
        ArrayPool<byte>.Shared.Return(_buffer);
        _buffer = [];
        _file?.Dispose();
    }

    private void Grow()
    {
        var larger = ArrayPool<byte>.Shared.Rent(Math.Min(_buffer.Length * 4, memoryLimit));
        _buffer.AsSpan(0, _count).CopyTo(larger);
        ArrayPool<byte>.Shared.Return(_buffer);
        _buffer = larger;
    }

    private void Flush()
    {
        if (_file is null)
        {
            var path = Path.Combine(Path.GetTempPath(), $"perisai-{Guid.NewGuid():n}");
            _file = File.OpenHandle(path, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.None | FileShare.Delete);
            File.Delete(path);
        }

        RandomAccess.Write(_file, _buffer.AsSpan(0, _count), _fileLength);
        _fileLength += _count;
        _count = 0;
    }
}
