using System.Buffers.Binary;

namespace Perisai.Engine.Containers.Udf;

/// <summary>What a descriptor says it is (ECMA-167, 3/7.2 and 4/7.2).</summary>
internal enum UdfTag
{
    None = 0,
    AnchorPointer = 2,
    VolumePointer = 3,
    Partition = 5,
    LogicalVolume = 6,
    Terminating = 8,
    FileSet = 256,
    FileIdentifier = 257,
    AllocationExtent = 258,
    FileEntry = 261,
    ExtendedFileEntry = 266,
}

/// <summary>The tag that every descriptor begins with: its kind, and a sum of its own bytes.</summary>
internal static class UdfTags
{
    public const int Length = 16;

    /// <summary>The kind; None where the sum is wrong.</summary>
    public static UdfTag Read(ReadOnlySpan<byte> descriptor)
    {
        if (descriptor.Length < Length)
            return UdfTag.None;
        byte sum = 0;
        for (var index = 0; index < Length; index++)
            sum += index == 4 ? (byte)0 : descriptor[index];
        return sum == descriptor[4] ? (UdfTag)BinaryPrimitives.ReadUInt16LittleEndian(descriptor) : UdfTag.None;
    }
}
