using Microsoft.Win32.SafeHandles;
using Perisai.Engine;
using Perisai.Linux;

namespace Perisai.Cli.Walking;

/// <summary>
/// Walks files and trees in the order of the arguments and, within a directory, of the names' bytes. Every entry of every directory
/// comes out exactly once: as an open file, as a reason why not, or, for a directory, as what it holds. No recursion on the stack, at
/// most <see cref="MaximumHandles"/> directories open at a time.
/// </summary>
internal sealed partial class TreeWalker(WalkOptions options, CancellationToken cancellation)
{
    /// <summary>Directories kept open on the way down.</summary>
    private const int MaximumHandles = 64;

    private readonly List<DirectoryFrame> _frames = [];
    private readonly HashSet<FileIdentity> _linkTargets = [];
    private int _firstOpen;

    /// <summary>Directories that were listed.</summary>
    public long Directories { get; private set; }

    /// <summary>Walks the arguments, each a file or a tree.</summary>
    public IEnumerable<WalkEntry> Walk(IEnumerable<string> arguments)
    {
        try
        {
            foreach (var argument in arguments)
            {
                var path = new FilePath(null, argument);
                if (StartArgument(path) is { } only)
                    yield return only;
                while (_frames.Count > 0)
                {
                    if (Step() is { } entry)
                        yield return entry;
                }
            }
        }
        finally
        {
            foreach (var frame in _frames)
                frame.Handle?.Dispose();
        }
    }

    private WalkEntry? StartArgument(FilePath path)
    {
        if (cancellation.IsCancellationRequested)
            return LeftOut(path, NotScannedReason.Cancelled);
        if (path.Name.Length == 0)
            return LeftOut(path, NotScannedReason.Unreadable, "an empty name", isError: true);
        var name = NameEncoding.EncodeTerminated(path.Name);
        var error = LinuxFile.Status(null, name, options.FollowArguments, out var status);
        if (error != 0)
            return LeftOut(path, NotScannedReason.Unreadable, Errno.Text(error), isError: true);
        switch (status.Kind)
        {
            case FileKind.Directory when !options.EnterDirectories:
                return LeftOut(path, NotScannedReason.Excluded, "a directory, and directories are not entered");
            case FileKind.Directory:
                error = LinuxFile.OpenDirectory(null, name, options.FollowArguments, out var handle);
                // The argument's own target is where a link may not lead back to.
                return error != 0
                    ? LeftOut(path, NotScannedReason.Unreadable, Errno.Text(error), isError: true, FileKind.Directory)
                    : Enter(path, handle, isByLink: true, isArgument: true);
            case FileKind.SymbolicLink:
                return LeftOut(path, NotScannedReason.SymbolicLink);
            case FileKind.File:
                return OpenFile(path, null, name, options.FollowArguments, isArgument: true, isPseudo: null);
            default:
                return LeftOut(path, NotScannedReason.SpecialFile, TextOf(status.Kind), isError: true);
        }
    }

    /// <summary>Looks at the next name of the innermost directory, or leaves it.</summary>
    private WalkEntry? Step()
    {
        var frame = _frames[^1];
        if (frame.Next == frame.Listing.Count)
        {
            Leave();
            return null;
        }

        var index = frame.Next++;
        var path = new FilePath(frame.Path, NameEncoding.Decode(frame.Listing.Name(index)));
        if (cancellation.IsCancellationRequested)
            return LeftOut(path, NotScannedReason.Cancelled);
        if (frame.Handle is null)
            return LeftOut(path, NotScannedReason.Changed, "its directory was moved while it was walked");
        var name = frame.Listing.TerminatedName(index);
        var kind = frame.Listing.Kind(index);
        if (kind == FileKind.Unknown)
        {
            var error = LinuxFile.Status(frame.Handle, name, followLink: false, out var status);
            if (error != 0)
                return Failed(path, error);
            kind = status.Kind;
        }

        return kind switch
        {
            FileKind.Directory => EnterChild(frame, path, name),
            FileKind.File when !options.Filter.TakesFile(path) => LeftOut(path, NotScannedReason.Excluded),
            FileKind.File => OpenFile(path, frame.Handle, name, followLink: false, isArgument: false, frame.IsPseudo),
            FileKind.SymbolicLink => Follow(frame, path, name),
            _ => LeftOut(path, NotScannedReason.SpecialFile, TextOf(kind)),
        };
    }

    private WalkEntry? EnterChild(DirectoryFrame frame, FilePath path, ReadOnlySpan<byte> name)
    {
        if (!options.Recursive)
            return TooDeep(path, "a directory, and directories are not entered");
        if (!options.Filter.TakesDirectory(path))
            return LeftOut(path, NotScannedReason.Excluded, "a directory");
        if (_frames.Count >= options.MaximumDepth)
            return TooDeep(path, "a directory deeper than directories are entered");
        var error = LinuxFile.OpenDirectory(frame.Handle, name, followLink: false, out var handle);
        return error == 0 ? Enter(path, handle, isByLink: false, isArgument: false) : Failed(path, error, FileKind.Directory);
    }

