namespace Perisai.Engine.Containers.SevenZip;

/// <summary>What can be wrong with a 7z archive.</summary>
internal static class SevenZipFaults
{
    public const string BadStartHeader = "7z.bad-start-header";
    public const string WrongStartChecksum = "7z.wrong-start-checksum";

    /// <summary>The header lies, at least in part, behind the end of the file.</summary>
    public const string Truncated = "7z.truncated";
    public const string BadHeader = "7z.bad-header";
    public const string WrongHeaderChecksum = "7z.wrong-header-checksum";
    public const string HeaderTooLong = "7z.header-too-long";

    /// <summary>The header was not where the start header says; it was found by a search.</summary>
    public const string DisplacedHeader = "7z.displaced-header";

    /// <summary>A folder whose coders are not connected to one another as they have to be.</summary>
    public const string BadFolder = "7z.bad-folder";
    public const string TruncatedStream = "7z.truncated-stream";
    public const string WrongChecksum = "7z.wrong-checksum";
    public const string WrongLength = "7z.wrong-length";

    /// <summary>A packed stream or a part of one that no file of the archive names.</summary>
    public const string StreamWithoutFile = "7z.stream-without-file";
    public const string FileWithoutStream = "7z.file-without-stream";
    public const string UnusedBytes = "7z.unused-bytes";
    public const string TrailingData = "7z.trailing-data";
}
