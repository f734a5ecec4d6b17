namespace Perisai.Linux;

/// <summary>What the kernel says of a file.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Length">Bytes.</param>
/// <param name="Identity">Which file it is, whatever its name.</param>
/// <param name="Modified">Last change of the content, in nanoseconds since 1970.</param>
/// <param name="Owner">The user who owns it.</param>
public readonly record struct FileStatus(FileKind Kind, long Length, FileIdentity Identity, Int128 Modified, uint Owner);

/// <summary>Device and inode: two names with the same pair are one file.</summary>
public readonly record struct FileIdentity(ulong Device, ulong Inode);

/// <summary>Kinds of directory entry.</summary>
public enum FileKind : byte
{
    /// <summary>The file system does not say in the listing; ask for the status.</summary>
    Unknown,

    /// <summary>A regular file.</summary>
    File,

    /// <summary>A directory.</summary>
    Directory,

    /// <summary>A symbolic link.</summary>
    SymbolicLink,

    /// <summary>A named pipe.</summary>
    Pipe,

    /// <summary>A socket.</summary>
    Socket,

    /// <summary>A character device.</summary>
    CharacterDevice,

    /// <summary>A block device.</summary>
    BlockDevice,
}
