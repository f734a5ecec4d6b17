namespace Perisai.Engine.Formats.MachO;

/// <summary>Identifiers of what can be malformed in a Mach-O file.</summary>
internal static class MachOFaults
{
    public const string TruncatedHeader = "macho.truncated-header";
    public const string CommandCount = "macho.command-count";
    public const string TruncatedCommand = "macho.truncated-command";
    public const string SectionCount = "macho.section-count";
    public const string SectionAlignment = "macho.section-alignment";
    public const string EntryPoint = "macho.entry-point-outside-sections";
    public const string ImageCount = "macho.image-count";
    public const string ImageOutsideFile = "macho.image-outside-file";
}
