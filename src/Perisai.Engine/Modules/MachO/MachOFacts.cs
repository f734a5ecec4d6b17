using System.Buffers.Binary;

using Perisai.Engine.Formats;
using Perisai.Engine.Formats.MachO;

namespace Perisai.Engine.Modules.MachO;

/// <summary>What <see cref="MachOModule"/> knows of an object.</summary>
internal sealed class MachOFacts : RuleStruct
{
    private const int FatMagic = MachOModule.ImageFields;
    private const int FatCount = FatMagic + 1;
    private const int FatEntries = FatMagic + 2;
    private const int Files = FatMagic + 3;
    private const int FileIndex = FatMagic + 4;

    /// <summary>Images of a fat file that are kept once they were read; with more all are read anew. A table may have millions of entries.</summary>
    private const int KeptImages = 64;

    private readonly FactReader _texts;
    private readonly MachOImageFacts _image;
    private readonly MachOFatImage? _fat;
    private readonly Dictionary<int, MachOImageFacts> _files = [];

    public MachOFacts(ModuleContext context)
    {
        _texts = new FactReader(context.Source, context.Budget);
        var reader = new BoundedReader(context.Source, context.Budget);
        _fat = MachOFatImage.TryRead(reader);
        var isImage = reader.TryPeekAt(0, 4, out var bytes) && BinaryPrimitives.ReadUInt32BigEndian(bytes)
            is MachOFormat.Magic32 or MachOFormat.Magic64 or MachOFormat.MagicSwapped32 or MachOFormat.MagicSwapped64;
        _image = new MachOImageFacts(isImage ? MachOImage.TryRead(reader, 0, reader.Length) : null, _texts);
    }

    public override RuleValue Get(int field)
    {
        if ((uint)field < (uint)MachOModule.Constants.Count)
            return MachOModule.Constants[field];
        field -= MachOModule.Constants.Count;
        return field switch
        {
            < MachOModule.ImageFields => _image.Get(field),
            FatMagic => _fat is { } fat ? RuleValue.Of((long)fat.Magic) : RuleValue.Undefined,
            FatCount => _fat is { } fat ? RuleValue.Of((long)fat.Count) : RuleValue.Undefined,
            FatEntries => RuleValue.Of(new LazyArray(Entries, Entry)),
            Files => RuleValue.Of(new LazyArray(Entries, File)),
            _ => RuleValue.Undefined,
        };
    }

    /// <summary>
    /// Looks for the CPU (and its subtype). Where an image has no entry point, YARA's entry_point_for_arch(cpu) adds the offset to its mark for "undefined" and
    /// gives a number without meaning; here that is undefined, as it is there for the two other numbers.
    /// </summary>
    public override RuleValue Call(int field, int overload, ReadOnlySpan<RuleValue> arguments)
    {
        var wantsIndex = field - MachOModule.Constants.Count == FileIndex;
        for (var i = 0; i < Entries && _fat!.TryReadEntry(i, out var entry); i++)
        {
            // An index is looked for among the images, an entry point among the table's entries.
            var image = wantsIndex ? _fat.TryReadImage(entry) : null;
            if (wantsIndex && image is null)
                continue;
            if (arguments[0].Integer != (image?.CpuType ?? entry.CpuType)
                || overload == 1 && arguments[1].Integer != (image?.CpuSubtype ?? entry.CpuSubtype))
                continue;
            if (wantsIndex)
                return RuleValue.Of((long)i);
            return _fat.TryReadImage(entry)?.EntryPoint is { } entryPoint
                ? RuleValue.Of(unchecked((long)(entry.Offset + entryPoint))) : RuleValue.Undefined;
        }

        return RuleValue.Undefined;
    }

    private long Entries => _fat is { IsWhole: true } fat ? fat.Count : 0;

    private RuleValue Entry(int index) => _fat!.TryReadEntry(index, out var entry)
        ? RuleValue.Of(new FixedStruct(
            RuleValue.Of((long)entry.CpuType), RuleValue.Of((long)entry.CpuSubtype), RuleValue.Of((long)entry.Offset), RuleValue.Of((long)entry.Size),
            RuleValue.Of((long)entry.Alignment)))
        : RuleValue.Undefined;

    private RuleValue File(int index)
    {
        if (_files.TryGetValue(index, out var known))
            return RuleValue.Of(known);
        if (!_fat!.TryReadEntry(index, out var entry) || !_fat.Lies(entry))
            return RuleValue.Undefined;
        var facts = new MachOImageFacts(_fat.TryReadImage(entry), _texts);
        if (_files.Count >= KeptImages)
            _files.Clear();
        _files.Add(index, facts);
        return RuleValue.Of(facts);
    }
}
