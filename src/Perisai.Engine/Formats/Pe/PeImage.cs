using System.Buffers.Binary;
using System.Collections.Immutable;

namespace Perisai.Engine.Formats.Pe;

/// <summary>
/// Headers and section table of a PE file as YARA reads them; <see cref="PeReader"/> reads them as ClamAV does. The two do not agree on which
/// files are PE nor on where an address lies in the file, and rules were written against one of them.
/// </summary>
internal sealed class PeImage
{
    /// <summary>Sections looked at. YARA's limit, and that of Windows.</summary>
    public const int MaximumSections = 96;

    private const int OptionalLength32 = 224;
    private const int OptionalLength64 = 240;

    private readonly byte[] _header;
    private readonly ImmutableArray<PeSectionHeader> _sections;

    private PeImage(PagedReader reader, long headerOffset, byte[] header, bool is64Bit)
    {
        Reader = reader;
        HeaderOffset = headerOffset;
        _header = header;
        Is64Bit = is64Bit;
        _sections = ReadSections();
    }

    public PagedReader Reader { get; }

    /// <summary>Where <c>PE\0\0</c> lies.</summary>
    public long HeaderOffset { get; }

    public bool Is64Bit { get; }

    public ushort Machine => UInt16(4);

    public ushort SectionCount => UInt16(6);

    public uint Timestamp => UInt32(8);

    public uint SymbolTableOffset => UInt32(12);

    public uint SymbolCount => UInt32(16);

    public ushort OptionalHeaderLength => UInt16(20);

    public ushort Characteristics => UInt16(22);

    /// <summary>The sections whose headers lie in the file, at most <see cref="MaximumSections"/>.</summary>
    public ImmutableArray<PeSectionHeader> Sections => _sections;

    public uint EntryPointAddress => UInt32(24 + 16);

    public ulong ImageBase => Is64Bit ? UInt64(24 + 24) : UInt32(24 + 28);

    public uint FileAlignment => UInt32(24 + 36);

    public uint ImageLength => UInt32(24 + 56);

    public uint DirectoryCount => UInt32(24 + (Is64Bit ? 108 : 92));

    /// <summary>The image of a file; null where YARA would not call it PE.</summary>
    public static PeImage? Read(BoundedReader reader)
    {
        Span<byte> dos = stackalloc byte[64];
        if (!reader.TryReadAt(0, dos) || dos[0] != 'M' || dos[1] != 'Z')
            return null;
        var offset = BinaryPrimitives.ReadInt32LittleEndian(dos[PeFormat.HeaderPointerOffset..]);
        if (offset < 0 || offset + (long)PeFormat.FileHeaderLength + OptionalLength32 > reader.Length)
            return null;
        var header = new byte[PeFormat.FileHeaderLength + OptionalLength64];
        if (!reader.TryReadAt(offset, header.AsSpan(0, PeFormat.FileHeaderLength + OptionalLength32)) || !header.AsSpan().StartsWith("PE\0\0"u8))
            return null;
        var is64Bit = BinaryPrimitives.ReadUInt16LittleEndian(header.AsSpan(24)) == PeFormat.Pe32PlusMagic;
        if (is64Bit && !reader.TryReadAt(offset, header))
            return null;
        return new PeImage(new PagedReader(reader), offset, header, is64Bit);
    }

    public ushort UInt16(int at) => BinaryPrimitives.ReadUInt16LittleEndian(_header.AsSpan(at));

    public uint UInt32(int at) => BinaryPrimitives.ReadUInt32LittleEndian(_header.AsSpan(at));

    public ulong UInt64(int at) => BinaryPrimitives.ReadUInt64LittleEndian(_header.AsSpan(at));

    public byte Byte(int at) => _header[at];

    /// <summary>
    /// A data directory. Not the stated number of directories decides whether there is one, since that can lie, but the length of the
    /// optional header.
    /// </summary>
    public bool TryGetDirectory(int index, out uint address, out uint length)
    {
        var at = (Is64Bit ? PeFormat.OptionalHeaderLength64 : PeFormat.OptionalHeaderLength32) + index * 8;
        address = length = 0;
        if (index is < 0 or >= PeFormat.MaximumDirectories || at > OptionalHeaderLength)
            return false;
        (address, length) = DirectoryAt(index);
        return true;
    }

    /// <summary>A directory's two numbers, whether it counts or not.</summary>
    public (uint Address, uint Length) DirectoryAt(int index)
    {
        var at = 24 + (Is64Bit ? PeFormat.OptionalHeaderLength64 : PeFormat.OptionalHeaderLength32) + index * 8;
        return (UInt32(at), UInt32(at + 4));
    }

    /// <summary>
    /// The file offset of an address; -1 where it has none. Of sections that hold it the one with the highest address counts, the later one of equals;
    /// below all sections an address is an offset.
    /// </summary>
    public long ToOffset(ulong address)
    {
        // A section table that does not lie in the file whole maps nothing.
        if (_sections.Length < Math.Min((int)SectionCount, MaximumSections))
            return -1;
        var lowest = uint.MaxValue;
        uint start = 0;
        uint offset = 0;
        uint length = 0;
        foreach (var section in _sections)
        {
            lowest = Math.Min(lowest, section.Address);
            if (address < section.Address || address - section.Address >= section.VirtualLength || start > section.Address)
                continue;
            start = section.Address;
            offset = section.RawOffset;
            length = section.RawLength;
            // The loader takes no notice of a file alignment above 512.
            var alignment = Math.Min(FileAlignment, 0x200);
            if (alignment != 0)
                offset -= offset % alignment;
        }

        if (address < lowest)
        {
            start = offset = 0;
            length = unchecked((uint)Reader.Length);
        }

        if (address - start >= length)
            return -1;
        var result = (long)(address - start) + offset;
        return result < Reader.Length ? result : -1;
    }

    private ImmutableArray<PeSectionHeader> ReadSections()
    {
        var count = Math.Min((int)SectionCount, MaximumSections);
        var sections = ImmutableArray.CreateBuilder<PeSectionHeader>(count);
        Span<byte> bytes = stackalloc byte[PeFormat.SectionHeaderLength];
        var at = HeaderOffset + PeFormat.FileHeaderLength + OptionalHeaderLength;
        for (var i = 0; i < count && Reader.TryRead(at, bytes); i++, at += PeFormat.SectionHeaderLength)
            sections.Add(new PeSectionHeader(bytes));
        return sections.DrainToImmutable();
    }
}

/// <summary>A section header as it is written.</summary>
internal sealed class PeSectionHeader(ReadOnlySpan<byte> bytes)
{
    private readonly byte[] _bytes = bytes.ToArray();

    /// <summary>Without the zeros at its end; one in the middle stays.</summary>
    public byte[] Name => _bytes.AsSpan(0, 8).TrimEnd((byte)0).ToArray();

    public uint VirtualLength => At(8);

    public uint Address => At(12);

    public uint RawLength => At(16);

    public uint RawOffset => At(20);

    public uint RelocationsOffset => At(24);

    public uint LineNumbersOffset => At(28);

    public ushort RelocationCount => BinaryPrimitives.ReadUInt16LittleEndian(_bytes.AsSpan(32));

    public ushort LineNumberCount => BinaryPrimitives.ReadUInt16LittleEndian(_bytes.AsSpan(34));

    public uint Characteristics => At(36);

    private uint At(int offset) => BinaryPrimitives.ReadUInt32LittleEndian(_bytes.AsSpan(offset));
}
