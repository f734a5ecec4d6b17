using System.Buffers.Binary;
using Perisai.Engine.Containers.Volumes;

namespace Perisai.Engine.Containers.Ext;

/// <summary>Walks the directories of a volume. Inodes that several entries name are handed on once.</summary>
internal sealed class ExtWalk(ExtVolume volume, IMemberSink sink)
{
    private const uint RootInode = 2;
    private const int EntryHeaderLength = 8;

    /// <summary>Longer directories are cut: a million entries of the usual length.</summary>
    private const long MaxDirectory = 64 << 20;

    private readonly VolumeFiles _files = new(volume.Source, sink, ExtFaults.Format);
    private readonly DirectoryStack _directories = new(sink, ExtFaults.Format);
    private readonly ExtPieces _map = new(volume);
    private readonly HashSet<uint> _known = [];

    public void Run()
    {
        _directories.Push("", RootInode);
        while (_directories.TryPop(out var path, out var number))
        {
            if (volume.ReadInode((uint)number) is not { IsDirectory: true } inode)
                sink.AddLoss(ExtFaults.BadInode, -1, $"{path}/: inode {number}");
            else if (inode.IsEncrypted)
                sink.AddNotScanned(new Member(path), NotScannedReason.Encrypted, "The directory is encrypted.");
            else if (inode.IsInline)
                ReadInlineDirectory(path, inode);
            else
                ReadDirectory(path, inode);
        }
    }

    private void ReadInlineDirectory(string path, in ExtInode inode)
    {
        // The parent's number comes first; the rest of the map and the attribute are two blocks of entries.
        var rest = inode.InlineRest();
        if (rest is null)
            sink.AddLoss(ExtFaults.BadInlineData, -1, $"{path}/");
        if (ReadEntries(path, inode.Map[4..]) && rest is { Length: > 0 })
            ReadEntries(path, rest);
    }

    private void ReadDirectory(string path, in ExtInode inode)
    {
        var pieces = new List<Piece>();
        if (!_map.TryFind(inode, pieces))
            sink.AddLoss(ExtFaults.BadExtents, -1, $"{path}/");
        using var stream = new PieceStream(pieces);
        var length = Math.Min(inode.Length, MaxDirectory);
        if (inode.Length > length)
            sink.AddLoss(ExtFaults.BadDirectory, -1, $"{path}/: {inode.Length} bytes.");
        var block = new byte[volume.BlockLength];
        for (long at = 0; at < length && !sink.ShouldStop; at += block.Length)
        {
            stream.Position = at;
            var count = stream.ReadAtLeast(block, block.Length, throwOnEndOfStream: false);
            sink.Budget.ChargeRead(count);
            if (count < block.Length)
            {
                sink.AddLoss(ExtFaults.BadDirectory, -1, $"{path}/ is cut.");
                return;
            }

            if (!ReadEntries(path, block))
                return;
        }
    }

    /// <summary>Reads the entries of a block; they do not go over its end. False: stop.</summary>
    private bool ReadEntries(string path, ReadOnlySpan<byte> block)
    {
        for (var at = 0; at + EntryHeaderLength <= block.Length;)
        {
            var number = BinaryPrimitives.ReadUInt32LittleEndian(block[at..]);
            int length = BinaryPrimitives.ReadUInt16LittleEndian(block[(at + 4)..]);
            // Blocks of 64 KiB have no number for their own length.
            length = length is 0 or 0xFFFF && volume.BlockLength == 65536 ? 65536 : length;
            int nameLength = volume.Superblock.EntriesHaveTypes ? block[at + 6] : BinaryPrimitives.ReadUInt16LittleEndian(block[(at + 6)..]);
            if (length < EntryHeaderLength || length > block.Length - at || nameLength > length - EntryHeaderLength)
            {
                // Zeros are a hole in the directory.
                if (block[at..].ContainsAnyExcept((byte)0))
                    sink.AddLoss(ExtFaults.BadDirectory, -1, $"{path}/");
                return !sink.ShouldStop;
            }

            var name = block.Slice(at + EntryHeaderLength, nameLength);
            if (number != 0 && nameLength > 0 && !name.SequenceEqual("."u8) && !name.SequenceEqual(".."u8)
                && !Add(VolumeFiles.Join(path, MemberName.Decode(name)), number))
                return false;
            at += length;
        }

        return !sink.ShouldStop;
    }

    private bool Add(string name, uint number)
    {
        if (!_known.Add(number))
            return true;
        if (volume.ReadInode(number) is not { } inode)
        {
            sink.AddLoss(ExtFaults.BadInode, -1, $"{name}: inode {number}");
            return !sink.ShouldStop;
        }

        if (inode.IsDirectory)
            _directories.Push(name, number);
        if (!inode.IsFile)
            return true;
        var member = new Member(name) { DeclaredLength = inode.Length };
        if (inode.IsEncrypted)
            return sink.AddNotScanned(member, NotScannedReason.Encrypted, "ext.encrypted: fscrypt");
        if (inode.IsCompressed && volume.Superblock.HasCompression)
            return sink.AddNotScanned(member, NotScannedReason.Unsupported, "ext.compressed");
        if (inode.IsInline)
            return AddInline(name, inode);
        var pieces = new List<Piece>();
        if (!_map.TryFind(inode, pieces))
            sink.AddLoss(ExtFaults.BadExtents, -1, name);
        return _files.Add(name, pieces, inode.Length);
    }

    private bool AddInline(string name, in ExtInode inode)
    {
        var rest = inode.InlineRest();
        byte[] content = [.. inode.Map, .. rest ?? []];
        if (rest is null || content.Length < inode.Length)
            sink.AddLoss(ExtFaults.BadInlineData, -1, name);
        using var stream = new MemoryStream(content, 0, (int)Math.Min(content.Length, inode.Length));
        return sink.AddStream(new Member(name) { DeclaredLength = inode.Length }, stream, stream.Length);
    }
}
