using System.Runtime.InteropServices;

namespace Perisai.Engine.Containers.SevenZip;

/// <summary>Goes through an archive: its header first, then each folder once, and last what no one named.</summary>
internal sealed class SevenZipWalk : IDisposable
{
    private readonly ByteSource _source;
    private readonly IMemberSink _sink;
    private readonly SevenZipFolderReader _folders;
    private readonly SevenZipHeaderFinder _finder;

    public SevenZipWalk(ByteSource source, IMemberSink sink)
    {
        (_source, _sink) = (source, sink);
        _folders = new(source, sink);
        _finder = new(source, sink, _folders);
    }

    public void Run()
    {
        if (_finder.Find() is { } archive)
        {
            ReadMembers(archive);
            ReadUnused(archive);
        }
    }

    public void Dispose() => _folders.Dispose();

    private void ReadMembers(SevenZipArchive archive)
    {
        var starts = archive.PackedStarts();
        var streams = CollectionsMarshal.AsSpan(archive.SubStreams);
        var file = 0;
        var stream = 0;
        foreach (var folder in archive.Folders)
        {
            if (_sink.ShouldStop)
                return;
            var count = (int)Math.Min(folder.SubStreams, streams.Length - stream);
            // A stream takes the next file that has one.
            _folders.Begin(archive, starts, folder, Math.Max(count, 0));
            for (var index = 0; index < count; index++)
            {
                file = WriteEmptyFiles(archive, file);
                var name = file < archive.Files.Length ? archive.NameOf(archive.Files[file]) : "";
                if (file++ >= archive.Files.Length && !archive.IsCut)
                    _sink.AddFault(SevenZipFaults.StreamWithoutFile, -1);
                if (!_folders.Write(name, streams[stream++], file - 1))
                    return;
            }

            // Nobody would extract this, but it is there.
            if (count <= 0 && folder.UnpackSize > 0 && !archive.IsCut)
            {
                _sink.AddFault(SevenZipFaults.StreamWithoutFile, -1);
                if (!_folders.Write("", new(folder.UnpackSize, folder.Checksum), -1))
                    return;
            }

            _folders.End();
        }

        for (; file < archive.Files.Length && !_sink.ShouldStop; file++)
        {
            file = WriteEmptyFiles(archive, file);
            if (file >= archive.Files.Length)
                break;
            if (!archive.IsCut)
                _sink.AddFault(SevenZipFaults.FileWithoutStream, -1, archive.NameOf(archive.Files[file]));
            _sink.AddNotScanned(new Member(archive.NameOf(archive.Files[file])), NotScannedReason.Damaged, "It has no content.");
        }
    }

    /// <summary>Files without a stream up to the next one with: folders, marks of deleted files and files of no length.</summary>
    private int WriteEmptyFiles(SevenZipArchive archive, int index)
    {
        for (; index < archive.Files.Length && !archive.Files[index].HasStream; index++)
        {
            ref var file = ref archive.Files[index];
            if (file is { IsEmptyFile: true, IsAnti: false } && !_sink.AddSlice(new Member(archive.NameOf(file)) { DeclaredLength = 0 }, _source, 0, 0))
                return archive.Files.Length;
        }

        return index;
    }

    /// <summary>Hands on what neither a stream nor a header covers, and what follows the archive.</summary>
    private void ReadUnused(SevenZipArchive archive)
    {
        var covered = _finder.Covered;
        var starts = archive.PackedStarts();
        for (var index = 0; index < starts.Length; index++)
            covered.Add((starts[index], long.CreateSaturating((Int128)starts[index] + archive.PackedSizes[index])));
        covered.Sort();
        long at = 0;
        foreach (var (start, end) in covered)
        {
            if (start > at)
                WriteUnused("unused-bytes", SevenZipFaults.UnusedBytes, at, Math.Min(start, _source.Length));
            at = Math.Max(at, end);
        }

        WriteUnused("trailing-data", SevenZipFaults.TrailingData, at, _source.Length);
    }

    private void WriteUnused(string name, string fault, long start, long end)
    {
        if (start >= end || _sink.ShouldStop || IsZero(start, end))
            return;
        _sink.AddFault(fault, start);
        _sink.AddSlice(new Member(name), _source, start, end - start);
    }

    private bool IsZero(long start, long end)
    {
        var reader = new BoundedReader(_source, _sink.Budget, start);
        while (reader.Position < end && _sink.Budget.CheckTime())
        {
            if (!reader.TryGetSpan((int)Math.Min(BoundedReader.WindowLength, end - reader.Position), out var span))
                return true;
            if (span.ContainsAnyExcept((byte)0))
                return false;
        }

        return true;
    }
}
