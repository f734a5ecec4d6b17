using System.Text;
using Perisai.Engine.Bytes;

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

        using var replacement = ReplacementFile.Create(path, 0);
        using var writer = new StreamWriter(replacement.Stream, new UTF8Encoding(false), 32 << 10, leaveOpen: true);
        write(writer);
        writer.Flush();
        replacement.PutInPlace();
    }

    private static bool IsRegular(string path) =>
        Linux.LinuxFile.Status(null, Linux.NameEncoding.EncodeTerminated(path), followLink: true, out var status) == 0
        && status.Kind == Linux.FileKind.File;
}
