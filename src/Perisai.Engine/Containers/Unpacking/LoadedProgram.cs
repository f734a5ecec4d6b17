using Perisai.Engine.Formats.Pe;

namespace Perisai.Engine.Containers.Unpacking;

/// <summary>
/// A PE file laid out in memory as the loader of Windows does: headers, sections at their addresses, imported functions replaced by places in the
/// emulated system. Lenient as the loader: section alignments below a page, headers that overlap, sections that the file does not have whole.
/// </summary>
internal sealed class LoadedProgram : IDisposable
{
    /// <summary>Larger images are not emulated.</summary>
    public const int MaximumLength = 48 << 20;

    private const int PageLength = 0x1000;
    private const int FileUnit = 0x200;
    private const int MaximumLibraries = 64;
    private const int MaximumFunctions = 4096;
    private const int MaximumNameLength = 128;

    private readonly List<(uint Address, uint Stored, uint Replaced)> _imports = [];

    private LoadedProgram(PeImage headers, int length)
    {
        Headers = headers;
        Memory = new(new MemoryRegion((uint)headers.ImageBase, length));
    }

    public PeImage Headers { get; }

    public EmulatedMemory Memory { get; }

    public uint Base => Memory.Image.Start;

    public uint EntryPoint => Base + Headers.EntryPointAddress;

    /// <summary>How long the image of a program is; 0 where it has none that could be emulated.</summary>
    public static int MeasureImage(PeImage headers)
    {
        long length = Math.Max(PageLength, headers.ImageLength);
        foreach (var section in headers.Sections)
            length = Math.Max(length, section.Address + (long)Math.Max(section.VirtualLength, section.VirtualLength == 0 ? section.RawLength : 0));
        length = (length + PageLength - 1) & -PageLength;
        // From the lowest address that a program gets up to where the system is.
        return length <= MaximumLength && headers.ImageBase >= 0x10000 && headers.ImageBase + (ulong)length <= EmulatedSystem.LowestAddress
            && headers.ImageBase % 0x1000 == 0 ? (int)length : 0;
    }

    /// <summary>The program in memory, its imports resolved by the system.</summary>
    public static LoadedProgram Load(PeImage headers, int length)
    {
        var program = new LoadedProgram(headers, length);
        var image = program.Memory.Image;
        var reader = headers.Reader.Reader;
        var first = length;
        foreach (var section in headers.Sections)
            first = (int)Math.Min((uint)first, Math.Max(section.Address, 1));
        program.Copy(reader, 0, 0, Math.Max(first, Math.Min(PageLength, length)));
        foreach (var section in headers.Sections)
        {
            // The loader of Windows reads whole sectors from whole sectors on.
            var offset = section.RawOffset & ~(uint)(FileUnit - 1);
            var memoryLength = section.VirtualLength != 0 ? (section.VirtualLength + PageLength - 1L) & -PageLength : section.RawLength;
            var count = Math.Min(memoryLength, (section.RawLength + (section.RawOffset - offset) + FileUnit - 1L) & -FileUnit);
            if (section.RawOffset != 0 && section.Address < (uint)image.Length)
                program.Copy(reader, offset, section.Address, (int)Math.Min(count, image.Length - section.Address));
        }

        return program;
    }

    public void ResolveImports(EmulatedSystem system)
    {
        var (table, _) = Headers.DirectoryAt(PeFormat.ImportDirectory);
        if (table == 0)
            return;
        var functions = 0;
        try
        {
            for (var index = 0; index < MaximumLibraries; index++)
            {
                var row = Base + table + (uint)(20 * index);
                var (names, nameAddress, addresses) = (Memory.Read32(row), Memory.Read32(row + 12), Memory.Read32(row + 16));
                if (nameAddress == 0 || addresses == 0)
                    return;
                var library = Memory.ReadText(Base + nameAddress, MaximumNameLength);
                if (names == 0 || Memory.Find(Base + names) is null)
                    names = addresses;
                for (uint entry = 0; ; entry += 4)
                {
                    var value = Memory.Read32(Base + names + entry);
                    if (value == 0 || ++functions > MaximumFunctions)
                        break;
                    var name = (value & 0x80000000) != 0 ? $"#{value & 0xFFFF}" : Memory.ReadText(Base + value + 2, MaximumNameLength);
                    var place = Base + addresses + entry;
                    var replaced = system.AddressOf(library, name);
                    _imports.Add((place, Memory.Read32(place), replaced));
                    Memory.Write32(place, replaced);
                }
            }
        }
        catch (ProcessorException)
        {
            // A table that leads out of the image: what was read of it counts.
        }

        ClearWritten();
    }

    /// <summary>Forgets what was written up to now.</summary>
    public void ClearWritten()
    {
        foreach (var region in Memory.Regions)
            Array.Clear(region.Written);
    }

    /// <summary>Puts back what the file has in place of imported functions, where nobody has changed it meanwhile.</summary>
    public void RestoreImports(Span<byte> image)
    {
        foreach (var (address, stored, replaced) in _imports)
        {
            var place = image[(int)(address - Base)..];
            if (System.Buffers.Binary.BinaryPrimitives.ReadUInt32LittleEndian(place) == replaced)
                System.Buffers.Binary.BinaryPrimitives.WriteUInt32LittleEndian(place, stored);
        }
    }

    /// <summary>Whether an image differs from the one that was loaded in so many bytes.</summary>
    public bool Differs(ReadOnlySpan<byte> image, int least)
    {
        using var loaded = Load(Headers, image.Length);
        var before = loaded.Memory.Image.Bytes.AsSpan(0, image.Length);
        var count = 0;
        for (var at = 0; at < image.Length && count < least; at++)
        {
            at += image[at..].CommonPrefixLength(before[at..]);
            count++;
        }

        return count >= least;
    }

    /// <summary>The pages of the section that holds an address: the first, and how many. Those of the headers where no section does.</summary>
    public (uint First, uint Count) PagesAround(uint address)
    {
        var pages = (uint)Memory.Image.Length >> MemoryRegion.PageBits;
        foreach (var section in Headers.Sections)
        {
            var first = section.Address >> MemoryRegion.PageBits;
            var length = Math.Max(section.VirtualLength, section.RawLength);
            if (address - Base >= section.Address && address - Base - section.Address < length && first < pages)
            {
                var end = (section.Address + (long)length + PageLength - 1) >> MemoryRegion.PageBits;
                return (first, (uint)Math.Min(end, pages) - first);
            }
        }

        return (0, 1);
    }

    public void Dispose() => Memory.Dispose();

    private void Copy(BoundedReader reader, long offset, uint address, int count)
    {
        // A section may claim to begin gigabytes behind the file's end.
        count = (int)Math.Clamp(reader.Length - offset, 0, Math.Max(0, count));
        if (count <= 0)
            return;
        reader.Position = offset;
        reader.Read(Memory.Image.Bytes.AsSpan((int)address, count));
    }
}
