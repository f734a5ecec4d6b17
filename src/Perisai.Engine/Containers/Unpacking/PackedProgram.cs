using Perisai.Engine.Formats.Pe;

namespace Perisai.Engine.Containers.Unpacking;

/// <summary>
/// Whether a program looks packed, from its headers alone, so that other programs pay nothing. Linkers write code into a section that nobody may
/// write to, begin there, and leave no room that the file has no bytes for where code may run.
/// </summary>
internal static class PackedProgram
{
    private const ushort Machine386 = 0x14C;
    private const ushort Pe32Magic = 0x10B;
    private const uint Executable = 0x20000000;
    private const uint Code = 0x20;
    private const uint Writable = 0x80000000;

    public static bool LooksPacked(PeImage headers)
    {
        if (headers.Machine != Machine386 || headers.UInt16(24) != Pe32Magic || headers.Sections.IsEmpty || headers.EntryPointAddress == 0
            || headers.DirectoryCount > PeFormat.RuntimeDirectory
            && headers.TryGetDirectory(PeFormat.RuntimeDirectory, out var runtime, out _) && runtime != 0)
            return false;
        var entry = -1;
        for (var index = 0; index < headers.Sections.Length; index++)
        {
            var section = headers.Sections[index];
            if (headers.EntryPointAddress - section.Address < Math.Max(section.VirtualLength, section.RawLength)
                && headers.EntryPointAddress >= section.Address)
                entry = index;
        }

        // In the headers, or where no section is.
        if (entry < 0)
            return true;
        var first = headers.Sections[entry];
        if ((first.Characteristics & Writable) != 0 || (first.Characteristics & (Executable | Code)) == 0)
            return true;
        // Room for code that comes from elsewhere.
        return headers.Sections.Any(section =>
            section.RawLength == 0 && section.VirtualLength >= 0x1000 && (section.Characteristics & (Executable | Code)) != 0);
    }
}
