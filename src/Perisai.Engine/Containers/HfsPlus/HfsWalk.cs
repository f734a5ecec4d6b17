using System.Buffers.Binary;
using System.Text;
using Perisai.Engine.Containers.Volumes;

namespace Perisai.Engine.Containers.HfsPlus;

/// <summary>
/// Goes over the catalog twice: for the folders, whose names make the paths, and for the files with their two forks. Hard links lead to files in a
/// private folder, which are handed on from there.
/// </summary>
internal sealed class HfsWalk(HfsVolume volume, IMemberSink sink)
{
    private const uint RootFolder = 2;
    private const uint OverflowFile = 3;
    private const uint CatalogFile = 4;
    private const uint AttributesFile = 8;

    private const int FolderRecord = 1;
    private const int FileRecord = 2;
    private const int FileRecordLength = 248;
    private const int CompressedFlag = 0x20;

    private const int MaxFolders = 200_000;
    private const int MaxOverflow = 100_000;
    private const int MaxCompressed = 200_000;
    private const int MaxDepth = 256;

    private readonly VolumeFiles _files = new(volume.Source, sink, HfsPlusFaults.Format);
    private readonly Dictionary<uint, (uint Parent, string Name)> _folders = [];
    private readonly Dictionary<uint, (long Offset, int Length)> _compressed = [];
    private HfsTree? _attributes;

    public void Run()
    {
        ReadOverflow();
        _attributes = Open(AttributesFile, volume.Attributes, HfsPlusFaults.BadAttributes);
        using var attributes = _attributes;
        if (attributes is not null && !attributes.TryReadAll(TakeAttribute))
            sink.AddLoss(HfsPlusFaults.BadAttributes, -1);
        using var catalog = Open(CatalogFile, volume.Catalog, HfsPlusFaults.BadCatalog);
        if (catalog is null)
        {
            sink.AddLoss(HfsPlusFaults.BadCatalog, -1);
            return;
        }

        if (!catalog.TryReadAll(TakeFolder))
            sink.AddLoss(HfsPlusFaults.BadCatalog, -1);
        catalog.TryReadAll(TakeFile);
    }

    private HfsTree? Open(uint file, in HfsFork fork, string fault)
    {
        var pieces = new List<Piece>();
        if (fork.Length == 0)
            return null;
        var ok = volume.TryGetPieces(file, false, fork, pieces);
        var tree = HfsTree.Open(pieces, sink.Budget);
        if (!ok || tree is null)
            sink.AddLoss(fault, pieces.Count > 0 ? pieces[0].Offset : -1);
        return tree;
    }

    private void ReadOverflow()
    {
        using var tree = Open(OverflowFile, volume.Overflow, HfsPlusFaults.BadExtents);
        var count = 0;
        var ok = tree?.TryReadAll((key, data, _) =>
        {
            if (key.Length < 10 || data.Length < HfsFork.ExtentsLength)
                return true;
            volume.AddOverflow(
                BinaryPrimitives.ReadUInt32BigEndian(key[2..]), key[0] == 0xFF, BinaryPrimitives.ReadUInt32BigEndian(key[6..]),
                data[..HfsFork.ExtentsLength]);
            if (++count < MaxOverflow)
                return !sink.ShouldStop;
            sink.AddLoss(HfsPlusFaults.TooManyRecords, -1, "extents");
            return false;
        });
        if (ok == false)
            sink.AddLoss(HfsPlusFaults.BadExtents, -1);
    }

    /// <summary>Of the attributes, those that say how a file is compressed.</summary>
    private bool TakeAttribute(ReadOnlySpan<byte> key, ReadOnlySpan<byte> data, long dataOffset)
    {
        const int NameOffset = 12;
        const int InlineRecord = 0x10;
        if (key.Length < NameOffset || data.Length < 16 || BinaryPrimitives.ReadUInt32BigEndian(data) != InlineRecord)
            return !sink.ShouldStop;
        var name = Encoding.BigEndianUnicode.GetString(key[NameOffset..]);
        var length = BinaryPrimitives.ReadUInt32BigEndian(data[12..]);
        if (name == "com.apple.decmpfs" && length <= data.Length - 16 && _compressed.Count < MaxCompressed)
            _compressed[BinaryPrimitives.ReadUInt32BigEndian(key[2..])] = (dataOffset + 16, (int)length);
        return !sink.ShouldStop;
    }

