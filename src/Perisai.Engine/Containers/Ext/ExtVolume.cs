using System.Buffers.Binary;

namespace Perisai.Engine.Containers.Ext;

/// <summary>Finds inodes and reads blocks. What it reads beside content counts: a volume has only so much of it.</summary>
internal sealed class ExtVolume(ByteSource source, ExtSuperblock superblock, ScanBudget budget)
{
    /// <summary>Blocks of numbers may be read some times each, not for ever.</summary>
    private long _metadataBlocks = Math.Min(source.Length, superblock.Blocks * superblock.BlockLength) / superblock.BlockLength * 4 + 4096;

    private readonly BoundedReader _inodes = new(source, budget);
    private readonly byte[] _descriptor = new byte[64];

    public ByteSource Source => source;

    public ExtSuperblock Superblock => superblock;

    public int BlockLength => superblock.BlockLength;

    public ExtInode? ReadInode(uint number)
    {
        if (number == 0 || number > superblock.Inodes)
            return null;
        var group = (number - 1) / superblock.InodesPerGroup;
        if (TableOf(group) is not { } table)
            return null;
        _inodes.Position = table * BlockLength + (number - 1) % superblock.InodesPerGroup * superblock.InodeLength;
        return _inodes.TryGetSpan(superblock.InodeLength, out var span) ? new(span.ToArray()) : null;
    }

    /// <summary>Reads a block of numbers or extents. False: it is not there, or too many were read.</summary>
    public bool TryReadBlock(long block, Span<byte> destination)
    {
        if (block <= 0 || block > source.Length / BlockLength || --_metadataBlocks < 0)
            return false;
        var count = source.Read(block * BlockLength, destination);
        return count == destination.Length && budget.ChargeRead(count);
    }

    /// <summary>The first block of a group's table of inodes.</summary>
    private long? TableOf(long group)
    {
        var perBlock = BlockLength / superblock.DescriptorLength;
        // The block behind the superblock's: the second or third one, whatever the first data block is said to be.
        var at = (ExtSuperblock.Length / BlockLength + 1L) * BlockLength + group * superblock.DescriptorLength;
        if (group / perBlock >= superblock.FirstMetaGroup)
        {
            // Groups of groups: the descriptors of as many as fit into a block stand in the first of them, behind a superblock if it has one.
            var first = group / perBlock * perBlock;
            var block = superblock.FirstDataBlock + first * superblock.BlocksPerGroup + (superblock.HasCopy(first) ? 1 : 0);
            if (first == 0)
                block = ExtSuperblock.Length / BlockLength + 1;
            at = block * BlockLength + group % perBlock * superblock.DescriptorLength;
        }

        var length = Math.Min(superblock.DescriptorLength, _descriptor.Length);
        if (at < 0 || source.Read(at, _descriptor.AsSpan(0, length)) < length || !budget.ChargeRead(length))
            return null;
        long table = BinaryPrimitives.ReadUInt32LittleEndian(_descriptor.AsSpan(8));
        if (superblock.DescriptorLength >= 64)
            table |= (long)BinaryPrimitives.ReadUInt32LittleEndian(_descriptor.AsSpan(40)) << 32;
        return table > 0 && table <= source.Length / BlockLength ? table : null;
    }
}
