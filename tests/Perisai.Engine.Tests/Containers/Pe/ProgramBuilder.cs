using System.Buffers.Binary;

namespace Perisai.Engine.Tests.Containers.Pe;

/// <summary>Makes small PE32 files: headers, sections at multiples of 512 and 4096, a resource tree of raw data, and whatever follows.</summary>
internal sealed class ProgramBuilder
{
    private const int HeaderOffset = 0x80;
    private const int Alignment = 0x200;
    private const int PageLength = 0x1000;

    private readonly List<(string Name, uint Flags, byte[] Bytes, int MemoryLength)> _sections = [];
    private readonly List<byte[]> _resources = [];

    public uint EntryPoint { get; init; } = PageLength;

    public byte[] Overlay { get; init; } = [];

    public ProgramBuilder Add(string name, byte[] bytes, uint flags = 0x60000020, int memoryLength = 0)
    {
        _sections.Add((name, flags, bytes, Math.Max(memoryLength, bytes.Length)));
        return this;
    }

    /// <summary>A resource of the type RCDATA, numbered from 1.</summary>
    public ProgramBuilder AddResource(byte[] bytes)
    {
        _resources.Add(bytes);
        return this;
    }

    public byte[] ToArray()
    {
        var sections = _sections.ToList();
        uint resourcesAt = 0;
        if (_resources.Count > 0)
        {
            resourcesAt = PageLength + (uint)sections.Sum(section => RoundUp(section.MemoryLength, PageLength));
            var tree = ResourceTree(resourcesAt);
            sections.Add((".rsrc", 0x40000040, tree, tree.Length));
        }

        var file = new byte[RoundUp(HeaderOffset + 24 + 224 + 40 * sections.Count, Alignment)];
        "MZ"u8.CopyTo(file);
        Write32(file, 0x3C, HeaderOffset);
        "PE\0\0"u8.CopyTo(file.AsSpan(HeaderOffset));
        Write16(file, HeaderOffset + 4, 0x14C);
        Write16(file, HeaderOffset + 6, sections.Count);
        Write16(file, HeaderOffset + 20, 224);
        Write16(file, HeaderOffset + 22, 0x102);
        var optional = HeaderOffset + 24;
        Write16(file, optional, 0x10B);
        Write32(file, optional + 16, EntryPoint);
        Write32(file, optional + 28, 0x400000);
        Write32(file, optional + 32, PageLength);
        Write32(file, optional + 36, Alignment);
        Write16(file, optional + 48, 4);
        Write32(file, optional + 56, (uint)(PageLength + sections.Sum(section => RoundUp(section.MemoryLength, PageLength))));
        Write32(file, optional + 60, (uint)file.Length);
        Write16(file, optional + 68, 3);
        Write32(file, optional + 92, 16);
        Write32(file, optional + 96 + 8 * 2, resourcesAt);
        uint address = PageLength;
        var result = new List<byte>(file);
        for (var index = 0; index < sections.Count; index++)
        {
            var (name, flags, bytes, memory) = sections[index];
            var header = new byte[40];
            System.Text.Encoding.ASCII.GetBytes(name, header);
            Write32(header, 8, (uint)memory);
            Write32(header, 12, address);
            Write32(header, 16, (uint)RoundUp(bytes.Length, Alignment));
            Write32(header, 20, (uint)result.Count);
            Write32(header, 36, flags);
            header.CopyTo(file, optional + 224 + 40 * index);
            result.AddRange(bytes);
            result.AddRange(new byte[RoundUp(bytes.Length, Alignment) - bytes.Length]);
            address += (uint)RoundUp(memory, PageLength);
        }

        var all = result.ToArray();
        file.CopyTo(all, 0);
        return [.. all, .. Overlay];
    }

    /// <summary>Three levels of directories, one for the type, one for all names, one a resource for its language.</summary>
    private byte[] ResourceTree(uint address)
    {
        var count = _resources.Count;
        var names = 24;
        var languages = names + 16 + 8 * count;
        var entries = languages + 24 * count;
        var data = entries + 16 * count;
        var tree = new byte[data + _resources.Sum(resource => RoundUp(resource.Length, 4))];
        Write16(tree, 14, 1);
        Write32(tree, 16, 10);
        Write32(tree, 20, 0x80000000 | (uint)names);
        Write16(tree, names + 14, count);
        var at = data;
        for (var index = 0; index < count; index++)
        {
            Write32(tree, names + 16 + 8 * index, (uint)index + 1);
            Write32(tree, names + 20 + 8 * index, 0x80000000 | (uint)(languages + 24 * index));
            Write16(tree, languages + 24 * index + 14, 1);
            Write32(tree, languages + 24 * index + 16, 1033);
            Write32(tree, languages + 24 * index + 20, (uint)(entries + 16 * index));
            Write32(tree, entries + 16 * index, address + (uint)at);
            Write32(tree, entries + 16 * index + 4, (uint)_resources[index].Length);
            _resources[index].CopyTo(tree, at);
            at += RoundUp(_resources[index].Length, 4);
        }

        return tree;
    }

    private static int RoundUp(int value, int unit) => (value + unit - 1) / unit * unit;

    private static void Write16(byte[] bytes, int at, int value) => BinaryPrimitives.WriteUInt16LittleEndian(bytes.AsSpan(at), (ushort)value);

    private static void Write32(byte[] bytes, int at, uint value) => BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(at), value);
}
