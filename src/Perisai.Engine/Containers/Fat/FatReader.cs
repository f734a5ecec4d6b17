using Perisai.Engine.Containers.Volumes;

namespace Perisai.Engine.Containers.Fat;

/// <summary>Reads FAT12, FAT16, FAT32 and exFAT volumes. Deleted files are not looked for.</summary>
internal sealed class FatReader : IContainerReader
{
    /// <summary>65,536 entries of 32 bytes are the most that a FAT directory may have; exFAT allows 256 MiB.</summary>
    private const long MaxDirectory = 2 << 20;

    private const long MaxExFatDirectory = 256 << 20;

    private const int BootSectorLength = 512;

    public static readonly FatReader Instance = new();

    public string Name => FatFaults.Format;

    public FormatDescription Description { get; } = new(
        "FAT12, FAT16, FAT32, exFAT volume",
        "all files that are not deleted, with long names",
        "Microsoft FAT Specification; exFAT file system specification (https://learn.microsoft.com/windows/win32/fileio/exfat-specification)")
    {
        Gaps = "only the first table is read; deleted files and slack are part of the volume's own bytes only",
    };

    public void Read(ByteSource source, IMemberSink sink)
    {
        var reader = new BoundedReader(source, sink.Budget);
        if (!reader.TryPeekSpan(BootSectorLength, out var sector) || FatVolume.Parse(sector) is not { } volume)
        {
            sink.AddLoss(FatFaults.BadBootSector, 0);
            return;
        }

        if (source.Length < volume.Length)
            sink.AddFault(FatFaults.Truncated, source.Length, $"{source.Length} of {volume.Length} bytes are there.");
        new Walk(source, volume, sink).Run();
    }

    /// <summary>One pass over the directories of a volume.</summary>
    private sealed class Walk(ByteSource source, FatVolume volume, IMemberSink sink)
    {
        private readonly VolumeFiles _files = new(source, sink, FatFaults.Format);
        private readonly DirectoryStack _directories = new(sink, FatFaults.Format);
        private readonly FatChains _chains = new(source, volume, sink);
        private readonly List<Piece> _pieces = [];

        public void Run()
        {
            _directories.Push("", volume.RootCluster);
            while (_directories.TryPop(out var path, out var cluster))
            {
                _pieces.Clear();
                if (cluster == 0)
                    _pieces.Add(new(source, volume.RootOffset, volume.RootLength));
                else if (!_chains.TryFollowToEnd((uint)cluster, volume.IsExFat ? MaxExFatDirectory : MaxDirectory, _pieces))
                    sink.AddLoss(FatFaults.BadDirectory, volume.OffsetOf((uint)cluster), $"{path}/");
                ReadEntries(path);
            }
        }

        private void ReadEntries(string path)
        {
            var entries = new List<FatEntry>();
            using var stream = new PieceStream(_pieces);
            var (fat, exFat) = (new FatDirectory(), new ExFatDirectory());
            var buffer = new byte[Math.Clamp(stream.Length, 512, 64 << 10)];
            var goesOn = true;
            int count;
            while (goesOn && (count = stream.ReadAtLeast(buffer, buffer.Length, throwOnEndOfStream: false)) > 0 && sink.Budget.ChargeRead(count))
            {
                for (var at = 0; goesOn && at + FatDirectory.LengthOfEntry <= count; at += FatDirectory.LengthOfEntry)
                {
                    var entry = buffer.AsSpan(at, FatDirectory.LengthOfEntry);
                    goesOn = volume.IsExFat ? exFat.Take(entry, entries) : fat.Take(entry, entries);
                }

                if (!AddAll(path, entries))
                    return;
            }

            exFat.Finish(entries);
            AddAll(path, entries);
            if (goesOn && stream.Position < stream.Length)
                sink.AddLoss(FatFaults.BadDirectory, source.Length, $"{path}/");
        }

        private bool AddAll(string path, List<FatEntry> entries)
        {
            foreach (var entry in entries)
            {
                if (sink.ShouldStop || !Add(VolumeFiles.Join(path, entry.Name), entry))
                    return false;
            }

            entries.Clear();
            return true;
        }

        private bool Add(string name, FatEntry entry)
        {
            if (entry.IsDirectory)
            {
                // A directory of no cluster would be the root.
                if (entry.Cluster != 0)
                    _directories.Push(name, entry.Cluster);
                return true;
            }

            _pieces.Clear();
            if (entry.Length > 0 && !_chains.TryFollow(entry.Cluster, entry.Length, entry.IsContiguous, _pieces))
                sink.AddLoss(FatFaults.BadChain, volume.TableOffset, name);
            var there = _pieces.Sum(piece => piece.Length);
            return entry.Length > 0 && there == 0 ? !sink.ShouldStop : _files.Add(name, _pieces, Math.Min(entry.Length, Math.Max(there, 0)));
        }
    }
}
