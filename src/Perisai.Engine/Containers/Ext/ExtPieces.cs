using System.Buffers;
using System.Buffers.Binary;
using Perisai.Engine.Containers.Volumes;

namespace Perisai.Engine.Containers.Ext;

/// <summary>Finds the pieces of a file: from a tree of extents (ext4), or from block numbers that are direct, or indirect up to three times.</summary>
internal sealed class ExtPieces(ExtVolume volume)
{
    private const int DirectBlocks = 12;
    private const int ExtentLength = 12;
    private const int MaxDepth = 5;

    /// <summary>A file in more pieces than this is cut.</summary>
    private const int MaxPieces = 1 << 18;

    /// <summary>Extents that are longer are reserved and not written: they read as zeros.</summary>
    private const int MaxWrittenExtent = 32768;

    private List<Piece> _pieces = [];
    private long _found;
    private long _length;

    /// <summary>The pieces of a file, holes included. False: some cannot be told; those before them are there.</summary>
    public bool TryFind(in ExtInode inode, List<Piece> pieces)
    {
        (_pieces, _found, _length) = (pieces, 0, inode.Length);
        var ok = inode.HasExtents ? ReadExtents(inode.Map, 0, MaxDepth) : ReadBlocks(inode.Map);
        if (ok)
            AddHole(_length);
        return ok;
    }

    private bool ReadExtents(ReadOnlySpan<byte> node, int level, int maximumDepth)
    {
        if (BinaryPrimitives.ReadUInt16LittleEndian(node) != 0xF30A)
            return false;
        int count = BinaryPrimitives.ReadUInt16LittleEndian(node[2..]);
        int depth = BinaryPrimitives.ReadUInt16LittleEndian(node[6..]);
        if (depth > maximumDepth || (count + 1) * ExtentLength > node.Length)
            return false;
        if (depth > 0)
            return ReadNodes(node, count, level, depth);
        for (var index = 1; index <= count; index++)
        {
            var extent = node.Slice(index * ExtentLength, ExtentLength);
            var logical = BinaryPrimitives.ReadUInt32LittleEndian(extent) * (long)volume.BlockLength;
            long blocks = BinaryPrimitives.ReadUInt16LittleEndian(extent[4..]);
            var start = BinaryPrimitives.ReadUInt32LittleEndian(extent[8..]) | (long)BinaryPrimitives.ReadUInt16LittleEndian(extent[6..]) << 32;
            // They stand in order; what would go back shows another content to every system.
            if (logical < _found)
                return false;
            AddHole(logical);
            if (blocks > MaxWrittenExtent)
                AddHole(logical + (blocks - MaxWrittenExtent) * volume.BlockLength);
            else
                Append(start, blocks);
            if (_pieces.Count > MaxPieces)
                return false;
        }

        return true;
    }

    private bool ReadNodes(ReadOnlySpan<byte> node, int count, int level, int depth)
    {
        if (level > MaxDepth)
            return false;
        var block = ArrayPool<byte>.Shared.Rent(volume.BlockLength);
        var ok = true;
        for (var index = 1; ok && index <= count && _found < _length; index++)
        {
            var entry = node.Slice(index * ExtentLength, ExtentLength);
            var at = BinaryPrimitives.ReadUInt32LittleEndian(entry[4..]) | (long)BinaryPrimitives.ReadUInt16LittleEndian(entry[8..]) << 32;
            ok = volume.TryReadBlock(at, block.AsSpan(0, volume.BlockLength)) && ReadExtents(block.AsSpan(0, volume.BlockLength), level + 1, depth - 1);
        }

        ArrayPool<byte>.Shared.Return(block);
        return ok;
    }

    private bool ReadBlocks(ReadOnlySpan<byte> map)
    {
        for (var index = 0; index < DirectBlocks && _found < _length; index++)
            Append(BinaryPrimitives.ReadUInt32LittleEndian(map[(index * 4)..]), 1);
        for (var levels = 1; levels <= 3 && _found < _length; levels++)
        {
            if (!ReadIndirect(BinaryPrimitives.ReadUInt32LittleEndian(map[((DirectBlocks + levels - 1) * 4)..]), levels))
                return false;
        }

        return _found >= _length;
    }

    private bool ReadIndirect(uint number, int levels)
    {
        if (number == 0)
        {
            var blocks = 1L;
            for (var level = 0; level < levels; level++)
                blocks *= volume.BlockLength / 4;
            AddHole(_found + blocks * volume.BlockLength);
            return true;
        }

        if (_pieces.Count > MaxPieces)
            return false;
        var block = ArrayPool<byte>.Shared.Rent(volume.BlockLength);
        var numbers = block.AsSpan(0, volume.BlockLength);
        var ok = volume.TryReadBlock(number, numbers);
        for (var at = 0; ok && at < numbers.Length && _found < _length; at += 4)
        {
            var next = BinaryPrimitives.ReadUInt32LittleEndian(numbers[at..]);
            if (levels > 1)
                ok = ReadIndirect(next, levels - 1);
            else
                Append(next, 1);
        }

        ArrayPool<byte>.Shared.Return(block);
        return ok;
    }

    private void Append(long block, long count)
    {
        var length = count * volume.BlockLength;
        VolumeFiles.Append(_pieces, block == 0 ? new(null, 0, length) : new(volume.Source, block * volume.BlockLength, length));
        _found += length;
    }

    private void AddHole(long to)
    {
        if (to <= _found)
            return;
        VolumeFiles.Append(_pieces, new(null, 0, to - _found));
        _found = to;
    }
}
