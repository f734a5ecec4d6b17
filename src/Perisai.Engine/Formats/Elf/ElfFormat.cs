namespace Perisai.Engine.Formats.Elf;

/// <summary>Numbers of the ELF format (System V ABI, chapters 4 and 5) and of ClamAV's reading of it.</summary>
internal static class ElfFormat
{
    public const int HeaderLength32 = 52;
    public const int HeaderLength64 = 64;
    public const int SegmentHeaderLength32 = 32;
    public const int SegmentHeaderLength64 = 56;
    public const int SectionHeaderLength32 = 40;
    public const int SectionHeaderLength64 = 64;
    public const int SymbolLength32 = 16;
    public const int SymbolLength64 = 24;
    public const int DynamicLength32 = 8;
    public const int DynamicLength64 = 16;

    /// <summary>More segments than this and ClamAV resolves no offsets.</summary>
    public const int MaximumSegments = 128;

    /// <summary>More sections than this and ClamAV resolves no offsets.</summary>
    public const int MaximumSections = 256;

    /// <summary>Bytes looked at for a section's name.</summary>
    public const int MaximumNameLength = 64;
}
