using System.Buffers.Binary;
using System.Text;

namespace Perisai.Engine.Tests.Sources;

/// <summary>Assembles small PE files of sections with given content and, where asked, a section with an import table. They cannot run.</summary>
internal sealed class PeBuilder
{
    private const int Alignment = 0x200;
    private const int Page = 0x1000;
    private readonly List<byte[]> _sections = [];
    private (string Library, string[] Functions)[] _imports = [];

    /// <summary>PE32+ instead of PE32.</summary>
    public bool Is64Bit { get; init; }

    public PeBuilder Section(byte[] content)
    {
        _sections.Add(content);
        return this;
    }

    /// <summary>Imports by name; a function of the form <c>#7</c> is imported by ordinal.</summary>
    public PeBuilder Imports(params (string Library, string[] Functions)[] imports)
    {
        _imports = imports;
        return this;
    }

    /// <summary>The file, and its sections' bytes as they lie in it.</summary>
    public (byte[] File, byte[][] Sections) Build()
    {
        var contents = _sections.ToList();
        var importAddress = (contents.Count + 1) * Page;
        if (_imports.Length > 0)
            contents.Add(ImportSection(importAddress));
        var optionalLength = Is64Bit ? 240 : 224;
        var headerLength = Round(0x40 + 24 + optionalLength + (40 * contents.Count));
        var file = new byte[headerLength + contents.Sum(content => Round(content.Length))];
        "MZ"u8.CopyTo(file);
        Put32(file, 0x3C, 0x40);
        "PE\0\0"u8.CopyTo(file.AsSpan(0x40));
        Put16(file, 0x44, Is64Bit ? 0x8664 : 0x14C);
        Put16(file, 0x46, contents.Count);
        Put16(file, 0x54, optionalLength);
        Put16(file, 0x56, 0x0102);
        const int Optional = 0x58;
        Put16(file, Optional, Is64Bit ? 0x20B : 0x10B);
        Put32(file, Optional + 16, Page);
        Put32(file, Optional + 32, Page);
        Put32(file, Optional + 36, Alignment);
        Put16(file, Optional + 40, 4);
        Put16(file, Optional + 48, 4);
        Put32(file, Optional + 56, (contents.Count + 1) * Page);
        Put32(file, Optional + 60, headerLength);
        Put16(file, Optional + 68, 3);
        var directories = Optional + (Is64Bit ? 112 : 96);
        Put32(file, directories - 4, 16);
        if (_imports.Length > 0)
        {
            Put32(file, directories + 8, importAddress);
            Put32(file, directories + 12, (_imports.Length + 1) * 20);
        }

        var sections = new byte[contents.Count][];
        var at = headerLength;
        for (var i = 0; i < contents.Count; i++)
        {
            var header = Optional + optionalLength + (40 * i);
            Encoding.ASCII.GetBytes($".s{i}").CopyTo(file, header);
            Put32(file, header + 8, contents[i].Length);
            Put32(file, header + 12, (i + 1) * Page);
            Put32(file, header + 16, Round(contents[i].Length));
            Put32(file, header + 20, at);
            Put32(file, header + 36, 0x60000020);
            contents[i].CopyTo(file, at);
            sections[i] = file.AsSpan(at, Round(contents[i].Length)).ToArray();
            at += Round(contents[i].Length);
        }

        return (file, sections);
    }

    /// <summary>The text whose digest is the imphash, where no ordinals occur.</summary>
    public string ImportText() =>
        string.Join(',', _imports.SelectMany(import => import.Functions.Select(f => $"{import.Library.ToLowerInvariant()[..^4]}.{f.ToLowerInvariant()}")));

    private byte[] ImportSection(int address)
    {
        var size = Is64Bit ? 8 : 4;
        var bytes = new byte[Alignment * 4];
        var free = (_imports.Length + 1) * 20;
        for (var i = 0; i < _imports.Length; i++)
        {
            var (library, functions) = _imports[i];
            Put32(bytes, i * 20, address + free);
            Put32(bytes, (i * 20) + 16, address + free);
            var thunks = free;
            free += (functions.Length + 1) * size;
            Put32(bytes, (i * 20) + 12, address + free);
            free += Encoding.ASCII.GetBytes(library, bytes.AsSpan(free)) + 1;
            for (var k = 0; k < functions.Length; k++)
            {
                Put32(bytes, thunks + (k * size), address + free);
                free += 2 + Encoding.ASCII.GetBytes(functions[k], bytes.AsSpan(free + 2)) + 1;
            }
        }

        return bytes;
    }

    private static int Round(int value) => (value + Alignment - 1) / Alignment * Alignment;

    private static void Put16(byte[] bytes, int at, int value) => BinaryPrimitives.WriteUInt16LittleEndian(bytes.AsSpan(at), (ushort)value);

    private static void Put32(byte[] bytes, int at, int value) => BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(at), value);
}
