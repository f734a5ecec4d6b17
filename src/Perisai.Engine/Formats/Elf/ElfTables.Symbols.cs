using System.Buffers.Binary;

namespace Perisai.Engine.Formats.Elf;

/// <summary>Symbols and dynamic entries.</summary>
internal sealed partial class ElfTables
{
    private const uint SectionSymbols = 2;
    private const uint SectionStrings = 3;
    private const uint SectionDynamicSymbols = 11;
    private const uint SegmentDynamic = 2;

    /// <summary>
    /// Dynamic entries looked at in all tables together. 4 Mi: each of 65,534 segments may name a table that has no end but that of the file. YARA has
    /// no such limit; files have some dozens.
    /// </summary>
    private const int MaximumDynamicEntries = 4 << 20;

    private (ElfSymbolTable? Static, ElfSymbolTable? Dynamic)? _symbols;
    private List<(long Offset, int Count)>? _dynamicTables;

    /// <summary>The last table of symbols whose names are in a table of texts; null where there is none or it does not lie in the file.</summary>
    public ElfSymbolTable? Symbols => (_symbols ??= FindSymbols()).Static;

    /// <summary>As <see cref="Symbols"/>, of the symbols for dynamic linking.</summary>
    public ElfSymbolTable? DynamicSymbols => (_symbols ??= FindSymbols()).Dynamic;

    /// <summary>Tables of dynamic entries in the order of their segments. Where one is shorter than one before it, the rest of that one shows.</summary>
    public IReadOnlyList<(long Offset, int Count)> DynamicTables => _dynamicTables ??= FindDynamicTables();

    private int DynamicLength => _is64Bit ? ElfFormat.DynamicLength64 : ElfFormat.DynamicLength32;

    /// <summary>An entry of the last table that has so many.</summary>
    public bool TryReadDynamic(int index, out ulong tag, out ulong value)
    {
        for (var i = DynamicTables.Count - 1; i >= 0; i--)
        {
            var (offset, count) = DynamicTables[i];
            if (index < count && TryReadEntry((ulong)offset, index, DynamicLength, out var fields))
            {
                tag = fields.Address(0, 0);
                value = fields.Address(4, 8);
                return true;
            }
        }

        tag = value = 0;
        return false;
    }

    public bool TryReadSymbol(ElfSymbolTable table, int index, out ElfSymbol symbol)
    {
        symbol = default;
        var length = _is64Bit ? ElfFormat.SymbolLength64 : ElfFormat.SymbolLength32;
        if ((uint)index >= (uint)table.Count || !_reader.TryPeekAt(table.Offset + (long)index * length, length, out var bytes))
            return false;
        var fields = new ElfFields(bytes, _bigEndian, _is64Bit);
        var info = bytes[_is64Bit ? 4 : 12];
        // YARA turns this one byte around as if it were a whole word, so that in big-endian files all symbols count as visible.
        var other = _bigEndian ? 0 : bytes[_is64Bit ? 5 : 13];
        symbol = new ElfSymbol(
            fields.UInt32(0), (byte)(info >> 4), (byte)(info & 0xF), (byte)(other & 3), fields.UInt16(_is64Bit ? 6 : 14), fields.Address(4, 8),
            fields.Address(8, 16));
        return true;
    }

    private (ElfSymbolTable? Static, ElfSymbolTable? Dynamic) FindSymbols()
    {
        ElfSection? symbols = null, dynamicSymbols = null;
        ElfSection names = default, dynamicNames = default;
        // YARA compares the link with the count in the byte order of the machine; then only whether the header lies in the file decides.
        var linkLimit = _bigEndian ? BinaryPrimitives.ReverseEndianness(SectionCount) : SectionCount;
        for (var i = 0; TryReadSection(i, out var section); i++)
        {
            if (section.Type is not (SectionSymbols or SectionDynamicSymbols) || section.Link >= linkLimit
                || !TryReadEntry(SectionOffset, section.Link, SectionLength, out var fields) || fields.UInt32(4) != SectionStrings)
                continue;
            var strings = new ElfSection(0, SectionStrings, 0, 0, fields.Address(16, 24), fields.Address(20, 32), 0);
            if (section.Type == SectionSymbols)
                (symbols, names) = (section, strings);
            else
                (dynamicSymbols, dynamicNames) = (section, strings);
        }

        return (Table(symbols, names), Table(dynamicSymbols, dynamicNames));
    }

    private ElfSymbolTable? Table(ElfSection? symbols, ElfSection names)
    {
        if (symbols is not { } section || !Lies(section) || !Lies(names))
            return null;
        var count = section.Size / (ulong)(_is64Bit ? ElfFormat.SymbolLength64 : ElfFormat.SymbolLength32);
        return new ElfSymbolTable(
            (long)section.Offset, (int)Math.Min(count, int.MaxValue),
            new ElfStrings(_names, (long)names.Offset, (long)(names.Offset + names.Size)));

        bool Lies(ElfSection one) => one.Offset <= (ulong)_reader.Length && one.Size <= (ulong)_reader.Length - one.Offset;
    }

    private List<(long Offset, int Count)> FindDynamicTables()
    {
        var tables = new List<(long, int)>();
        var left = MaximumDynamicEntries;
        for (var i = 0; TryReadSegment(i, out var segment); i++)
        {
            if (segment.Type != SegmentDynamic)
                continue;
            var count = 0;
            while (segment.Offset <= (ulong)_reader.Length && left > 0 && TryReadEntry(segment.Offset, count, DynamicLength, out var fields))
            {
                count++;
                left--;
                if (fields.Address(0, 0) == 0)
                    break;
            }

            tables.Add(((long)Math.Min(segment.Offset, long.MaxValue), count));
        }

        return tables;
    }
}

/// <summary>A table of symbols that lies in the file.</summary>
internal sealed record ElfSymbolTable(long Offset, int Count, ElfStrings Names);

/// <summary>A symbol.</summary>
internal readonly record struct ElfSymbol(uint Name, byte Binding, byte Type, byte Visibility, ushort Section, ulong Value, ulong Size);
