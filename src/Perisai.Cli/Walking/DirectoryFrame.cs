using Microsoft.Win32.SafeHandles;
using Perisai.Linux;

namespace Perisai.Cli.Walking;

/// <summary>
/// A directory on the way down. Its names were read when it was entered; its handle may be closed meanwhile, where the tree is deeper
/// than we keep handles, and is then found again through the child's <c>..</c>.
/// </summary>
internal sealed class DirectoryFrame(FilePath path, SafeFileHandle handle, FileIdentity identity, DirectoryListing listing, bool isByLink)
{
    public FilePath Path { get; } = path;

    public SafeFileHandle? Handle { get; set; } = handle;

    public FileIdentity Identity { get; } = identity;

    public DirectoryListing Listing { get; } = listing;

    /// <summary>Entered through a symbolic link: its <c>..</c> is not the directory that we came from.</summary>
    public bool IsByLink { get; } = isByLink;

    /// <summary>The next name to look at.</summary>
    public int Next { get; set; }

    /// <summary>Whether it lies on a file system of the kernel's state, named explicitly.</summary>
    public bool IsPseudo { get; init; }
}
