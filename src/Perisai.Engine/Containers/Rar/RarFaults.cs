namespace Perisai.Engine.Containers.Rar;

/// <summary>What can be wrong with a RAR archive.</summary>
internal static class RarFaults
{
    public const string BadHeader = "rar.bad-header";
    public const string WrongHeaderChecksum = "rar.wrong-header-checksum";

    /// <summary>Headers follow one another no longer; the next one was found by a search.</summary>
    public const string LostHeaders = "rar.lost-headers";

    /// <summary>The archive ends without its end record, which RAR 3 and later write.</summary>
    public const string NoEnd = "rar.no-end";
    public const string TruncatedEntry = "rar.truncated-entry";
    public const string WrongChecksum = "rar.wrong-checksum";
    public const string WrongLength = "rar.wrong-length";
    public const string FolderWithContent = "rar.folder-with-content";
    public const string TrailingData = "rar.trailing-data";
}
