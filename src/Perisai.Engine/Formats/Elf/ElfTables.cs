namespace Perisai.Engine.Formats.Elf;

/// <summary>
/// The tables of an ELF file as YARA takes them: sections, segments, dynamic entries and symbols, each read when it is asked for. Other than
/// <see cref="ElfReader"/>, which takes a file as ClamAV does, it trusts no entry size, has no small limits and goes on past what is damaged.
/// System V ABI, https://refspecs.linuxfoundation.org/elf/gabi4+/contents.html.
/// </summary>
internal sealed partial class ElfTables
{
    private const ushort ReservedSections = 0xFF00;
    private const ushort ManySegments = 0xFFFF;
    private const ushort Executable = 2;
    private const uint SectionNull = 0;
    private const uint SectionNoBits = 8;

    private readonly BoundedReader _reader;
    private readonly BoundedReader _names;
    private readonly ElfStrings? _sectionNames;
    private readonly bool _bigEndian;
    private readonly bool _is64Bit;

    private ElfTables(BoundedReader reader, BoundedReader names, ElfFields header)
    {
        (_reader, _names, _bigEndian, _is64Bit) = (reader, names, header.BigEndian, header.Is64Bit);
        Type = header.UInt16(16);
        Machine = header.UInt16(18);
        Entry = header.Address(24, 24);
        SegmentOffset = header.Address(28, 32);
        SectionOffset = header.Address(32, 40);
        SegmentEntrySize = header.UInt16(_is64Bit ? 54 : 42);
        SegmentCount = header.UInt16(_is64Bit ? 56 : 44);
        SectionEntrySize = header.UInt16(_is64Bit ? 58 : 46);
        SectionCount = header.UInt16(_is64Bit ? 60 : 48);
        var nameSection = header.UInt16(_is64Bit ? 62 : 50);
        HasSections = SectionCount < ReservedSections && nameSection < SectionCount && Fits(SectionOffset, SectionCount, SectionLength);
        HasSegments = SegmentCount is > 0 and < ManySegments && Fits(SegmentOffset, SegmentCount, SegmentLength);
        // The table of names counts as running to the end of the file.
        if (HasSections && TryReadSection(nameSection, out var section) && section.Offset > 0 && section.Offset < (ulong)reader.Length)
            _sectionNames = new ElfStrings(names, (long)section.Offset, reader.Length);
    }

    public ushort Type { get; }

    public ushort Machine { get; }

    public ulong Entry { get; }

    public ulong SectionOffset { get; }

    /// <summary>As the header says; entries are as long as the format has them whatever it says.</summary>
    public ushort SectionEntrySize { get; }

    public ushort SectionCount { get; }

    public ulong SegmentOffset { get; }

    /// <inheritdoc cref="SectionEntrySize"/>
    public ushort SegmentEntrySize { get; }

    public ushort SegmentCount { get; }

    /// <summary>Whether the table of sections lies in the file.</summary>
    public bool HasSections { get; }

    /// <summary>Whether the table of segments lies in the file.</summary>
    public bool HasSegments { get; }

    private int SectionLength => _is64Bit ? ElfFormat.SectionHeaderLength64 : ElfFormat.SectionHeaderLength32;

    private int SegmentLength => _is64Bit ? ElfFormat.SegmentHeaderLength64 : ElfFormat.SegmentHeaderLength32;

    /// <summary>The tables; null where the file is no ELF file or ends with its header.</summary>
    public static ElfTables? TryRead(ByteSource source, ScanBudget budget)
    {
        var reader = new BoundedReader(source, budget);
        if (!reader.TryPeekAt(0, 16, out var start) || !start.StartsWith("\x7F"u8 + "ELF"u8) || start[4] is not (1 or 2) || start[5] is not (1 or 2))
            return null;
        var is64Bit = start[4] == 2;
        var bigEndian = start[5] == 2;
        return reader.TryPeekAt(0, (is64Bit ? ElfFormat.HeaderLength64 : ElfFormat.HeaderLength32) + 1, out var header)
            ? new ElfTables(reader, new BoundedReader(source, budget), new ElfFields(header, bigEndian, is64Bit)) : null;
    }

