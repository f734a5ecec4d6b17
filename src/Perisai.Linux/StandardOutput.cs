using System.Runtime.InteropServices;
using Perisai.Linux.Interop;

namespace Perisai.Linux;

/// <summary>
/// Standard output as it is. The console's own stream keeps quiet when nobody reads any more, and a file stream would write at an offset of its own
/// where standard error goes to the same file.
/// </summary>
public sealed unsafe class StandardOutput : Stream
{
    private const int Descriptor = 1;
    private const int Interrupted = 4, TryAgain = 11;
    private const short Writable = 4;

    /// <inheritdoc/>
    public override bool CanRead => false;

    /// <inheritdoc/>
    public override bool CanSeek => false;

    /// <inheritdoc/>
    public override bool CanWrite => true;

    /// <inheritdoc/>
    public override long Length => throw new NotSupportedException();

    /// <inheritdoc/>
    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    /// <inheritdoc/>
    /// <exception cref="IOException">It cannot be written: nobody reads it, the disk is full, it is closed.</exception>
    public override void Write(ReadOnlySpan<byte> buffer)
    {
        fixed (byte* start = buffer)
        {
            for (var at = 0; at < buffer.Length;)
            {
                var count = LibC.Write(Descriptor, start + at, (nuint)(buffer.Length - at));
                if (count >= 0)
                {
                    at += (int)count;
                    continue;
                }

                var error = Marshal.GetLastPInvokeError();
                if (error == TryAgain)
                    Wait();
                else if (error != Interrupted)
                    throw new IOException(Errno.Text(error));
            }
        }
    }

    /// <inheritdoc/>
    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    /// <inheritdoc/>
    public override void Flush()
    {
    }

    /// <inheritdoc/>
    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override void SetLength(long value) => throw new NotSupportedException();

    /// <summary>Waits until a pipe that somebody made non-blocking takes bytes again.</summary>
    private static void Wait()
    {
        var descriptor = new PollDescriptor { File = Descriptor, Events = Writable };
        _ = LibC.Poll(&descriptor, 1, -1);
    }
}
