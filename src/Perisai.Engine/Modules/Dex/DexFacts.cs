using Perisai.Engine.Formats.Dex;

namespace Perisai.Engine.Modules.Dex;

/// <summary>What <see cref="DexModule"/> knows of an object.</summary>
internal sealed class DexFacts(ModuleContext context) : RuleStruct
{
    /// <summary>Names that are kept, and their bytes: members name the same few over and over. Beyond that they are read anew.</summary>
    private const int KeptNames = 1 << 16;

    private const long KeptBytes = 16 << 20;

    private static readonly FixedArray _none = new([]);

    private readonly DexFile? _file = DexFile.TryRead(context.Source, context.Budget);
    private readonly FactReader _texts = new(context.Source, context.Budget);
    private readonly Dictionary<uint, RuleValue> _names = [];
    private long _namesLength;

    public override RuleValue Get(int field)
    {
        if ((uint)field < (uint)DexModule.Constants.Count)
            return DexModule.Constants[field];
        field -= DexModule.Constants.Count;
        if (field < 5)
            return RuleValue.Of([.. "dex\n03"u8, (byte)('5' + field)]);
        return field switch
        {
            5 => RuleValue.Of(new DexHeaderFacts(_file?.Header)),
            6 => Table(_file?.HasStrings, _file?.Header.Strings.Count, String),
            7 => Table(_file?.HasTypes, _file?.Header.Types.Count, index => Entry(_file!.Header.Types, index, 4, "4")),
            8 => Table(_file?.HasProtos, _file?.Header.Protos.Count, index => Entry(_file!.Header.Protos, index, 12, "444")),
            9 => Table(_file?.HasFields, _file?.Header.Fields.Count, index => Entry(_file!.Header.Fields, index, 8, "224")),
            10 => Table(_file?.HasMethods, _file?.Header.Methods.Count, index => Entry(_file!.Header.Methods, index, 8, "224")),
            11 => Table(true, _file?.Classes.Count, index => Entry(_file!.Header.Classes, index, 32, "44444444")),
            12 => Table(true, _file?.Classes.Data.Count, ClassData),
            13 => RuleValue.Of(new FixedStruct(
                _file?.MapSize is { } size ? RuleValue.Of((long)size) : RuleValue.Undefined, Table(true, _file?.MapItems, MapItem))),
            14 => _file is { Classes.IsWhole: true } ? RuleValue.Of((long)_file.Classes.FieldCount) : RuleValue.Undefined,
            15 => Table(true, _file?.Classes.Fields.Count, Field),
            18 => _file is { Classes.IsWhole: true } ? RuleValue.Of((long)_file.Classes.MethodCount) : RuleValue.Undefined,
            19 => Table(true, _file?.Classes.Methods.Count, index => RuleValue.Of(new DexMethodFacts(this, _file!, _file!.Classes.Methods[index], _texts))),
            _ => RuleValue.Undefined,
        };
    }

    /// <summary>
    /// Whether a class defines such a method. As in YARA names end at their first zero byte, and a method whose class has no name is of any class.
    /// </summary>
    public override RuleValue Call(int field, int overload, ReadOnlySpan<RuleValue> arguments)
    {
        if (_file is not { Classes.IsWhole: true } file)
            return RuleValue.Undefined;
        var asksForMethod = field - DexModule.Constants.Count == 16;
        var hasBoth = arguments.Length == 2;
        for (var i = 0; i < file.Classes.MethodCount; i++)
        {
            var index = file.Classes.Methods[i].Index;
            if (!asksForMethod || hasBoth)
            {
                var className = MethodClass(index);
                if (!Matches(className, arguments[0]) && !(asksForMethod && className.IsUndefined))
                    continue;
            }

            if (!asksForMethod || Matches(MethodName(index), arguments[^1]))
                return RuleValue.Of(1L);
            if (!context.Budget.CheckTime())
                return RuleValue.Undefined;
        }

        return RuleValue.Of(0L);
    }

    public RuleValue MethodName(uint? index) => index is { } known && _file!.TryReadEntry(_file.Header.Methods, known, 8, out var entry)
        ? Name(entry.UInt32(4)) : RuleValue.Undefined;

