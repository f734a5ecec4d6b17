namespace Perisai.Engine.Containers.Iso9660;

/// <summary>
/// Walks one tree of directories. Directories are told apart by their first block, so that each is read once, whatever links lead to it.
/// </summary>
internal sealed class IsoTreeWalk(ByteSource image, IMemberSink sink, IsoVolume volume, IsoFiles files, bool addEmptyFiles)
{
    /// <summary>Longer paths keep their end.</summary>
    private const int MaxPath = 4096;

    private readonly HashSet<long> _visited = [];
    private readonly Stack<(string Path, long Block, long Length)> _due = new();
    private readonly List<(string Path, long Block, long Length)> _relocated = [];
    private readonly List<Piece> _extents = [];
    private string? _unfinished;
    private int? _skip;
    private long _directoryBytes;

    /// <summary>Whether the root directory's own record has the mark of Rock Ridge's protocol.</summary>
    public static bool HasSystemUse(ByteSource image, IMemberSink sink, IsoVolume volume)
    {
        var reader = new BoundedReader(image, sink.Budget, volume.RootBlock * volume.BlockLength);
        return ReadRecord(reader, Iso9660Format.SectorLength, volume.IsJoliet) is { } own
            && IsoSystemUse.Read(own.SystemUse, 0, image, volume.BlockLength, sink).Skip is not null;
    }

    public void Run()
    {
        _due.Push(("", volume.RootBlock, volume.RootLength));
        while (!sink.ShouldStop)
        {
            if (_due.TryPop(out var directory))
                ReadDirectory(directory.Path, directory.Block, directory.Length);
            else if (_relocated.Count > 0)
                TakeRelocated();
            else
                return;
        }
    }

    /// <summary>Moved directories that no link leads to are read where they are.</summary>
    private void TakeRelocated()
    {
        _relocated.ForEach(_due.Push);
        _relocated.Clear();
    }

    private void ReadDirectory(string path, long block, long length)
    {
        if (!_visited.Add(block))
            return;
        // Directories do not overlap: all together are no longer than the image.
        var start = block * volume.BlockLength;
        var end = start + length;
        _directoryBytes += Math.Clamp(image.Length - start, 0, length);
        if (_directoryBytes > image.Length)
        {
            sink.AddLoss(Iso9660Faults.OverlappingDirectories, start);
            return;
        }

        if (end > image.Length)
        {
            sink.AddLoss(Iso9660Faults.TruncatedDirectory, start, $"{path}/");
            end = image.Length;
        }

        var reader = new BoundedReader(image, sink.Budget, start);
        while (reader.Position < end && !sink.ShouldStop)
        {
            // Records do not go over the end of a sector; zeros fill it.
            var at = reader.Position;
            var left = (int)Math.Min(Iso9660Format.SectorLength - (at - start) % Iso9660Format.SectorLength, end - at);
            if (!reader.TryReadByte(out var recordLength))
                return;
            reader.Position = at;
            if (recordLength == 0)
            {
                reader.Position = at + left;
                continue;
            }

            if (ReadRecord(reader, left, volume.IsJoliet) is not { } record)
            {
                sink.AddLoss(Iso9660Faults.BadRecord, at);
                reader.Position = at + left;
                continue;
            }

            if (!Take(path, record, at))
                return;
        }

        FinishFile();
    }

    /// <summary>Reads the record at the reader's position; null where it is longer than what is left of the sector, or nonsense.</summary>
    private static IsoRecord? ReadRecord(BoundedReader reader, int left, bool isJoliet)
    {
        if (!reader.TryPeekSpan(1, out var first) || first[0] <= Iso9660Format.RecordLength || first[0] > left
            || !reader.TryGetSpan(first[0], out var bytes))
            return null;
        return IsoRecord.Parse(bytes, isJoliet);
    }

    private bool Take(string path, IsoRecord record, long at)
    {
        var use = IsoSystemUse.Read(record.SystemUse, _skip ?? 0, image, volume.BlockLength, sink);
        if (record.IsDots)
        {
            _skip ??= use.Skip;
            return true;
        }

        var name = Join(path, use.Name ?? record.Name);
        if (_unfinished is not null && _unfinished != name)
        {
            sink.AddFault(Iso9660Faults.UnfinishedFile, at, _unfinished);
            FinishFile();
        }

        if (use.ChildLink >= 0)
        {
            AddLinked(name, use.ChildLink, at);
        }
        else if (record.IsDirectory)
        {
            if (use.IsRelocated)
                _relocated.Add((name, record.Block, record.Length));
            else
                _due.Push((name, record.Block, record.Length));
            return true;
        }

        if (record.Length == 0 && (use.HasNoContent || use.ChildLink >= 0 || !addEmptyFiles) && _unfinished is null)
            return true;
        files.AddExtent(_extents, record, volume.BlockLength);
        if (record.GoesOn)
        {
            _unfinished = name;
            return true;
        }

        _unfinished = null;
        var more = files.Add(name, _extents, use.IsCompressed);
        _extents.Clear();
        return more;
    }

    /// <summary>A link to a moved directory does not tell its length; the directory's own record does.</summary>
    private void AddLinked(string name, long block, long at)
    {
        var reader = new BoundedReader(image, sink.Budget, block * volume.BlockLength);
        if (ReadRecord(reader, Iso9660Format.SectorLength, volume.IsJoliet) is { IsDots: true } own)
            _due.Push((name, block, own.Length));
        else
            sink.AddLoss(Iso9660Faults.BadSystemUse, at, $"{name}: the link to a moved directory leads nowhere.");
    }

    private void FinishFile()
    {
        if (_unfinished is { } name)
            files.Add(name, _extents, false);
        _unfinished = null;
        _extents.Clear();
    }

    private static string Join(string path, string name)
    {
        var joined = path.Length > 0 ? $"{path}/{name}" : name;
        return joined.Length > MaxPath ? joined[^MaxPath..] : joined;
    }
}
