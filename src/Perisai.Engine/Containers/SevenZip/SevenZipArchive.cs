namespace Perisai.Engine.Containers.SevenZip;

/// <summary>A file of the archive; its name stays in the header's bytes until it is needed.</summary>
/// <param name="NameOffset">In the header; -1 where it has none.</param>
internal record struct SevenZipFile(int NameOffset, int NameLength, bool HasStream, bool IsEmptyFile, bool IsAnti, uint Attributes);

/// <summary>A range of a folder's content with its checksum, where the header has one.</summary>
internal record struct SevenZipSubStream(long Length, uint? Checksum);

/// <summary>What a header tells: the packed streams, the folders that they belong to, and the files.</summary>
internal sealed class SevenZipArchive(byte[] header)
{
    /// <summary>Where the packed streams begin in the source; each follows the one before.</summary>
    public long PackedOffset { get; set; }

    public List<long> PackedSizes { get; } = [];

    public List<SevenZipFolder> Folders { get; } = [];

    /// <summary>In the order of the folders.</summary>
    public List<SevenZipSubStream> SubStreams { get; } = [];

    public SevenZipFile[] Files { get; set; } = [];

    /// <summary>True when the header tells of more than <see cref="ScanLimits.MaxObjects"/> allows, and the rest was not read.</summary>
    public bool IsCut { get; set; }

    /// <summary>The name; empty where there is none. Lone surrogates are replaced.</summary>
    public string NameOf(in SevenZipFile file) =>
        file.NameOffset < 0 ? "" : System.Text.Encoding.Unicode.GetString(header, file.NameOffset, file.NameLength);

    /// <summary>Where a packed stream begins; the sizes are hostile, and their sum may be beyond everything.</summary>
    public long[] PackedStarts()
    {
        var starts = new long[PackedSizes.Count];
        var at = PackedOffset;
        for (var index = 0; index < starts.Length; index++)
        {
            starts[index] = at;
            at = long.CreateSaturating((Int128)at + PackedSizes[index]);
        }

        return starts;
    }
}
