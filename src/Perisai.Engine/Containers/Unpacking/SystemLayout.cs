namespace Perisai.Engine.Containers.Unpacking;

/// <summary>
/// Writes what unpacking code looks at to find its way through Windows: the headers and the export table of kernel32, as far as addresses of
/// functions are looked up there, and the process's list of modules. Layouts: Microsoft PE and COFF specification; winternl.h.
/// </summary>
internal static class SystemLayout
{
    private const uint HeaderOffset = 0x80;
    private const uint ExportsOffset = 0x18000;
    private const uint NamesOffset = 0x1A000;
    private const uint ModulesOffset = 0x200;
    private const uint ModuleLength = 0x100;

    /// <summary>A library whose functions lie at a distance from one another, in the order of their names.</summary>
    public static void WriteLibrary(
        EmulatedMemory memory, uint start, uint length, string library, IReadOnlyList<(string Name, uint Address)> functions)
    {
        memory.Write16(start, 0x5A4D);
        memory.Write32(start + 0x3C, HeaderOffset);
        var header = start + HeaderOffset;
        memory.Write32(header, 0x00004550);
        memory.Write16(header + 4, 0x14C);
        memory.Write16(header + 20, 224);
        memory.Write16(header + 22, 0x210E);
        memory.Write16(header + 24, 0x10B);
        memory.Write32(header + 52, start);
        memory.Write32(header + 56, 0x1000);
        memory.Write32(header + 60, 0x200);
        memory.Write32(header + 80, length);
        memory.Write32(header + 84, 0x1000);
        memory.Write32(header + 116, 16);
        memory.Write32(header + 120, ExportsOffset);
        memory.Write32(header + 124, 0x4000);
        var count = (uint)functions.Count;
        var exports = start + ExportsOffset;
        var addresses = ExportsOffset + 40;
        var names = addresses + 4 * count;
        var ordinals = names + 4 * count;
        memory.Write32(exports + 12, NamesOffset);
        memory.Write32(exports + 16, 1);
        memory.Write32(exports + 20, count);
        memory.Write32(exports + 24, count);
        memory.Write32(exports + 28, addresses);
        memory.Write32(exports + 32, names);
        memory.Write32(exports + 36, ordinals);
        var text = WriteText(memory, start + NamesOffset, library, 1);
        for (uint index = 0; index < count; index++)
        {
            memory.Write32(start + addresses + 4 * index, functions[(int)index].Address - start);
            memory.Write32(start + names + 4 * index, text - start);
            memory.Write16(start + ordinals + 2 * index, (ushort)index);
            text = WriteText(memory, text, functions[(int)index].Name, 1);
        }
    }

    /// <summary>The process block's list of modules: three rings through the same records.</summary>
    public static void WriteModules(EmulatedMemory memory, uint processBlock, params ReadOnlySpan<EmulatedModule> modules)
    {
        var list = processBlock + ModulesOffset;
        memory.Write32(processBlock + 0x0C, list);
        memory.Write32(list, 0x28);
        memory.Write32(list + 4, 1);
        for (var index = 0; index < modules.Length; index++)
        {
            var record = list + ModuleLength * (uint)(index + 1);
            memory.Write32(record + 0x18, modules[index].Start);
            memory.Write32(record + 0x20, modules[index].Length);
            foreach (var place in (ReadOnlySpan<uint>)[0x24, 0x2C])
            {
                memory.Write32(record + place, (uint)modules[index].Name.Length * 0x00020002 + 0x00020000);
                memory.Write32(record + place + 4, record + 0x60);
            }

            WriteText(memory, record + 0x60, modules[index].Name, 2);
        }

        for (uint ring = 0; ring < 0x18; ring += 8)
        {
            for (var index = 0; index <= modules.Length; index++)
            {
                var from = index == 0 ? list + 0x0C + ring : list + ModuleLength * (uint)index + ring;
                var to = index == modules.Length ? list + 0x0C + ring : list + ModuleLength * (uint)(index + 1) + ring;
                memory.Write32(from, to);
                memory.Write32(to + 4, from);
            }
        }
    }

    /// <summary>A text with its zero; returns what follows it.</summary>
    private static uint WriteText(EmulatedMemory memory, uint address, string text, uint unit)
    {
        foreach (var character in text)
        {
            memory.Write8(address, (byte)character);
            address += unit;
        }

        memory.Write8(address, 0);
        return address + unit;
    }
}

/// <summary>A program or library as the process's list has it.</summary>
internal readonly record struct EmulatedModule(string Name, uint Start, uint Length);
