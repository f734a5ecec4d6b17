using Microsoft.Win32.SafeHandles;
using Perisai.Engine;
using Perisai.Linux;

namespace Perisai.Cli.Walking;

/// <summary>
/// One thing that a walk met and that has to be accounted for: an open file, or the reason why there is none. Directories that could be
/// listed are no entries; what they hold is.
/// </summary>
internal sealed class WalkEntry
{
    public required FilePath Path { get; init; }

    /// <summary>The open file, which the taker closes; null where it is not to be scanned, or bytes lie in <see cref="Content"/>.</summary>
    public SafeFileHandle? File { get; init; }

    /// <summary>Content that came another way (standard input); the taker disposes it.</summary>
    public ByteSource? Content { get; init; }

    /// <summary>Length in bytes; -1 where it is not known.</summary>
    public long Length { get; init; } = -1;

    /// <summary>What was opened, as the kernel described it then; null where nothing was.</summary>
    public FileStatus? Status { get; init; }

    /// <summary>What it is, where that is known of something that is not scanned.</summary>
    public FileKind Kind { get; init; }

    /// <summary>Why it is not scanned; null for a file.</summary>
    public NotScannedReason? Reason { get; init; }

    /// <summary>One sentence beside the reason.</summary>
    public string Detail { get; init; } = "";

    /// <summary>Whether what was asked for by name could not be had: that is an error of the whole run.</summary>
    public bool IsError { get; init; }

    /// <summary>A directory that is not entered because directories below this depth are not, rather than because of its name.</summary>
    public bool IsTooDeep { get; init; }

    /// <summary>Left out by our own choice and not by the user's: said even where exclusions are only counted.</summary>
    public bool IsOurChoice { get; init; }
}