    private bool TakeFolder(ReadOnlySpan<byte> key, ReadOnlySpan<byte> data, long dataOffset)
    {
        if (data.Length >= 12 && BinaryPrimitives.ReadUInt16BigEndian(data) == FolderRecord && TryParse(key, out var parent, out var name))
        {
            if (_folders.Count >= MaxFolders)
            {
                sink.AddLoss(HfsPlusFaults.TooManyRecords, -1, "folders");
                return false;
            }

            _folders[BinaryPrimitives.ReadUInt32BigEndian(data[8..])] = (parent, name);
        }

        return !sink.ShouldStop;
    }

    private bool TakeFile(ReadOnlySpan<byte> key, ReadOnlySpan<byte> data, long dataOffset)
    {
        if (data.Length < FileRecordLength || BinaryPrimitives.ReadUInt16BigEndian(data) != FileRecord || !TryParse(key, out var parent, out var name))
            return !sink.ShouldStop;
        // Links: hard ones to files, and (as "fdrp") to folders; symbolic ones are files whose mode says so, and hold a path.
        if (data[48..].StartsWith("hlnkhfs+"u8) || data[48..].StartsWith("fdrpMACS"u8) || (BinaryPrimitives.ReadUInt16BigEndian(data[42..]) & 0xF000) == 0xA000)
            return !sink.ShouldStop;
        var number = BinaryPrimitives.ReadUInt32BigEndian(data[8..]);
        var path = PathOf(parent, name);
        var resource = HfsFork.Read(data[168..]);
        if ((data[41] & CompressedFlag) != 0 && _compressed.TryGetValue(number, out var place))
            return AddCompressed(path, number, resource, place.Offset, place.Length);
        return AddFork(path, number, false, HfsFork.Read(data[88..]))
            && (resource.Length == 0 || AddFork($"{path}/..namedfork/rsrc", number, true, resource));
    }

    private bool AddFork(string name, uint number, bool isResource, in HfsFork fork)
    {
        var pieces = new List<Piece>();
        if (!volume.TryGetPieces(number, isResource, fork, pieces))
            sink.AddLoss(HfsPlusFaults.BadExtents, -1, name);
        return _files.Add(name, pieces, fork.Length);
    }

    private bool AddCompressed(string name, uint number, in HfsFork resource, long offset, int length)
    {
        var attribute = new byte[length];
        var member = new Member(name);
        if (!_attributes!.TryRead(offset, attribute) || HfsCompressed.Parse(attribute) is not { } compressed)
        {
            sink.AddLoss(HfsPlusFaults.BadAttributes, -1, name);
            return !sink.ShouldStop;
        }

        if (!compressed.IsSupported)
            return sink.AddNotScanned(member, NotScannedReason.Unsupported, $"Compression {compressed.Kind} of decmpfs.");
        var pieces = new List<Piece>();
        if (compressed.IsInResource && !volume.TryGetPieces(number, true, resource, pieces))
            sink.AddLoss(HfsPlusFaults.BadExtents, -1, name);
        using var source = new PieceSource(pieces);
        using var content = new HfsCompressedStream(compressed, new SliceByteSource(source, 0, resource.Length), sink.Budget);
        return sink.AddStream(member with { DeclaredLength = compressed.Length }, content, length + resource.Length);
    }

    private static bool TryParse(ReadOnlySpan<byte> key, out uint parent, out string name)
    {
        (parent, name) = (0, "");
        if (key.Length < 6)
            return false;
        parent = BinaryPrimitives.ReadUInt32BigEndian(key);
        // A slash is no separator in these names; a colon would be.
        name = Encoding.BigEndianUnicode.GetString(key.Slice(6, Math.Min(key.Length - 6, BinaryPrimitives.ReadUInt16BigEndian(key[4..]) * 2)))
            .Replace('/', ':');
        return true;
    }

    private string PathOf(uint parent, string name)
    {
        for (var depth = 0; depth < MaxDepth && parent != RootFolder; depth++)
        {
            if (!_folders.TryGetValue(parent, out var folder))
                return VolumeFiles.Join("?", name);
            name = VolumeFiles.Join(folder.Name, name);
            parent = folder.Parent;
        }

        return name;
    }
}
