using Perisai.Engine.Formats;
using Perisai.Engine.Formats.Elf;

namespace Perisai.Engine.Modules.Elf;

/// <summary>What <see cref="ElfModule"/> knows of an object.</summary>
internal sealed class ElfFacts(ModuleContext context) : RuleStruct
{
    private readonly ElfTables? _tables = ElfTables.TryRead(context.Source, context.Budget);
    private readonly FactReader _texts = new(context.Source, context.Budget);
    private RuleValue? _telfHash;
    private RuleValue? _importHash;

    public override RuleValue Get(int field)
    {
        if ((uint)field < (uint)ElfModule.Constants.Count)
            return ElfModule.Constants[field];
        if (_tables is not { } tables)
            return field - ElfModule.Constants.Count is 9 or 10 or 12 or 14 or 16 ? RuleValue.Of(new FixedArray([])) : RuleValue.Undefined;
        return (field - ElfModule.Constants.Count) switch
        {
            0 => RuleValue.Of((long)tables.Type),
            1 => RuleValue.Of((long)tables.Machine),
            2 => tables.FindEntryOffset() is { } offset ? RuleValue.Of((long)offset) : RuleValue.Undefined,
            3 => RuleValue.Of((long)tables.SectionCount),
            4 => RuleValue.Of((long)tables.SectionOffset),
            5 => RuleValue.Of((long)tables.SectionEntrySize),
            6 => RuleValue.Of((long)tables.SegmentCount),
            7 => RuleValue.Of((long)tables.SegmentOffset),
            8 => RuleValue.Of((long)tables.SegmentEntrySize),
            9 => RuleValue.Of(new LazyArray(tables.HasSections ? tables.SectionCount : 0, Section)),
            10 => RuleValue.Of(new LazyArray(tables.HasSegments ? tables.SegmentCount : 0, Segment)),
            11 => tables.DynamicTables is [.., var last] ? RuleValue.Of((long)last.Count) : RuleValue.Undefined,
            12 => RuleValue.Of(new LazyArray(tables.DynamicTables.Select(table => table.Count).DefaultIfEmpty().Max(), Dynamic)),
            13 => Count(tables.Symbols),
            14 => RuleValue.Of(new LazyArray(tables.Symbols?.Count ?? 0, index => Symbol(tables.Symbols!, index))),
            15 => Count(tables.DynamicSymbols),
            16 => RuleValue.Of(new LazyArray(tables.DynamicSymbols?.Count ?? 0, index => Symbol(tables.DynamicSymbols!, index))),
            _ => RuleValue.Undefined,
        };
    }

    public override RuleValue Call(int field, int overload, ReadOnlySpan<RuleValue> arguments)
    {
        // Symbols for dynamic linking come first: a stripped file still has them.
        if (_tables is not { } tables || (tables.DynamicSymbols ?? tables.Symbols) is not { } symbols)
            return RuleValue.Undefined;
        return field - ElfModule.Constants.Count == 17
            ? _telfHash ??= ElfSymbolHashes.TelfHash(tables, symbols, _texts)
            : _importHash ??= ElfSymbolHashes.ImportMd5(tables, symbols, _texts);
    }

    private static RuleValue Count(ElfSymbolTable? table) => table is null ? RuleValue.Undefined : RuleValue.Of((long)table.Count);

    private RuleValue Section(int index) => !_tables!.TryReadSection(index, out var section)
        ? RuleValue.Undefined
        : RuleValue.Of(new NamedStruct(
            _texts, 3, () => _tables.FindSectionName(section), section.Type, (long)section.Flags, (long)section.Address, 0, (long)section.Size,
            (long)section.Offset));

    private RuleValue Segment(int index) => !_tables!.TryReadSegment(index, out var segment)
        ? RuleValue.Undefined
        : RuleValue.Of(new FixedStruct(
            RuleValue.Of((long)segment.Type), RuleValue.Of((long)segment.Flags), RuleValue.Of((long)segment.Offset),
            RuleValue.Of((long)segment.VirtualAddress), RuleValue.Of((long)segment.PhysicalAddress), RuleValue.Of((long)segment.FileSize),
            RuleValue.Of((long)segment.MemorySize), RuleValue.Of((long)segment.Alignment)));

    private RuleValue Dynamic(int index) => _tables!.TryReadDynamic(index, out var tag, out var value)
        ? RuleValue.Of(new FixedStruct(RuleValue.Of((long)tag), RuleValue.Of((long)value))) : RuleValue.Undefined;

    private RuleValue Symbol(ElfSymbolTable table, int index) => !_tables!.TryReadSymbol(table, index, out var symbol)
        ? RuleValue.Undefined
        : RuleValue.Of(new NamedStruct(
            _texts, 0, () => table.Names.Find(symbol.Name), 0, (long)symbol.Value, (long)symbol.Size, symbol.Type, symbol.Binding, symbol.Section));

    /// <summary>Numbers and one name, which is looked for only when it is asked for.</summary>
    private sealed class NamedStruct(FactReader texts, int nameField, Func<TextPlace?> findName, params long[] numbers) : RuleStruct
    {
        public override RuleValue Get(int field) => field == nameField
            ? texts.Text(findName())
            : (uint)field < (uint)numbers.Length ? RuleValue.Of(numbers[field]) : RuleValue.Undefined;
    }
}
