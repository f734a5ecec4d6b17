using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Perisai.Engine.Containers.Codecs;
using Perisai.Engine.Containers.Volumes;

namespace Perisai.Engine.Containers.SquashFs;

/// <summary>Walks the directories of an image. Files with the same blocks, which mksquashfs makes of equal ones, are handed on once.</summary>
internal sealed class SquashFsWalk(ByteSource source, SquashFsSuperblock superblock, SquashFsBlocks blocks, IMemberSink sink)
{
    private const int EntriesOfFragmentBlock = 512;
    private const int FragmentEntryLength = 16;
    private const int DirectoryHeaderLength = 12;
    private const int EntryHeaderLength = 8;

    /// <summary>The list of a file's blocks is read whole: 4 GiB in the shortest blocks need 4 MiB, and longer files are cut.</summary>
    private const long MaxBlocks = 4 << 20;

    private const int DirectoryKind = 1;
    private const int FileKind = 2;
    private const int LongDirectoryKind = 8;
    private const int LongFileKind = 9;

    private readonly DirectoryStack _directories = new(sink, SquashFsFaults.Format);
    private readonly SquashFsMetadata _inodes = new(source, blocks);
    private readonly SquashFsMetadata _lists = new(source, blocks);
    private readonly SquashFsMetadata _fragments = new(source, blocks);
    private readonly HashSet<(long, long, uint, uint, UInt128)> _known = [];
    private byte[]? _fragment;
    private int _fragmentLength;
    private uint _fragmentNumber = SquashFsInode.NoFragment;

    public void Run()
    {
        _directories.Push("", superblock.RootInode);
        while (_directories.TryPop(out var path, out var reference))
        {
            if (ReadInode(reference) is { IsDirectory: true } inode)
                ReadDirectory(path, inode);
            else
                sink.AddLoss(SquashFsFaults.BadInode, -1, $"{path}/");
        }
    }

    private SquashFsInode? ReadInode(ulong reference)
    {
        Span<byte> bytes = stackalloc byte[56];
        var block = (long)(reference >> 16);
        if (block > source.Length || !_inodes.TryMove(superblock.InodeTable + block, (int)(reference & 0xFFFF)) || !_inodes.TryRead(bytes[..16]))
            return null;
        var kind = BinaryPrimitives.ReadUInt16LittleEndian(bytes);
        var length = kind switch { DirectoryKind or FileKind => 16, LongDirectoryKind => 24, LongFileKind => 40, _ => 0 };
        if (!_inodes.TryRead(bytes[..length]))
            return null;
        return kind switch
        {
            DirectoryKind => new(true, false, U32(bytes), U16(bytes[10..]), U16(bytes[8..]), SquashFsInode.NoFragment),
            LongDirectoryKind => new(true, false, U32(bytes[8..]), U16(bytes[18..]), U32(bytes[4..]), SquashFsInode.NoFragment),
            FileKind => new(false, true, U32(bytes), U32(bytes[8..]), U32(bytes[12..]), U32(bytes[4..])),
            LongFileKind => new(
                false, true, BinaryPrimitives.ReadInt64LittleEndian(bytes), U32(bytes[32..]), BinaryPrimitives.ReadInt64LittleEndian(bytes[8..]),
                U32(bytes[28..])),
            _ => new(false, false, 0, 0, 0, 0),
        };
    }

    private void ReadDirectory(string path, SquashFsInode inode)
    {
        // Three bytes are counted for the entries of the directory itself and of its parent, which are not stored.
        var left = inode.Length - 3;
        if (left <= 0)
            return;
        Span<byte> header = stackalloc byte[DirectoryHeaderLength];
        Span<byte> entry = stackalloc byte[EntryHeaderLength];
        Span<byte> name = stackalloc byte[256];
        if (!_lists.TryMove(superblock.DirectoryTable + inode.Start, (int)inode.Offset))
            left = -1;
        while (left > 0 && !sink.ShouldStop)
        {
            if (!_lists.TryRead(header))
            {
                left = -1;
                break;
            }

            left -= header.Length;
            var count = U32(header) + 1L;
            var block = (ulong)U32(header[4..]);
            for (; count > 0 && left > 0 && !sink.ShouldStop; count--)
            {
                if (!_lists.TryRead(entry) || U16(entry[6..]) is var last && last > 255 || !_lists.TryRead(name[..(last + 1)]))
                {
                    left = -1;
                    break;
                }

                left -= entry.Length + last + 1;
                if (!Add(VolumeFiles.Join(path, MemberName.Decode(name[..(last + 1)])), block << 16 | U16(entry), U16(entry[4..])))
                    return;
            }

            if (count > 0 && left >= 0)
                left = -1;
        }

        if (left < 0)
            sink.AddLoss(SquashFsFaults.BadDirectory, -1, $"{path}/");
    }

