using Microsoft.Win32.SafeHandles;
using Perisai.Engine;

namespace Perisai.Cli.Walking;

/// <summary>Standard input as something that can be read at any offset: in memory while it is small, else in a temporary file without a name.</summary>
internal static class StandardInput
{
    private const int MemoryLimit = 8 << 20;

    /// <summary>How reports name it.</summary>
    public const string Name = "stdin";

    public static WalkEntry Read(CancellationToken cancellation)
    {
        var path = new FilePath(null, Name);
        var memory = new MemoryStream();
        SafeFileHandle? file = null;
        long length = 0;
        try
        {
            using var input = new InterruptibleInput(cancellation);
            var buffer = new byte[256 << 10];
            while (input.Read(buffer, 0, buffer.Length) is > 0 and var count)
            {
                if (file is null && length + count <= MemoryLimit)
                {
                    memory.Write(buffer, 0, count);
                }
                else
                {
                    file ??= Spill(memory);
                    RandomAccess.Write(file, buffer.AsSpan(0, count), length);
                }

                length += count;
            }
        }
        catch (OperationCanceledException)
        {
            file?.Dispose();
            return new() { Path = path, Reason = NotScannedReason.Cancelled };
        }
        catch (IOException exception)
        {
            file?.Dispose();
            return new() { Path = path, Reason = NotScannedReason.Unreadable, Detail = exception.Message, IsError = true };
        }

        return file is null
            ? new() { Path = path, Content = new MemoryByteSource(memory.ToArray()), Length = length }
            : new() { Path = path, File = file, Length = length };
    }

    private static SafeFileHandle Spill(MemoryStream memory)
    {
        var path = Path.Combine(Path.GetTempPath(), $"perisai-{Guid.NewGuid():n}");
        var file = File.OpenHandle(path, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.None | FileShare.Delete);
        File.Delete(path);
        RandomAccess.Write(file, memory.GetBuffer().AsSpan(0, (int)memory.Length), 0);
        return file;
    }
}
