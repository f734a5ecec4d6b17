using Microsoft.Win32.SafeHandles;
using Perisai.Engine;
using Perisai.Linux;

namespace Perisai.Cli.Walking;

/// <content>Entering and leaving directories.</content>
internal sealed partial class TreeWalker
{
    private WalkEntry? Enter(FilePath path, SafeFileHandle handle, bool isByLink, bool isArgument)
    {
        var error = LinuxFile.Status(handle, out var status);
        if (error != 0)
        {
            handle.Dispose();
            return Failed(path, error);
        }

        var isPseudo = !isArgument && _frames[^1].IsPseudo;
        // Only at the border of a file system can its kind change.
        if (isArgument || _frames[^1].Identity.Device != status.Identity.Device)
        {
            var kind = PseudoFileSystem.NameOf(LinuxFile.FileSystemMagic(handle));
            if (!isArgument && (options.OneFileSystem || (kind is not null && !isPseudo)))
            {
                handle.Dispose();
                return kind is null
                    ? LeftOut(path, NotScannedReason.Excluded, "a directory on another file system")
                    : new()
                    {
                        Path = path,
                        Reason = NotScannedReason.Excluded,
                        Detail = $"the kernel's {kind} file system holds no files; name it to scan it",
                        IsOurChoice = true,
                    };
            }

            isPseudo = kind is not null;
        }

        error = DirectoryListing.Read(handle, out var listing);
        Directories++;
        _frames.Add(new(path, handle, status.Identity, listing, isByLink) { IsPseudo = isPseudo });
        CloseOldest();
        // What was listed before the error is walked all the same.
        return error == 0 ? null : LeftOut(path, NotScannedReason.Unreadable, $"the directory could not be listed to its end: {Errno.Text(error)}", isArgument, FileKind.Directory);
    }

    /// <summary>Keeps the handles of the innermost directories, and of those that could not be found again through <c>..</c>.</summary>
    private void CloseOldest()
    {
        while (_frames.Count - _firstOpen > MaximumHandles)
        {
            if (!_frames[_firstOpen + 1].IsByLink)
            {
                _frames[_firstOpen].Handle?.Dispose();
                _frames[_firstOpen].Handle = null;
            }

            _firstOpen++;
        }
    }

    private void Leave()
    {
        var child = _frames[^1];
        _frames.RemoveAt(_frames.Count - 1);
        if (_frames.Count > 0 && _frames[^1].Handle is null && child.Handle is not null && !child.IsByLink)
            _frames[^1].Handle = Reopen(child.Handle, _frames[^1].Identity);
        _firstOpen = Math.Min(_firstOpen, Math.Max(0, _frames.Count - 1));
        child.Handle?.Dispose();
    }

    private static SafeFileHandle? Reopen(SafeFileHandle child, FileIdentity expected)
    {
        if (LinuxFile.OpenDirectory(child, "..\0"u8, followLink: false, out var handle) == 0
            && LinuxFile.Status(handle, out var status) == 0 && status.Identity == expected)
            return handle;
        handle.Dispose();
        return null;
    }
}
