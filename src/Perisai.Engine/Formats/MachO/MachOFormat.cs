namespace Perisai.Engine.Formats.MachO;

/// <summary>Numbers of the Mach-O format (Apple's loader.h and fat.h) and of ClamAV's reading of it.</summary>
internal static class MachOFormat
{
    /// <summary>The header's magic number in the file's own byte order.</summary>
    public const uint Magic32 = 0xFEEDFACE;

    /// <inheritdoc cref="Magic32"/>
    public const uint Magic64 = 0xFEEDFACF;

    /// <summary>The same, of a little-endian file read as big-endian.</summary>
    public const uint MagicSwapped32 = 0xCEFAEDFE;

    /// <inheritdoc cref="MagicSwapped32"/>
    public const uint MagicSwapped64 = 0xCFFAEDFE;

    public const uint FatMagic32 = 0xCAFEBABE;

    public const uint FatMagic64 = 0xCAFEBABF;

    /// <summary>Set in CPU types of 64 bits.</summary>
    public const uint Cpu64 = 0x0100_0000;

    public const uint CpuX86 = 7;

    public const uint CpuPowerPc = 18;

    public const uint SegmentCommand32 = 0x01;

    public const uint SegmentCommand64 = 0x19;

    public const uint ThreadCommand = 0x04;

    public const uint UnixThreadCommand = 0x05;

    /// <summary>More load commands than this and ClamAV calls the file broken.</summary>
    public const int MaximumCommands = 1024;

    /// <summary>More sections in one segment than this and ClamAV calls the file broken.</summary>
    public const int MaximumSegmentSections = 255;

    /// <summary>
    /// Sections in all. ClamAV has no such limit; its two others allow 261,120, and Mach-O numbers sections with one byte.
    /// </summary>
    public const int MaximumSections = 65_535;

    /// <summary>Images looked at in a fat file, as in ClamAV.</summary>
    public const int MaximumImages = 32;
}
