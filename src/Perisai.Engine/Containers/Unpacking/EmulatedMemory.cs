using System.Buffers.Binary;
using System.Runtime.CompilerServices;

namespace Perisai.Engine.Containers.Unpacking;

/// <summary>
/// The memory of an emulated program: the image, which nearly all accesses go to, and some other regions. No rights of pages are kept: an address is
/// there or it is not.
/// </summary>
internal sealed class EmulatedMemory(MemoryRegion image) : IDisposable
{
    /// <summary>Blocks that a program may have at a time, beside image, stack and system.</summary>
    private const int MaximumRegions = 64;

    private readonly List<MemoryRegion> _regions = [image];
    private MemoryRegion _recent = image;

    public MemoryRegion Image { get; } = image;

    public IReadOnlyList<MemoryRegion> Regions => _regions;

    /// <summary>False: there is something already, or there are too many.</summary>
    public bool TryAdd(uint start, int length)
    {
        if (_regions.Count >= MaximumRegions || start > uint.MaxValue - (uint)length)
            return false;
        foreach (var region in _regions)
        {
            if (start < region.Start + (long)region.Length && region.Start < start + (long)length)
                return false;
        }

        _regions.Add(new MemoryRegion(start, length));
        return true;
    }

    public void Remove(MemoryRegion region)
    {
        _regions.Remove(region);
        _recent = Image;
        region.Dispose();
    }

    /// <summary>The region that holds an address; null for none.</summary>
    public MemoryRegion? Find(uint address)
    {
        foreach (var region in _regions)
        {
            if (region.Contains(address))
                return region;
        }

        return null;
    }

    public byte Read8(uint address)
    {
        var region = Locate(address, 1, false);
        return region.Bytes[address - region.Start];
    }

    public ushort Read16(uint address)
    {
        var region = Locate(address, 2, false);
        return BinaryPrimitives.ReadUInt16LittleEndian(region.Bytes.AsSpan((int)(address - region.Start)));
    }

    public uint Read32(uint address)
    {
        var region = Locate(address, 4, false);
        return BinaryPrimitives.ReadUInt32LittleEndian(region.Bytes.AsSpan((int)(address - region.Start)));
    }

    public void Write8(uint address, byte value)
    {
        var region = Locate(address, 1, true);
        var offset = address - region.Start;
        region.Bytes[offset] = value;
        region.Written[offset >> MemoryRegion.PageBits] = true;
    }

    public void Write16(uint address, ushort value)
    {
        var region = Locate(address, 2, true);
        var offset = address - region.Start;
        BinaryPrimitives.WriteUInt16LittleEndian(region.Bytes.AsSpan((int)offset), value);
        region.Written[offset >> MemoryRegion.PageBits] = region.Written[(offset + 1) >> MemoryRegion.PageBits] = true;
    }

    public void Write32(uint address, uint value)
    {
        var region = Locate(address, 4, true);
        var offset = address - region.Start;
        BinaryPrimitives.WriteUInt32LittleEndian(region.Bytes.AsSpan((int)offset), value);
        region.Written[offset >> MemoryRegion.PageBits] = region.Written[(offset + 3) >> MemoryRegion.PageBits] = true;
    }

    /// <summary>Text up to a zero, a character a byte; empty where there is none.</summary>
    public string ReadText(uint address, int maximum, bool wide = false)
    {
        var text = new System.Text.StringBuilder();
        for (; text.Length < maximum; address += wide ? 2u : 1u)
        {
            var character = wide ? Read16(address) : Read8(address);
            if (character == 0)
                break;
            text.Append((char)character);
        }

        return text.ToString();
    }

    public void Dispose() => _regions.ForEach(region => region.Dispose());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private MemoryRegion Locate(uint address, int count, bool writes)
    {
        var region = Image;
        if (address - region.Start <= (uint)(region.Length - count))
            return region;
        region = _recent;
        return address - region.Start <= (uint)(region.Length - count) ? region : LocateSlowly(address, count, writes);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private MemoryRegion LocateSlowly(uint address, int count, bool writes)
    {
        foreach (var region in _regions)
        {
            // A length of less than the count makes the limit negative.
            if (address >= region.Start && address - (long)region.Start <= region.Length - count)
                return _recent = region;
        }

        throw new ProcessorException(ProcessorException.AccessViolation, writes, address);
    }
}
