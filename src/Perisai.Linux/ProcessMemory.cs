using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using Microsoft.Win32.SafeHandles;

namespace Perisai.Linux;

/// <summary>
/// The memory of a process, read through /proc while the process runs on: nothing is attached to it, nothing is stopped. Only pages that hold something
/// are looked at: those in memory and those swapped out. Pages that were never touched are zero, and those of a mapped file that are not loaded are in
/// the file; to read them would only make the process larger.
/// </summary>
public sealed class ProcessMemory : IDisposable
{
    /// <summary>In an entry of /proc/PID/pagemap: the page is in memory, or it is in the swap.</summary>
    private const ulong Present = 1UL << 63, Swapped = 1UL << 62;

    private readonly SafeFileHandle _memory;

    private ProcessMemory(SafeFileHandle memory, IReadOnlyList<MemoryRegion> regions, IReadOnlyList<(long Start, long Length)> loaded) =>
        (_memory, Regions, Loaded) = (memory, regions, loaded);

    /// <summary>The regions, in the order of their addresses.</summary>
    public IReadOnlyList<MemoryRegion> Regions { get; }

    /// <summary>The stretches that hold something, in the order of their addresses; none goes across two regions.</summary>
    public IReadOnlyList<(long Start, long Length)> Loaded { get; }

    /// <summary>Opens the memory of a process.</summary>
    /// <exception cref="IOException">There is no such process, or it ended.</exception>
    /// <exception cref="UnauthorizedAccessException">It is another user's, or may not be looked into.</exception>
    public static ProcessMemory Open(int process)
    {
        var memory = File.OpenHandle($"/proc/{process}/mem");
        try
        {
            var regions = ReadRegions($"/proc/{process}/maps");
            return new(memory, regions, FindLoaded($"/proc/{process}/pagemap", regions));
        }
        catch
        {
            memory.Dispose();
            throw;
        }
    }

    /// <summary>Copies bytes from an address on; returns how many, fewer than asked where a page cannot be read.</summary>
    public int Read(long address, Span<byte> destination)
    {
        var total = 0;
        try
        {
            while (total < destination.Length && RandomAccess.Read(_memory, destination[total..], address + total) is > 0 and var count)
                total += count;
        }
        catch (IOException)
        {
            // A page that went away, or that belongs to a device.
        }

        return total;
    }

    /// <summary>The region that an address lies in, as /proc/PID/maps shows it: <c>55d0a000-55d0c000 r-xp /usr/bin/dash</c>; "no region" where there is none.</summary>
    public string Describe(long address)
    {
        foreach (var region in Regions)
        {
            if (address >= region.Start && address - region.Start < region.Length)
                return string.Create(CultureInfo.InvariantCulture, $"{region.Start:x}-{region.Start + region.Length:x} {region.Rights} {region.Name}").TrimEnd();
        }

        return "no region";
    }

    /// <inheritdoc/>
    public void Dispose() => _memory.Dispose();

    /// <summary>Lines of the form <c>55d0a000-55d0c000 r-xp 00001000 fd:01 1234 /path</c>.</summary>
    private static List<MemoryRegion> ReadRegions(string path)
    {
        var regions = new List<MemoryRegion>();
        foreach (var line in File.ReadLines(path, Encoding.Latin1))
        {
            var fields = line.Split(' ', 6, StringSplitOptions.RemoveEmptyEntries);
            var dash = fields[0].IndexOf('-');
            // The page of old system calls lies where addresses do not fit a signed number; it is the kernel's.
            if (long.TryParse(fields[0].AsSpan(0, dash), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var start)
                && long.TryParse(fields[0].AsSpan(dash + 1), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var end)
                && start >= 0 && end > start)
                regions.Add(new(start, end - start, fields[1], fields.Length > 5 ? fields[5] : ""));
        }

        return regions;
    }

    private static List<(long Start, long Length)> FindLoaded(string path, List<MemoryRegion> regions)
    {
        var loaded = new List<(long, long)>();
        SafeFileHandle? pages = null;
        try
        {
            pages = File.OpenHandle(path);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // Then all that is mapped is looked at.
        }

        using (pages)
        {
            foreach (var region in regions)
            {
                // The kernel's clock: it can be read only from inside.
                if (region.Name.StartsWith("[vvar", StringComparison.Ordinal))
                    continue;
                if (pages is null)
                    loaded.Add((region.Start, region.Length));
                else
                    AddLoaded(pages, region, loaded);
            }
        }

        return loaded;
    }

    private static void AddLoaded(SafeFileHandle pages, MemoryRegion region, List<(long Start, long Length)> loaded)
    {
        var pageLength = Environment.SystemPageSize;
        var buffer = new byte[64 << 10];
        long start = -1;
        var end = region.Start + region.Length;
        for (var at = region.Start; at < end;)
        {
            var asked = (int)Math.Min(buffer.Length, (end - at) / pageLength * 8);
            var count = asked == 0 ? 0 : RandomAccess.Read(pages, buffer.AsSpan(0, asked), at / pageLength * 8) & ~7;
            if (count == 0)
                break;
            for (var i = 0; i < count; i += 8, at += pageLength)
            {
                var isLoaded = (BinaryPrimitives.ReadUInt64LittleEndian(buffer.AsSpan(i)) & (Present | Swapped)) != 0;
                if (isLoaded && start < 0)
                    start = at;
                if (isLoaded || start < 0)
                    continue;
                loaded.Add((start, at - start));
                start = -1;
            }
        }

        if (start >= 0)
            loaded.Add((start, end - start));
    }
}

/// <summary>A region of a process's memory.</summary>
/// <param name="Start">Its first address.</param>
/// <param name="Length">Bytes.</param>
/// <param name="Rights">As /proc/PID/maps writes them: <c>r-xp</c>.</param>
/// <param name="Name">The mapped file, a name such as <c>[heap]</c>, or nothing.</param>
public sealed record MemoryRegion(long Start, long Length, string Rights, string Name);