    public RuleValue MethodClass(uint? index) => index is { } known && _file!.TryReadEntry(_file.Header.Methods, known, 8, out var entry)
        ? TypeName(entry.UInt16(0)) : RuleValue.Undefined;

    public RuleValue MethodProto(uint? index) => index is { } known && _file!.TryReadEntry(_file.Header.Methods, known, 8, out var entry)
        && _file.TryReadEntry(_file.Header.Protos, entry.UInt16(2), 12, out var proto) ? Name(proto.UInt32(0)) : RuleValue.Undefined;

    private static bool Matches(RuleValue name, RuleValue wanted)
    {
        if (name.IsUndefined)
            return false;
        var text = UpToZero(name.Text);
        return wanted.Kind == RuleValueKind.Regex ? wanted.Regex.IsMatch(text) : text.SequenceEqual(UpToZero(wanted.Text));
    }

    private static ReadOnlySpan<byte> UpToZero(ReadOnlySpan<byte> text)
    {
        var end = text.IndexOf((byte)0);
        return end < 0 ? text : text[..end];
    }

    private static RuleValue Table(bool? isThere, long? count, Func<int, RuleValue> element) =>
        RuleValue.Of(isThere == true && count is { } known ? new LazyArray(known, element) : (RuleArray)_none);

    private RuleValue Entry(DexTable table, int index, int length, string widths)
    {
        if (!_file!.TryReadEntry(table, index, length, out var entry))
            return RuleValue.Undefined;
        var values = new RuleValue[widths.Length];
        var at = 0;
        for (var i = 0; i < values.Length; i++)
        {
            values[i] = RuleValue.Of(widths[i] == '2' ? (long)entry.UInt16(at) : entry.UInt32(at));
            at += widths[i] - '0';
        }

        return RuleValue.Of(new FixedStruct(values));
    }

    private RuleValue String(int index) => _file!.TryReadString(index, out var offset, out var text)
        ? RuleValue.Of(new FixedStruct(RuleValue.Of((long)offset), RuleValue.Of((long)text.Length), _texts.Text(text))) : RuleValue.Undefined;

    private RuleValue MapItem(int index) => _file!.TryReadMapItem(index, out var item)
        ? RuleValue.Of(new FixedStruct(
            RuleValue.Of((long)item.UInt16(0)), RuleValue.Of((long)item.UInt16(2)), RuleValue.Of((long)item.UInt32(4)),
            RuleValue.Of((long)item.UInt32(8))))
        : RuleValue.Undefined;

    private RuleValue ClassData(int index)
    {
        var data = _file!.Classes.Data[index];
        return RuleValue.Of(new FixedStruct(
            RuleValue.Of((long)data.StaticFields), RuleValue.Of((long)data.InstanceFields), RuleValue.Of((long)data.DirectMethods),
            RuleValue.Of((long)data.VirtualMethods)));
    }

    private RuleValue Field(int index)
    {
        var field = _file!.Classes.Fields[index];
        var (className, name, proto) = (RuleValue.Undefined, RuleValue.Undefined, RuleValue.Undefined);
        if (field.Index is { } known && _file.TryReadEntry(_file.Header.Fields, known, 8, out var entry))
        {
            var (classType, type, nameIndex) = (entry.UInt16(0), entry.UInt16(2), entry.UInt32(4));
            (className, name, proto) = (TypeName(classType), Name(nameIndex), TypeName(type));
        }

        return RuleValue.Of(new FixedStruct(
            className, name, proto, RuleValue.Of((long)field.Difference), RuleValue.Of((long)field.Flags)));
    }

    private RuleValue TypeName(uint type) => _file!.TryReadEntry(_file.Header.Types, type, 4, out var entry)
        ? Name(entry.UInt32(0)) : RuleValue.Undefined;

    private RuleValue Name(uint index)
    {
        if (index > DexFile.MaximumIndex)
            return RuleValue.Undefined;
        if (_names.TryGetValue(index, out var known))
            return known;
        var name = _file!.TryReadString(index, out _, out var place) ? _texts.Text(place) : RuleValue.Undefined;
        var length = name.IsUndefined ? 0 : name.Text.Length;
        if (_names.Count < KeptNames && _namesLength + length <= KeptBytes)
        {
            _names.Add(index, name);
            _namesLength += length;
        }

        return name;
    }
}
