using System.Buffers.Binary;

namespace Perisai.Engine.Formats.Elf;

/// <summary>Numbers at places of a header or table, in the file's byte order and width.</summary>
internal readonly ref struct ElfFields(ReadOnlySpan<byte> bytes, bool bigEndian, bool is64Bit)
{
    private readonly ReadOnlySpan<byte> _bytes = bytes;

    public bool BigEndian { get; } = bigEndian;

    public bool Is64Bit { get; } = is64Bit;

    public int Length => _bytes.Length;

    public ushort UInt16(int at) => BigEndian
        ? BinaryPrimitives.ReadUInt16BigEndian(_bytes[at..]) : BinaryPrimitives.ReadUInt16LittleEndian(_bytes[at..]);

    public uint UInt32(int at) => BigEndian
        ? BinaryPrimitives.ReadUInt32BigEndian(_bytes[at..]) : BinaryPrimitives.ReadUInt32LittleEndian(_bytes[at..]);

    /// <summary>4 bytes at the first place in a file of 32 bits, 8 bytes at the second in one of 64.</summary>
    public ulong Address(int at32, int at64) => !Is64Bit ? UInt32(at32) : BigEndian
        ? BinaryPrimitives.ReadUInt64BigEndian(_bytes[at64..]) : BinaryPrimitives.ReadUInt64LittleEndian(_bytes[at64..]);
}