    public bool TryReadSection(int index, out ElfSection section)
    {
        section = default;
        if (!HasSections || (uint)index >= SectionCount || !TryReadEntry(SectionOffset, index, SectionLength, out var fields))
            return false;
        section = new ElfSection(
            fields.UInt32(0), fields.UInt32(4), fields.Address(8, 8), fields.Address(12, 16), fields.Address(16, 24), fields.Address(20, 32),
            fields.UInt32(_is64Bit ? 40 : 24));
        return true;
    }

    public TextPlace? FindSectionName(ElfSection section) =>
        section.Name < (ulong)_reader.Length ? _sectionNames?.Find(section.Name) : null;

    public bool TryReadSegment(int index, out ElfSegment segment)
    {
        segment = default;
        if (!HasSegments || (uint)index >= SegmentCount || !TryReadEntry(SegmentOffset, index, SegmentLength, out var fields))
            return false;
        segment = new ElfSegment(
            fields.UInt32(0), fields.UInt32(_is64Bit ? 4 : 24), fields.Address(4, 8), fields.Address(8, 16), fields.Address(12, 24),
            fields.Address(16, 32), fields.Address(20, 40), fields.Address(28, 48));
        return true;
    }

    /// <summary>
    /// Where the entry point lies in the file: by the segments in an executable, by the sections in all else; null where nothing covers it. Sums of
    /// address and size wrap at the format's width.
    /// </summary>
    public ulong? FindEntryOffset()
    {
        if (Entry == 0)
            return null;
        if (Type == Executable)
        {
            // Other than for the list of segments, any count is good here, and no offset of 0.
            if (SegmentOffset == 0 || !Fits(SegmentOffset, SegmentCount, SegmentLength))
                return null;
            for (var i = 0; i < SegmentCount && TryReadEntry(SegmentOffset, i, SegmentLength, out var fields); i++)
            {
                if (Covers(fields.Address(8, 16), fields.Address(20, 40)))
                    return unchecked(fields.Address(4, 8) + (Entry - fields.Address(8, 16)));
            }

            return null;
        }

        if (SectionOffset == 0 || !Fits(SectionOffset, SectionCount, SectionLength))
            return null;
        for (var i = 0; i < SectionCount && TryReadEntry(SectionOffset, i, SectionLength, out var fields); i++)
        {
            if (fields.UInt32(4) is not (SectionNull or SectionNoBits) && Covers(fields.Address(12, 16), fields.Address(20, 32)))
                return unchecked(fields.Address(16, 24) + (Entry - fields.Address(12, 16)));
        }

        return null;
    }

    private bool Covers(ulong address, ulong size)
    {
        var end = unchecked(address + size);
        return Entry >= address && Entry < (_is64Bit ? end : (uint)end);
    }

    /// <summary>Whether a table lies in the file.</summary>
    private bool Fits(ulong offset, int count, int length) =>
        offset < (ulong)_reader.Length && (ulong)count * (ulong)length <= (ulong)_reader.Length - offset;

    private bool TryReadEntry(ulong table, long index, int length, out ElfFields fields)
    {
        var read = _reader.TryPeekAt((long)table + index * length, length, out var bytes);
        fields = new ElfFields(bytes, _bigEndian, _is64Bit);
        return read;
    }
}

/// <summary>A section header. <paramref name="Link"/> is the section of names, where it is a table of symbols.</summary>
internal readonly record struct ElfSection(uint Name, uint Type, ulong Flags, ulong Address, ulong Offset, ulong Size, uint Link);

/// <summary>A program header.</summary>
internal readonly record struct ElfSegment(
    uint Type, uint Flags, ulong Offset, ulong VirtualAddress, ulong PhysicalAddress, ulong FileSize, ulong MemorySize, ulong Alignment);
