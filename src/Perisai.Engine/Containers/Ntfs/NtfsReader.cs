namespace Perisai.Engine.Containers.Ntfs;

/// <summary>Reads NTFS volumes: all streams of all files. Deleted files are not looked for.</summary>
internal sealed class NtfsReader : IContainerReader
{
    private const int BootSectorLength = 512;

    public static readonly NtfsReader Instance = new();

    public string Name => NtfsFaults.Format;

    public FormatDescription Description { get; } = new(
        "NTFS volume",
        "all streams of all files (others than the first as name:stream), sparse and compressed ones (LZNT1)",
        "NTFS Documentation, Linux-NTFS project (https://flatcap.github.io/linux-ntfs/ntfs/); [MS-XCA] for LZNT1")
    {
        Limits = "4,194,304 records, 262,144 pieces of a stream",
        Gaps = "encrypted streams and files compressed by the overlay filter (compact installations) are reported; the journal is not applied",
    };

    public void Read(ByteSource source, IMemberSink sink)
    {
        var reader = new BoundedReader(source, sink.Budget);
        if (!reader.TryPeekSpan(BootSectorLength, out var sector) || NtfsVolume.Parse(sector) is not { } volume)
        {
            sink.AddLoss(NtfsFaults.BadBootSector, 0);
            return;
        }

        if (source.Length < volume.Length)
            sink.AddFault(NtfsFaults.Truncated, source.Length, $"{source.Length} of {volume.Length} bytes are there.");
        using var table = NtfsTable.Open(source, volume, sink);
        if (table is null)
            sink.AddLoss(NtfsFaults.BadTable, volume.TableOffset);
        else
            new NtfsWalk(source, volume, table, sink).Run();
    }
}
