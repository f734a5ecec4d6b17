using System.Buffers.Binary;
using System.Numerics;

namespace Perisai.Engine.Containers.Ext;

/// <summary>The superblock: 1024 bytes at offset 1024.</summary>
internal sealed record ExtSuperblock
{
    public const int Length = 1024;

    private const uint MetaBlockGroups = 0x10;
    private const uint Is64Bit = 0x80;
    private const uint NeedsRecoveryFlag = 4;
    private const uint HasFileTypes = 2;
    private const uint CompressedFlag = 1;
    private const uint JournalDevice = 8;
    private const uint SparseSuperblocks = 1;

    public required long Inodes { get; init; }

    public required long Blocks { get; init; }

    public required int BlockLength { get; init; }

    public required long FirstDataBlock { get; init; }

    public required long BlocksPerGroup { get; init; }

    public required long InodesPerGroup { get; init; }

    public required int InodeLength { get; init; }

    public required int DescriptorLength { get; init; }

    /// <summary>The first group whose descriptors stand in a group of their own; the largest number where there is none.</summary>
    public required long FirstMetaGroup { get; init; }

    public required uint Incompatible { get; init; }

    public required bool HasSparseSuperblocks { get; init; }

    /// <summary>Changes wait in the journal, which is not applied.</summary>
    public bool NeedsRecovery => (Incompatible & NeedsRecoveryFlag) != 0;

    /// <summary>Directory entries have a byte for the length of the name, and one for the type of the file.</summary>
    public bool EntriesHaveTypes => (Incompatible & HasFileTypes) != 0;

    public bool IsJournal => (Incompatible & JournalDevice) != 0;

    public bool HasCompression => (Incompatible & CompressedFlag) != 0;

    public static ExtSuperblock? Parse(ReadOnlySpan<byte> block)
    {
        var shift = BinaryPrimitives.ReadUInt32LittleEndian(block[24..]);
        var incompatible = BinaryPrimitives.ReadUInt32LittleEndian(block[96..]);
        var isDynamic = BinaryPrimitives.ReadUInt32LittleEndian(block[76..]) > 0;
        int inodeLength = isDynamic ? BinaryPrimitives.ReadUInt16LittleEndian(block[88..]) : 128;
        int descriptorLength = (incompatible & Is64Bit) != 0 ? BinaryPrimitives.ReadUInt16LittleEndian(block[254..]) : 32;
        if (block[56] != 0x53 || block[57] != 0xEF || shift > 6 || inodeLength is < 128 or > 4096 || descriptorLength is < 32 or > 1024
            || !BitOperations.IsPow2(descriptorLength) || inodeLength > 1024 << (int)shift)
            return null;
        long blocks = BinaryPrimitives.ReadUInt32LittleEndian(block[4..]);
        if ((incompatible & Is64Bit) != 0)
            blocks |= (long)BinaryPrimitives.ReadUInt32LittleEndian(block[336..]) << 32;
        var superblock = new ExtSuperblock
        {
            Inodes = BinaryPrimitives.ReadUInt32LittleEndian(block),
            Blocks = blocks & 0xFFFFFFFFFFFF,
            BlockLength = 1024 << (int)shift,
            FirstDataBlock = BinaryPrimitives.ReadUInt32LittleEndian(block[20..]),
            BlocksPerGroup = BinaryPrimitives.ReadUInt32LittleEndian(block[32..]),
            InodesPerGroup = BinaryPrimitives.ReadUInt32LittleEndian(block[40..]),
            InodeLength = inodeLength,
            DescriptorLength = descriptorLength,
            FirstMetaGroup = (incompatible & MetaBlockGroups) != 0 ? BinaryPrimitives.ReadUInt32LittleEndian(block[260..]) : long.MaxValue,
            Incompatible = incompatible,
            HasSparseSuperblocks = (BinaryPrimitives.ReadUInt32LittleEndian(block[100..]) & SparseSuperblocks) != 0,
        };
        return superblock.BlocksPerGroup > 0 && superblock.InodesPerGroup > 0 ? superblock : null;
    }

    /// <summary>Whether a group begins with a copy of the superblock.</summary>
    public bool HasCopy(long group)
    {
        if (!HasSparseSuperblocks || group <= 1)
            return true;
        return IsPower(group, 3) || IsPower(group, 5) || IsPower(group, 7);

        static bool IsPower(long number, long of)
        {
            while (number > 1 && number % of == 0)
                number /= of;
            return number == 1;
        }
    }
}
