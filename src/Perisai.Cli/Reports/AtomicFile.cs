using System.Text;

namespace Perisai.Cli.Reports;

/// <summary>Writes a file whole or not at all: beside its place first, then moved onto it.</summary>
internal static class AtomicFile
{
    /// <exception cref="IOException">It cannot be written; what was there before still is.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be written.</exception>
    public static void Write(string path, Action<TextWriter> write)
    {
        // A device, or a pipe that somebody reads, is written to and not replaced.
        if (File.Exists(path) && !IsRegular(path))
        {
            using var direct = new StreamWriter(new FileStream(path, FileMode.Open, FileAccess.Write, FileShare.ReadWrite, 0), new UTF8Encoding(false), 32 << 10);
            write(direct);
            return;
        }

        var full = Path.GetFullPath(path);
        var temporary = $"{full}.{Environment.ProcessId}.new";
        try
        {
            using (var file = new FileStream(temporary, FileMode.Create, FileAccess.Write, FileShare.Read, 0))
            {
                using var writer = new StreamWriter(file, new UTF8Encoding(false), 32 << 10, leaveOpen: true);
                write(writer);
                writer.Flush();
                file.Flush(flushToDisk: true);
            }

            File.Move(temporary, full, overwrite: true);
        }
        catch
        {
            try
            {
                File.Delete(temporary);
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
            {
                // The first error is the one to tell.
            }

            throw;
        }
    }

    private static bool IsRegular(string path) =>
        Linux.LinuxFile.Status(null, Linux.NameEncoding.EncodeTerminated(path), followLink: true, out var status) == 0
        && status.Kind == Linux.FileKind.File;
}
