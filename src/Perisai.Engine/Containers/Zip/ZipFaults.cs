namespace Perisai.Engine.Containers.Zip;

/// <summary>What can be wrong with a zip archive.</summary>
internal static class ZipFaults
{
    /// <summary>No end record was found: the archive is truncated, streamed or the first part of a split one.</summary>
    public const string NoDirectory = "zip.no-directory";
    public const string BadDirectory = "zip.bad-directory";
    public const string WrongEntryCount = "zip.wrong-entry-count";
    public const string ShiftedOffsets = "zip.shifted-offsets";
    public const string NoLocalHeader = "zip.no-local-header";

    /// <summary>An entry that has a local header only.</summary>
    public const string NotInDirectory = "zip.not-in-directory";

    /// <summary>The directory and the local header tell different things.</summary>
    public const string HeaderMismatch = "zip.header-mismatch";
    public const string NameMismatch = "zip.name-mismatch";
    public const string TruncatedEntry = "zip.truncated-entry";
    public const string WrongChecksum = "zip.wrong-checksum";
    public const string WrongLength = "zip.wrong-length";
    public const string WrongAuthentication = "zip.wrong-authentication";

    /// <summary>The compressed data ends before the entry does.</summary>
    public const string UnusedBytes = "zip.unused-bytes";

    /// <summary>Entries share bytes: the scanner takes it for a bomb.</summary>
    public const string OverlappingEntries = "zip.overlapping-entries";
    public const string DuplicateEntry = "zip.duplicate-entry";
    public const string DuplicateName = "zip.duplicate-name";
    public const string FolderWithContent = "zip.folder-with-content";
    public const string TrailingData = "zip.trailing-data";
}