    private bool Add(string name, ulong reference, int kind)
    {
        if (kind is DirectoryKind or LongDirectoryKind)
        {
            _directories.Push(name, reference);
            return true;
        }

        if (kind is not (FileKind or LongFileKind))
            return true;
        if (ReadInode(reference) is not { IsFile: true } inode || inode.Length < 0)
        {
            sink.AddLoss(SquashFsFaults.BadInode, -1, name);
            return !sink.ShouldStop;
        }

        if (inode.Length == 0)
            return sink.AddSlice(new Member(name) { DeclaredLength = 0 }, source, 0, 0);
        return AddFile(name, inode);
    }

    private bool AddFile(string name, SquashFsInode inode)
    {
        var tailLength = inode.Fragment == SquashFsInode.NoFragment ? 0 : (int)(inode.Length % superblock.BlockLength);
        var count = (inode.Length - tailLength + superblock.BlockLength - 1) / superblock.BlockLength;
        if (count > MaxBlocks)
        {
            sink.AddLoss(SquashFsFaults.BadInode, -1, $"{name}: {inode.Length} bytes.");
            count = MaxBlocks;
        }

        if (!TryReadLengths(count, out var lengths))
            sink.AddLoss(SquashFsFaults.BadInode, -1, name);
        // Holes take no room, so that the place alone does not tell one file from another.
        var key = BinaryPrimitives.ReadUInt128LittleEndian(SHA256.HashData(MemoryMarshal.AsBytes<uint>(lengths)));
        if (!_known.Add((inode.Start, inode.Length, inode.Fragment, inode.Offset, key)))
            return !sink.ShouldStop;
        ReadOnlyMemory<byte> tail = default;
        CodecException? failure = null;
        try
        {
            if (tailLength > 0)
                tail = ReadTail(inode, tailLength);
        }
        catch (CodecException exception)
        {
            failure = exception;
        }

        var stored = lengths.Sum(value => value & 0xFFFFFFL) + tailLength;
        using var content = new SquashFsFileStream(blocks, superblock, inode, lengths, tail, failure, sink.Budget);
        return sink.AddStream(new Member(name) { DeclaredLength = inode.Length }, content, stored);
    }

    /// <summary>The stored lengths follow the inode. They are read by and by: a number alone may not take memory.</summary>
    private bool TryReadLengths(long count, out uint[] lengths)
    {
        var list = new List<uint>((int)Math.Min(count, 1024));
        Span<byte> value = stackalloc byte[4];
        while (list.Count < count && _inodes.TryRead(value) && sink.Budget.CheckTime())
            list.Add(U32(value));
        lengths = [.. list];
        return lengths.Length == count;
    }

    private ReadOnlyMemory<byte> ReadTail(SquashFsInode inode, int length)
    {
        if (_fragmentNumber != inode.Fragment)
        {
            _fragmentNumber = SquashFsInode.NoFragment;
            Span<byte> pointer = stackalloc byte[8];
            Span<byte> entry = stackalloc byte[FragmentEntryLength];
            var at = superblock.FragmentTable + inode.Fragment / EntriesOfFragmentBlock * 8L;
            if (inode.Fragment >= superblock.Fragments || source.Read(at, pointer) < pointer.Length
                || !_fragments.TryMove(BinaryPrimitives.ReadInt64LittleEndian(pointer), (int)(inode.Fragment % EntriesOfFragmentBlock) * FragmentEntryLength)
                || !_fragments.TryRead(entry))
                throw new CodecException("squashfs: there is no such fragment.");
            var value = U32(entry[8..]);
            var stored = (int)(value & 0xFFFFFF);
            if (stored > superblock.BlockLength)
                throw new CodecException("squashfs: a fragment is longer than blocks are.");
            _fragment ??= new byte[superblock.BlockLength];
            _fragmentLength = blocks.Read(BinaryPrimitives.ReadInt64LittleEndian(entry), stored, (value & 1 << 24) == 0, _fragment);
            _fragmentNumber = inode.Fragment;
        }

        return inode.Offset + (long)length <= _fragmentLength
            ? _fragment.AsMemory((int)inode.Offset, length) : throw new CodecException("squashfs: a fragment is too short.");
    }

    private static uint U32(ReadOnlySpan<byte> bytes) => BinaryPrimitives.ReadUInt32LittleEndian(bytes);

    private static ushort U16(ReadOnlySpan<byte> bytes) => BinaryPrimitives.ReadUInt16LittleEndian(bytes);
}
