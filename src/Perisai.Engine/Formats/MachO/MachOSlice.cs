namespace Perisai.Engine.Formats.MachO;

/// <summary>One image of a fat Mach-O, clipped to the file.</summary>
/// <param name="Offset">Its first byte.</param>
/// <param name="Length">Bytes; 0 where it lies outside the file.</param>
/// <param name="CpuType">As in the image's own header.</param>
/// <param name="CpuSubtype">As in the image's own header.</param>
internal readonly record struct MachOSlice(long Offset, long Length, uint CpuType, uint CpuSubtype)
{
    /// <summary>The customary name of the CPU, for a member's name.</summary>
    public string CpuName => CpuType switch
    {
        MachOFormat.CpuX86 => "i386",
        MachOFormat.CpuX86 | MachOFormat.Cpu64 => "x86_64",
        12 => "arm",
        12 | MachOFormat.Cpu64 => (CpuSubtype & 0xFF) == 2 ? "arm64e" : "arm64",
        MachOFormat.CpuPowerPc => "ppc",
        MachOFormat.CpuPowerPc | MachOFormat.Cpu64 => "ppc64",
        _ => $"cpu{CpuType:x}",
    };
}
