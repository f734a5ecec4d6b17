using Microsoft.Win32.SafeHandles;
using Perisai.Cli.Commands;
using Perisai.Linux;

namespace Perisai.Cli.ClamScan;

/// <summary>
/// Removes, moves or copies a file in which something was found. Whoever owns the tree may change it between the scan and this: so the file is
/// opened again and must be the one that was scanned, unchanged, and is then handled by its name within its opened folder, never through a
/// path and never through a link.
/// </summary>
internal sealed class InfectedFileAction : IDisposable
{
    private const int MostNames = 1000;

    private readonly SafeFileHandle? _target;
    private readonly string _targetPath = "";
    private readonly bool _isCopy;

    /// <exception cref="UsageException">The folder cannot be used.</exception>
    private InfectedFileAction(string? target, bool isCopy)
    {
        _isCopy = isCopy;
        if (target is null)
            return;
        var error = LinuxFile.OpenDirectory(null, NameEncoding.EncodeTerminated(target), followLink: true, out _target);
        if (error != 0)
            throw new UsageException($"--{(isCopy ? "copy" : "move")}: {target}: {Errno.Text(error)}");
        _targetPath = LinuxFile.PathOf(_target) ?? target;
    }

    /// <summary>What the options ask for; null where nothing is to be done. Moving goes before copying, copying before removing, as in clamscan.</summary>
    public static InfectedFileAction? Create(ClamScanSettings settings)
    {
        if (settings.MoveTo is { } folder)
            return new(folder, isCopy: false);
        if (settings.CopyTo is { } copies)
            return new(copies, isCopy: true);
        return settings.Removes ? new(null, isCopy: false) : null;
    }

    /// <summary>Does it and says so; false where it could not be done.</summary>
    public bool Take(string path, FileStatus scanned, ClamScanOutput output)
    {
        var verb = _target is null ? "remove" : _isCopy ? "copy" : "move";
        try
        {
            using var file = Reopen(path, scanned);
            var real = LinuxFile.PathOf(file) ?? throw new IOException("the kernel does not tell where it lies");
            var slash = real.LastIndexOf('/');
            var name = NameEncoding.EncodeTerminated(real[(slash + 1)..]);
            Check(LinuxFile.OpenDirectory(null, NameEncoding.EncodeTerminated(slash == 0 ? "/" : real[..slash]), followLink: false, out var folder));
            using (folder)
            {
                Check(LinuxFile.Status(folder, name, followLink: false, out var status));
                if (status != scanned)
                    throw new IOException("it was replaced after it was scanned");
                output.Finding($"{path} (real path: '{real}'): {Take(file, folder, name, real[(slash + 1)..])}");
            }

            return true;
        }
        catch (IOException exception)
        {
            output.Error($"Can't {verb} file {path}: {exception.Message}");
            return false;
        }
    }

    public void Dispose() => _target?.Dispose();

    private string Take(SafeFileHandle file, SafeFileHandle folder, byte[] name, string text)
    {
        if (_target is null)
        {
            Check(LinuxFile.Remove(folder, name));
            return "Removed.";
        }

        var given = _isCopy ? null : MoveHere(file, folder, name, text);
        if (given is null)
        {
            given = CopyHere(file, text);
            if (!_isCopy)
                Check(LinuxFile.Remove(folder, name));
        }

        return $"{(_isCopy ? "copied" : "moved")} to '{_targetPath.TrimEnd('/')}/{given}'";
    }

    /// <summary>Moves within a file system; null where it must be copied.</summary>
    private string? MoveHere(SafeFileHandle file, SafeFileHandle folder, byte[] name, string text)
    {
        foreach (var candidate in Names(text))
        {
            var newName = NameEncoding.EncodeTerminated(candidate);
            var error = LinuxFile.Rename(folder, name, _target!, newName);
            if (error is Errno.CrossDevice or Errno.Invalid)
                return null;
            if (error == Errno.Exists)
                continue;
            Check(error);
            // Between the last look and the renaming the name may have been given to another file: that one goes back.
            if (LinuxFile.Status(_target!, newName, followLink: false, out var moved) == 0
                && LinuxFile.Status(file, out var meant) == 0 && moved.Identity == meant.Identity)
                return candidate;
            LinuxFile.Rename(_target!, newName, folder, name);
            throw new IOException("it was replaced while it was moved");
        }

        throw new IOException("all names in the folder are taken");
    }

    private string CopyHere(SafeFileHandle file, string text)
    {
        foreach (var candidate in Names(text))
        {
            var name = NameEncoding.EncodeTerminated(candidate);
            var error = LinuxFile.Create(_target!, name, out var copy);
            if (error == Errno.Exists)
                continue;
            Check(error);
            using (copy)
            {
                try
                {
                    Copy(file, copy);
                }
                catch (IOException)
                {
                    LinuxFile.Remove(_target!, name);
                    throw;
                }
            }

            return candidate;
        }

        throw new IOException("all names in the folder are taken");
    }

    private static void Copy(SafeFileHandle from, SafeFileHandle to)
    {
        var buffer = new byte[256 << 10];
        long at = 0;
        while (RandomAccess.Read(from, buffer, at) is > 0 and var count)
        {
            RandomAccess.Write(to, buffer.AsSpan(0, count), at);
            at += count;
        }

        RandomAccess.FlushToDisk(to);
    }

    /// <summary>The file's own name, then with <c>.001</c> and so on after it.</summary>
    private static IEnumerable<string> Names(string name) =>
        Enumerable.Range(0, MostNames).Select(number => number == 0 ? name : $"{name}.{number:d3}");

    private static SafeFileHandle Reopen(string path, FileStatus scanned)
    {
        // A link that was followed to scan it is followed again; the comparison tells whether it still leads to the same file.
        Check(LinuxFile.Open(null, NameEncoding.EncodeTerminated(path), followLink: true, out var file));
        var error = LinuxFile.Status(file, out var status);
        if (error == 0 && status == scanned)
            return file;
        file.Dispose();
        throw new IOException(error != 0 ? Errno.Text(error) : "it was changed or replaced after it was scanned");
    }

    private static void Check(int error)
    {
        if (error != 0)
            throw new IOException(Errno.Text(error));
    }
}