    private WalkEntry? Follow(DirectoryFrame frame, FilePath path, ReadOnlySpan<byte> name)
    {
        if (!options.FollowFileLinks && !options.FollowDirectoryLinks)
            return LeftOut(path, NotScannedReason.SymbolicLink);
        var error = LinuxFile.Status(frame.Handle, name, followLink: true, out var status);
        if (error != 0)
            return LeftOut(path, NotScannedReason.SymbolicLink, $"its target cannot be had: {Errno.Text(error)}");
        switch (status.Kind)
        {
            case FileKind.File when options.FollowFileLinks:
                return options.Filter.TakesFile(path)
                    ? OpenFile(path, frame.Handle, name, followLink: true, isArgument: false, isPseudo: null)
                    : LeftOut(path, NotScannedReason.Excluded);
            case FileKind.Directory when options.FollowDirectoryLinks && options.Recursive:
                if (!options.Filter.TakesDirectory(path))
                    return LeftOut(path, NotScannedReason.Excluded, "a directory");
                if (_frames.Count >= options.MaximumDepth)
                    return TooDeep(path, "a directory deeper than directories are entered");
                if (_frames.Exists(open => open.Identity == status.Identity))
                    return LeftOut(path, NotScannedReason.SymbolicLink, "a loop: it leads back to a directory that it lies in");
                // Each target is entered once through links; otherwise twenty links in twenty directories would be a million ways.
                if (!_linkTargets.Add(status.Identity))
                    return LeftOut(path, NotScannedReason.SymbolicLink, "its target was walked before");
                error = LinuxFile.OpenDirectory(frame.Handle, name, followLink: true, out var handle);
                return error == 0 ? Enter(path, handle, isByLink: true, isArgument: false) : Failed(path, error, FileKind.Directory);
            case FileKind.File or FileKind.Directory:
                return LeftOut(path, NotScannedReason.SymbolicLink);
            default:
                return LeftOut(path, NotScannedReason.SpecialFile, TextOf(status.Kind));
        }
    }

    private WalkEntry OpenFile(
        FilePath path, SafeFileHandle? directory, ReadOnlySpan<byte> name, bool followLink, bool isArgument, bool? isPseudo)
    {
        if (options.CountOnly)
        {
            return LinuxFile.Status(directory, name, followLink, out var counted) == 0
                ? new() { Path = path, Length = counted.Length }
                : LeftOut(path, NotScannedReason.Unreadable);
        }

        var error = LinuxFile.Open(directory, name, followLink, out var handle);
        FileStatus status = default;
        if (error == 0)
            error = LinuxFile.Status(handle, out status);
        if (error == 0 && status.Kind == FileKind.File && status.Length > options.MaximumLength && !isArgument)
        {
            handle.Dispose();
            return new() { Path = path, Reason = NotScannedReason.OverBudget, Length = status.Length, Kind = FileKind.File };
        }

        if (error == 0 && status.Kind == FileKind.File && !(status.Length == 0 && IsPseudo(handle, isPseudo)))
            return new() { Path = path, File = handle, Length = status.Length, Status = status };
        handle.Dispose();
        if (error != 0)
            return isArgument ? LeftOut(path, NotScannedReason.Unreadable, Errno.Text(error), isError: true, FileKind.File) : Failed(path, error, FileKind.File);
        return status.Kind == FileKind.File
            ? LeftOut(path, NotScannedReason.SpecialFile, "the kernel's state, whose length it does not tell", isArgument)
            : LeftOut(path, NotScannedReason.Changed, $"it became {TextOf(status.Kind)} while the directory was walked");
    }

    private static bool IsPseudo(SafeFileHandle handle, bool? known) =>
        known ?? PseudoFileSystem.NameOf(LinuxFile.FileSystemMagic(handle)) is not null;

    /// <summary>What could not be opened though it was listed: it vanished, or we may not.</summary>
    private static WalkEntry Failed(FilePath path, int error, FileKind kind = FileKind.Unknown) => error switch
    {
        Errno.NoEntry or Errno.Stale => LeftOut(path, NotScannedReason.Changed, "it vanished between being listed and being opened"),
        Errno.Loop or Errno.NotDirectory or Errno.NoDevice => LeftOut(path, NotScannedReason.Changed, "it was replaced while the directory was walked"),
        _ => LeftOut(path, NotScannedReason.Unreadable, Errno.Text(error), kind: kind),
    };

    private static WalkEntry LeftOut(
        FilePath path, NotScannedReason reason, string detail = "", bool isError = false, FileKind kind = FileKind.Unknown) =>
        new() { Path = path, Reason = reason, Detail = detail, IsError = isError, Kind = kind };

    private static WalkEntry TooDeep(FilePath path, string detail) =>
        new() { Path = path, Reason = NotScannedReason.Excluded, Detail = detail, Kind = FileKind.Directory, IsTooDeep = true };

    private static string TextOf(FileKind kind) => kind switch
    {
        FileKind.Pipe => "a named pipe",
        FileKind.Socket => "a socket",
        FileKind.CharacterDevice => "a character device",
        FileKind.BlockDevice => "a block device",
        FileKind.Directory => "a directory",
        FileKind.SymbolicLink => "a symbolic link",
        _ => "a file of a kind that we do not know",
    };
}
