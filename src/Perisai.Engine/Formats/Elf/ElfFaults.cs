namespace Perisai.Engine.Formats.Elf;

/// <summary>Identifiers of what can be malformed in an ELF file.</summary>
internal static class ElfFaults
{
    public const string TruncatedHeader = "elf.truncated-header";
    public const string Class = "elf.class";
    public const string SegmentTable = "elf.segment-table";
    public const string SectionTable = "elf.section-table";
    public const string EntryPoint = "elf.entry-point-outside-segments";
}
