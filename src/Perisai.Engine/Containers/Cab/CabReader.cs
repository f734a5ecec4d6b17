namespace Perisai.Engine.Containers.Cab;

/// <summary>
/// Reads Microsoft cabinets: stored, MSZIP, Quantum and LZX folders, also one cabinet of a set. The source begins with the cabinet;
/// anything may follow it.
/// </summary>
internal sealed class CabReader : IContainerReader
{
    public static readonly CabReader Instance = new();

    public string Name => "cab";

    public FormatDescription Description { get; } = new(
        "Microsoft cabinet (cab)",
        "stored, MSZIP, LZX and Quantum folders; what follows the cabinet",
        "[MS-CAB], [MS-MCI], LZX Data Compression Format")
    {
        Limits = "a folder is decoded again 16 times at most",
        Gaps = "the cabinets of a set are not joined; files in two of them are reported",
    };

    public void Read(ByteSource source, IMemberSink sink)
    {
        var reader = new BoundedReader(source, sink.Budget);
        if (!CabHeader.TryRead(reader, out var header))
        {
            sink.AddLoss(CabFaults.TruncatedHeader, 0);
            return;
        }

        if (header.Length > source.Length)
            sink.AddLoss(CabFaults.Truncated, source.Length, $"The header claims {header.Length} bytes.");
        var folders = ReadFolders(reader, header, sink);
        var files = ReadFiles(reader, header, sink);
        foreach (var group in files.GroupBy(file => file.FolderIn(folders.Count)).OrderBy(group => group.Key))
        {
            if (sink.ShouldStop)
                return;
            if (group.Key < 0 || group.Key >= folders.Count)
            {
                sink.AddLoss(CabFaults.BadFolderNumber, header.FilesOffset, $"Files of folder {group.Key}, which is not there.");
                continue;
            }

            using var walk = new CabFolderWalk(source, sink, folders[group.Key], header.BlockReserve);
            walk.Run([.. group]);
        }

        AddTrailing(source, sink, header, reader.Position);
    }

    private static List<CabFolder> ReadFolders(BoundedReader reader, in CabHeader header, IMemberSink sink)
    {
        var folders = new List<CabFolder>();
        for (var index = 0; index < header.Folders; index++)
        {
            var at = reader.Position;
            if (!CabFolder.TryRead(reader, header.FolderReserve, out var folder))
            {
                sink.AddLoss(CabFaults.TruncatedFolders, at);
                break;
            }

            folders.Add(folder);
        }

        return folders;
    }

    private static List<CabFile> ReadFiles(BoundedReader reader, in CabHeader header, IMemberSink sink)
    {
        var files = new List<CabFile>();
        reader.Position = header.FilesOffset;
        for (var index = 0; index < header.Files && !sink.ShouldStop; index++)
        {
            var at = reader.Position;
            if (CabFile.TryRead(reader) is not { } file)
            {
                sink.AddLoss(CabFaults.TruncatedFiles, at, $"{index} of {header.Files} files could be read.");
                break;
            }

            files.Add(file);
        }

        return files;
    }

    /// <summary>Installers put things behind a cabinet; a signature stands there most often.</summary>
    private static void AddTrailing(ByteSource source, IMemberSink sink, in CabHeader header, long listsEnd)
    {
        var end = Math.Max(header.Length, Math.Min(listsEnd, source.Length));
        if (sink.ShouldStop || end >= source.Length)
            return;
        var reader = new BoundedReader(source, sink.Budget, end);
        while (reader.TryGetSpan((int)Math.Min(BoundedReader.WindowLength, reader.Remaining), out var span) && !span.IsEmpty)
        {
            if (!span.ContainsAnyExcept((byte)0))
                continue;
            sink.AddFault(CabFaults.TrailingData, end);
            sink.AddSlice(new Member("trailing-data"), source, end, source.Length - end);
            return;
        }
    }
}
