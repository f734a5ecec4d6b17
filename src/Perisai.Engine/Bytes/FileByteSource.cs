using Microsoft.Win32.SafeHandles;

namespace Perisai.Engine;

/// <summary>
/// An open regular file, read by position and never mapped: a file that shrinks under a mapping would kill the process.
/// </summary>
/// <param name="handle">An open, seekable file.</param>
/// <param name="ownsHandle">Whether disposing the source closes the handle.</param>
public sealed class FileByteSource(SafeFileHandle handle, bool ownsHandle = true) : ByteSource
{
    private readonly long _length = RandomAccess.GetLength(handle);

    /// <summary>Opens a file for reading.</summary>
    /// <exception cref="IOException">The file cannot be opened.</exception>
    /// <exception cref="UnauthorizedAccessException">Permission was denied.</exception>
    public FileByteSource(string path)
        : this(File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete))
    {
    }

    /// <inheritdoc/>
    public override long Length => _length;

    /// <inheritdoc/>
    public override int Read(long offset, Span<byte> destination)
    {
        if (offset < 0 || offset >= _length)
            return 0;
        if (destination.Length > _length - offset)
            destination = destination[..(int)(_length - offset)];
        var total = 0;
        while (total < destination.Length)
        {
            var count = RandomAccess.Read(handle, destination[total..], offset + total);
            if (count <= 0)
                break;
            total += count;
        }

        return total;
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing && ownsHandle)
            handle.Dispose();
    }
}
