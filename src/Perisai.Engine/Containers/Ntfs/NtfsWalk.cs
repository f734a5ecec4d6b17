using Perisai.Engine.Containers.Volumes;

namespace Perisai.Engine.Containers.Ntfs;

/// <summary>
/// Goes over the file table twice: for the directories, whose names make the paths, and for the files. So every file is found once, whatever
/// links lead to it, and no index has to be believed.
/// </summary>
internal sealed class NtfsWalk(ByteSource source, NtfsVolume volume, NtfsTable table, IMemberSink sink)
{
    private const ulong RootDirectory = 5;

    /// <summary>Records of the file system itself: the table, the log, the map of clusters …</summary>
    private const long FirstUserRecord = 16;

    private const int MaxDirectories = 200_000;
    private const int MaxDepth = 256;

    private readonly VolumeFiles _files = new(source, sink, NtfsFaults.Format);
    private readonly Dictionary<ulong, (ulong Parent, string Name)> _directories = [];

    public void Run()
    {
        var record = new byte[volume.RecordLength];
        var isWhole = true;
        for (long number = 0; number < table.Records && !sink.ShouldStop; number++)
        {
            if (!table.TryRead(number, record, out var isSound) || NtfsRecord.BaseOf(record) != 0)
            {
                isWhole &= isSound;
                continue;
            }

            isWhole &= isSound;
            if (!NtfsRecord.IsDirectory(record) || _directories.Count >= MaxDirectories)
                continue;
            var file = Read(number, record);
            if (file.Name is { } name)
                _directories[(ulong)number] = (file.Parent, name);
        }

        if (!isWhole)
            sink.AddLoss(NtfsFaults.BadRecord, volume.TableOffset);
        for (long number = 0; number < table.Records && !sink.ShouldStop; number++)
        {
            if (table.TryRead(number, record, out _) && NtfsRecord.BaseOf(record) == 0)
                AddFile(number, Read(number, record));
        }
    }

    /// <summary>A file with what stands in its other records.</summary>
    private NtfsFile Read(long number, byte[] record)
    {
        var file = new NtfsFile();
        if (!file.Add(record))
            sink.AddLoss(NtfsFaults.BadAttribute, -1, $"record {number}");
        var extensions = NtfsFile.Extensions(record, source, volume, sink);
        if (extensions.Count == 0)
            return file;
        var other = new byte[volume.RecordLength];
        foreach (var extension in extensions)
        {
            if (extension == number)
                continue;
            // Only those that say themselves that they belong to this one.
            if (!table.TryRead(extension, other, out _) || NtfsRecord.BaseOf(other) != (ulong)number || !file.Add(other))
                sink.AddLoss(NtfsFaults.BadAttributeList, -1, $"record {number}: {extension}");
        }

        return file;
    }

    private void AddFile(long number, NtfsFile file)
    {
        if (file.Streams.Count == 0)
            return;
        var path = PathOf(file.Parent, file.Name ?? $"record-{number}");
        foreach (var stream in file.Streams)
        {
            // Of the file system's own files, only streams that do not belong there.
            if (sink.ShouldStop || number < FirstUserRecord && (stream.Name.Length == 0 || stream.Name[0] == '$'))
                continue;
            AddStream(stream.Name.Length > 0 ? $"{path}:{stream.Name}" : path, stream);
        }
    }

    private void AddStream(string name, NtfsStream stream)
    {
        var member = new Member(name) { DeclaredLength = stream.Length };
        if (stream.IsEncrypted)
        {
            sink.AddNotScanned(member, NotScannedReason.Encrypted, "The stream is encrypted.");
            return;
        }

        if (stream.Value is { } value)
        {
            using var content = new MemoryStream(value);
            sink.AddStream(member, content, value.Length);
            return;
        }

        var pieces = new List<Piece>();
        if (!stream.TryGetPieces(source, volume.ClusterLength, pieces) || !stream.HasLength || stream.Length < 0)
            sink.AddLoss(NtfsFaults.BadRuns, -1, name);
        if (stream.IsCompressed)
        {
            using var decoded = new LzntStream(pieces, (long)volume.ClusterLength << Math.Min(8, stream.CompressionUnitBits), stream.Length, sink.Budget);
            _files.AddDecoded(name, pieces, stream.Length, decoded);
        }
        else
        {
            _files.Add(name, Written(pieces, stream), stream.Length);
        }

        // Files of compact installations of Windows are kept in this stream, the file itself being a hole.
        if (stream.Name == "WofCompressedData")
            sink.AddNotScanned(member, NotScannedReason.Unsupported, "Compressed by the Windows overlay filter.");
    }

    /// <summary>What was not written yet reads as zeros.</summary>
    private static List<Piece> Written(List<Piece> pieces, NtfsStream stream)
    {
        if (stream.WrittenLength >= stream.Length || stream.WrittenLength < 0)
            return pieces;
        var written = new List<Piece>();
        var left = stream.WrittenLength;
        foreach (var piece in pieces)
        {
            VolumeFiles.Append(written, piece with { Length = Math.Min(left, piece.Length) });
            left -= Math.Min(left, piece.Length);
        }

        VolumeFiles.Append(written, new(null, 0, stream.Length - stream.WrittenLength));
        return written;
    }

    private string PathOf(ulong parent, string name)
    {
        for (var depth = 0; depth < MaxDepth && parent != RootDirectory; depth++)
        {
            if (!_directories.TryGetValue(parent, out var directory))
                return VolumeFiles.Join("?", name);
            name = VolumeFiles.Join(directory.Name, name);
            parent = directory.Parent;
        }

        return name;
    }
}
