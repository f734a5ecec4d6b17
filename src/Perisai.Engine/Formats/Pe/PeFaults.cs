namespace Perisai.Engine.Formats.Pe;

/// <summary>Identifiers of what can be malformed in a PE file.</summary>
internal static class PeFaults
{
    public const string NoPeHeader = "pe.no-header";
    public const string SectionCount = "pe.section-count";
    public const string OptionalHeaderSize = "pe.optional-header-size";
    public const string TruncatedHeader = "pe.truncated-header";
    public const string SectionOutsideFile = "pe.section-outside-file";
    public const string SectionTruncated = "pe.section-truncated";
    public const string SectionSign = "pe.section-sign-bit";
    public const string EntryPoint = "pe.entry-point-outside-sections";
    public const string Resources = "pe.resources-too-many";
    public const string Imports = "pe.imports-malformed";
    public const string ImportsTooMany = "pe.imports-too-many";
}
