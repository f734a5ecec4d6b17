namespace Perisai.Engine;

/// <summary>Why an object, or a part of it, was not looked at.</summary>
public enum NotScannedReason
{
    /// <summary>Encrypted, and no password that was given opens it.</summary>
    Encrypted,

    /// <summary>A limit of <see cref="ScanLimits"/> was reached.</summary>
    OverBudget,

    /// <summary>A compression method or a version that we cannot decode.</summary>
    Unsupported,

    /// <summary>Too damaged to be decoded.</summary>
    Damaged,

    /// <summary>The operating system would not let us read it.</summary>
    Unreadable,

    /// <summary>It vanished or shrank while it was read.</summary>
    Changed,

    /// <summary>Not a regular file: a pipe, a socket, a device.</summary>
    SpecialFile,

    /// <summary>The user left it out: an exclusion, a size limit of theirs.</summary>
    Excluded,

    /// <summary>The rest of a multi-volume archive is needed.</summary>
    MissingVolume,

    /// <summary>The scan was cancelled first.</summary>
    Cancelled,

    /// <summary>A symbolic link that is not followed.</summary>
    SymbolicLink,

    /// <summary>The reader itself failed: a defect of ours, contained.</summary>
    ReaderFailed,
}
