using System.Buffers;

namespace Perisai.Engine.Bytes;

/// <summary>
/// A file that appears at its place whole or not at all: it is written beside it as <c>.NAME.perisai-(32 digits).tmp</c>, hidden so that it is taken
/// for no source, and renamed when it is on disk. The temporary file is locked while it is open, and a lock ends with its process; so the next file
/// that is written in the same folder removes those that a killed process left, and never one that is being written.
/// </summary>
internal sealed class ReplacementFile : IDisposable
{
    private const string Mark = ".perisai-";
    private const string Extension = ".tmp";
    private const int Digits = 32;
    private const int MaximumTries = 5;

    private static readonly SearchValues<char> s_digits = SearchValues.Create("0123456789abcdef");

    private readonly string _path;
    private readonly string _temporary;

    private ReplacementFile(string path, string temporary, FileStream stream)
    {
        _path = path;
        _temporary = temporary;
        Stream = stream;
    }

    public FileStream Stream { get; }

    /// <exception cref="IOException">It cannot be written.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be written.</exception>
    public static ReplacementFile Create(string path, int bufferLength)
    {
        path = Path.GetFullPath(path);
        var folder = Path.GetDirectoryName(path) ?? throw new IOException($"{path} is a folder.");
        for (var tries = 1; ; tries++)
        {
            // A name that nobody can guess: a link laid there beforehand would lead the writer elsewhere.
            var temporary = Path.Combine(folder, $".{Path.GetFileName(path)}{Mark}{Guid.NewGuid():n}{Extension}");
            FileStream stream;
            try
            {
                // Not exclusive: the file keeps this lock until it is closed, when it has its place and readers already open it.
                stream = new(temporary, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.Delete, bufferLength);
            }
            catch (IOException) when (tries < MaximumTries && File.Exists(temporary))
            {
                // Between its making and its locking somebody took it for abandoned, and locked it to remove it.
                continue;
            }

            // … or has removed it already.
            if (!File.Exists(temporary) && tries < MaximumTries)
            {
                stream.Dispose();
                continue;
            }

            RemoveAbandoned(folder, temporary);
            return new(path, temporary, stream);
        }
    }

    /// <summary>Puts the file, which must be written whole, in its place. It stays open.</summary>
    public void PutInPlace()
    {
        Stream.Flush(flushToDisk: true);
        File.Move(_temporary, _path, overwrite: true);
    }

    /// <summary>Closes the file; one that was not put in place is gone.</summary>
    public void Dispose()
    {
        try
        {
            Stream.Dispose();
        }
        catch (IOException)
        {
            // What was still buffered did not fit on the disk; whoever wrote has been told so by an exception of its own.
        }
        finally
        {
            File.Delete(_temporary);
        }
    }

    /// <param name="folder">Where to look.</param>
    /// <param name="own">A temporary file that is in use.</param>
    private static void RemoveAbandoned(string folder, string own)
    {
        try
        {
            // Some file systems have no locks. There none can be told from one that is being written.
            if (IsRemoved(own, isTrial: true))
                return;
            foreach (var path in Directory.EnumerateFiles(folder, "*" + Extension, new EnumerationOptions { AttributesToSkip = 0 }))
            {
                if (path != own && IsTemporary(Path.GetFileName(path)))
                    IsRemoved(path, isTrial: false);
            }
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // A folder that may be written may yet not be listed.
        }
    }

    private static bool IsTemporary(string name)
    {
        var digits = name.Length - Extension.Length - Digits;
        return digits > Mark.Length && name[0] == '.' && name.AsSpan(digits - Mark.Length, Mark.Length).SequenceEqual(Mark)
            && !name.AsSpan(digits, Digits).ContainsAnyExcept(s_digits);
    }

    /// <summary>Removes a file if nobody has it locked; a trial only tells.</summary>
    private static bool IsRemoved(string path, bool isTrial)
    {
        try
        {
            using var locked = new FileStream(path, FileMode.Open, FileAccess.ReadWrite, FileShare.None, 0);
            if (!isTrial)
                File.Delete(path);
            return true;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // In use, another user's, or gone meanwhile.
            return false;
        }
    }
}
