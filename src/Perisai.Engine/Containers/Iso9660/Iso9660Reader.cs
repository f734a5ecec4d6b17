namespace Perisai.Engine.Containers.Iso9660;

/// <summary>
/// Reads ISO 9660 images with Joliet and Rock Ridge, El Torito boot images, several sessions, raw sectors. Every tree is walked, as
/// systems differ in which one they show, and each content is handed on once.
/// </summary>
internal sealed class Iso9660Reader : IContainerReader
{
    /// <summary>A disc has at most 99 tracks.</summary>
    private const int MaxSessions = 99;

    public static readonly Iso9660Reader Instance = new();

    public string Name => "iso9660";

    public FormatDescription Description { get; } = new(
        "ISO 9660 image (iso)",
        "all trees (primary, Joliet, Rock Ridge, version 2), sessions, boot images, zisofs, raw sectors",
        "ECMA-119, Joliet Specification, IEEE P1281 and P1282, El Torito")
    {
        Gaps = "path tables are not read",
    };

    public void Read(ByteSource source, IMemberSink sink)
    {
        using var raw = RawSectorSource.TryOpen(source);
        var image = raw ?? source;
        var files = new IsoFiles(image, sink);
        var reader = new BoundedReader(image, sink.Budget);
        var start = (long)Iso9660Format.SystemSectors * Iso9660Format.SectorLength;
        var any = false;
        for (var number = 0; number < MaxSessions && start >= 0 && !sink.ShouldStop; number++)
        {
            var session = IsoSession.Read(reader, start, sink);
            any |= session.Volumes.Count > 0;
            ReadSession(image, sink, session, files);
            start = NextSession(reader, Math.Max(session.End, start + Iso9660Format.SectorLength));
        }

        if (!any)
            sink.AddLoss(Iso9660Faults.NoVolume, start);
    }

    private static void ReadSession(ByteSource image, IMemberSink sink, IsoSession session, IsoFiles files)
    {
        // The tree with the better names comes first, as it names the files: Rock Ridge (which also tells what is compressed), then Joliet.
        var trees = session.Volumes.OrderBy(volume => IsoTreeWalk.HasSystemUse(image, sink, volume) ? 0 : volume.IsJoliet ? 1 : 2).ToList();
        foreach (var volume in trees)
            new IsoTreeWalk(image, sink, volume, files, addEmptyFiles: volume == trees[0]).Run();
        foreach (var catalog in session.BootCatalogs)
            IsoBootCatalog.Read(image, catalog, sink, files);
        if (session.HasUdf && !sink.ShouldStop)
            Udf.UdfReader.Read(image, sink, files.AddCut);
    }

    /// <summary>
    /// Where the descriptors of another session are: behind what the last one claims, at the start of a sector. -1 where there are none.
    /// </summary>
    private static long NextSession(BoundedReader reader, long from)
    {
        while ((from = reader.IndexOf("\u0001CD001\u0001"u8, from)) >= 0)
        {
            if (from % Iso9660Format.SectorLength == 0)
                return from;
            from++;
        }

        return -1;
    }
}
