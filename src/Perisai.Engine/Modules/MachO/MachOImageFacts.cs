using Perisai.Engine.Formats.MachO;

namespace Perisai.Engine.Modules.MachO;

/// <summary>The fields of one image, which may be a slice of a fat file; without an image all are undefined.</summary>
internal sealed class MachOImageFacts(MachOImage? image, FactReader texts) : RuleStruct
{
    private const int Segments = 9;

    public override RuleValue Get(int field) => image is null
        ? field == Segments ? RuleValue.Of(new FixedArray([])) : RuleValue.Undefined
        : field switch
        {
            0 => RuleValue.Of((long)image.Magic),
            1 => RuleValue.Of((long)image.CpuType),
            2 => RuleValue.Of((long)image.CpuSubtype),
            3 => RuleValue.Of((long)image.FileType),
            4 => RuleValue.Of((long)image.CommandCount),
            5 => RuleValue.Of((long)image.CommandsLength),
            6 => RuleValue.Of((long)image.Flags),
            7 => image.Is64Bit ? RuleValue.Of((long)image.Reserved) : RuleValue.Undefined,
            8 => RuleValue.Of(image.SegmentCount),
            Segments => RuleValue.Of(new LazyArray(image.Segments.Count, Segment)),
            10 => image.EntryPoint is { } entryPoint ? RuleValue.Of((long)entryPoint) : RuleValue.Undefined,
            11 => image.StackSize is { } stackSize ? RuleValue.Of((long)stackSize) : RuleValue.Undefined,
            _ => RuleValue.Undefined,
        };

    private RuleValue Segment(int index) => image!.Segments[index] is not { } segment
        ? RuleValue.Undefined
        : RuleValue.Of(new FixedStruct(
            texts.Text(segment.Name), RuleValue.Of((long)segment.Address), RuleValue.Of((long)segment.Size), RuleValue.Of((long)segment.FileOffset),
            RuleValue.Of((long)segment.FileSize), RuleValue.Of((long)segment.MaximumProtection), RuleValue.Of((long)segment.InitialProtection),
            RuleValue.Of((long)segment.SectionCount), RuleValue.Of((long)segment.Flags),
            RuleValue.Of(new LazyArray(segment.SectionsPresent, at => Section(segment, at)))));

    private RuleValue Section(MachOSegment segment, int index) => !image!.TryReadSection(segment, index, out var section)
        ? RuleValue.Undefined
        : RuleValue.Of(new FixedStruct(
            texts.Text(section.Name), texts.Text(section.SegmentName), RuleValue.Of((long)section.Address), RuleValue.Of((long)section.Size),
            RuleValue.Of((long)section.Offset), RuleValue.Of((long)section.Alignment), RuleValue.Of((long)section.RelocationOffset),
            RuleValue.Of((long)section.RelocationCount), RuleValue.Of((long)section.Flags), RuleValue.Of((long)section.Reserved1),
            RuleValue.Of((long)section.Reserved2), section.Reserved3 is { } reserved ? RuleValue.Of((long)reserved) : RuleValue.Undefined));
}
