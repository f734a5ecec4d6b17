using System.Buffers.Binary;

namespace Perisai.Engine.Containers.Udf;

/// <summary>A long allocation descriptor: a length, and a block of a partition as the logical volume numbers them.</summary>
internal readonly record struct UdfPlace(uint Length, uint Block, int Partition)
{
    public const int StoredLength = 16;

    /// <summary>A number that only this place has.</summary>
    public ulong Number => (ulong)Partition << 32 | Block;

    public static UdfPlace Read(ReadOnlySpan<byte> bytes) => new(
        BinaryPrimitives.ReadUInt32LittleEndian(bytes), BinaryPrimitives.ReadUInt32LittleEndian(bytes[4..]),
        BinaryPrimitives.ReadUInt16LittleEndian(bytes[8..]));
}
