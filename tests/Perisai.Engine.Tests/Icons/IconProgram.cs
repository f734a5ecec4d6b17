using System.Buffers.Binary;

namespace Perisai.Engine.Tests.Icons;

/// <summary>A program for Windows that is nothing but resources: icons and the groups that name them.</summary>
internal static class IconProgram
{
    private const int Header = 0x80;
    private const int Optional = Header + 24;
    private const int Offset = 0x400;
    private const uint Address = 0x1000;
    private const uint IconType = 3;
    private const uint GroupType = 14;
    private const uint Subdirectory = 0x8000_0000;

    /// <param name="groups">Groups, each a list of icons as they stand in resources; the icons are numbered from 1.</param>
    /// <param name="is64Bit">A PE32+.</param>
    /// <param name="isLibrary">A DLL.</param>
    public static byte[] Build(IReadOnlyList<IReadOnlyList<byte[]>> groups, bool is64Bit = false, bool isLibrary = false)
    {
        var resources = new MemoryStream();
        byte[][] icons = [.. groups.SelectMany(group => group)];
        // The directories have a fixed length: root, types, and for each resource a directory of languages and an entry.
        var count = icons.Length + groups.Count;
        var languagesAt = 16 + (2 * 8) + 16 + (icons.Length * 8) + 16 + (groups.Count * 8);
        var entriesAt = languagesAt + (count * 24);
        var dataAt = entriesAt + (count * 16);
        Directory(resources, [(IconType, Subdirectory | 32), (GroupType, Subdirectory | (uint)(48 + (icons.Length * 8)))]);
        Directory(resources, [.. icons.Select((_, i) => ((uint)(i + 1), Subdirectory | (uint)(languagesAt + (i * 24))))]);
        Directory(resources, [.. groups.Select((_, i) => ((uint)(i + 100), Subdirectory | (uint)(languagesAt + ((icons.Length + i) * 24))))]);
        for (var i = 0; i < count; i++)
            Directory(resources, [(1033, (uint)(entriesAt + (i * 16)))]);
        byte[][] data = [.. icons, .. Groups(groups)];
        var at = dataAt;
        foreach (var item in data)
        {
            Write32(resources, Address + (uint)at);
            Write32(resources, (uint)item.Length);
            resources.Write(new byte[8]);
            at += (item.Length + 3) & ~3;
        }

        foreach (var item in data)
        {
            resources.Write(item);
            resources.Write(new byte[-item.Length & 3]);
        }

        return Wrap(resources.ToArray(), is64Bit, isLibrary);
    }

    /// <summary>An icon as it stands in a resource.</summary>
    public static byte[] Icon(int width, int height, int depth, byte[] palette, byte[] pixels, byte[] mask, int headerLength = 40)
    {
        var icon = new MemoryStream();
        Write32(icon, (uint)headerLength);
        Write32(icon, (uint)width);
        Write32(icon, (uint)(2 * height));
        icon.Write([1, 0, (byte)depth, 0]);
        icon.Write(new byte[headerLength - 16]);
        icon.Write(palette);
        icon.Write(pixels);
        icon.Write(mask);
        return icon.ToArray();
    }

    /// <summary>An icon of any depth and of noise, shapes or slopes.</summary>
    public static byte[] RandomIcon(Random random, int width, int height, int depth)
    {
        var rowLength = ((width * depth) + 31) / 32 * 4;
        var pixels = new byte[rowLength * height];
        var style = random.Next(4);
        if (style == 0)
            random.NextBytes(pixels);
        for (var shapes = style == 0 ? 0 : random.Next(1, 12); shapes > 0; shapes--)
        {
            var (left, top, bottom) = (random.Next(rowLength), random.Next(height), random.Next(height + 1));
            var color = new byte[Math.Max(1, depth / 8)];
            random.NextBytes(color);
            for (var y = top; y < bottom; y++)
            {
                for (var i = left; i < rowLength; i++)
                    pixels[(y * rowLength) + i] = (byte)(style == 2 ? color[0] + (i * 3) + y : color[i % color.Length]);
            }
        }

        if (depth == 32 && random.Next(2) == 0)
        {
            for (var i = 3; i < pixels.Length; i += 4)
                pixels[i] = (byte)(random.Next(3) == 0 ? 0 : 255);
        }
        else if (depth == 32)
        {
            for (var i = 3; i < pixels.Length; i += 4)
                pixels[i] = 0;
        }

        var mask = new byte[(width + 31) / 32 * 4 * height];
        if (random.Next(2) == 0)
            random.NextBytes(mask.AsSpan(0, random.Next(mask.Length)));
        var palette = depth <= 8 ? new byte[4 << depth] : [];
        random.NextBytes(palette);
        if (random.Next(3) == 0)
        {
            for (var i = 0; i < palette.Length; i++)
                palette[i] = palette[i & ~3];
        }

        for (var i = 3; i < palette.Length; i += 4)
            palette[i] = 0;
        return Icon(width, height, depth, palette, pixels, mask, random.Next(4) == 0 ? 108 : 40);
    }

    private static IEnumerable<byte[]> Groups(IReadOnlyList<IReadOnlyList<byte[]>> groups)
    {
        var id = 1;
        foreach (var group in groups)
        {
            var bytes = new MemoryStream();
            bytes.Write([0, 0, 1, 0, (byte)group.Count, (byte)(group.Count >> 8)]);
            foreach (var icon in group)
            {
                bytes.Write([icon[4], icon[8], 0, 0, 1, 0, icon[14], 0]);
                Write32(bytes, (uint)icon.Length);
                bytes.Write([(byte)id, (byte)(id >> 8)]);
                id++;
            }

            yield return bytes.ToArray();
        }
    }

    private static void Directory(Stream output, IReadOnlyList<(uint Id, uint Place)> entries)
    {
        output.Write(new byte[14]);
        output.Write([(byte)entries.Count, (byte)(entries.Count >> 8)]);
        foreach (var (id, place) in entries)
        {
            Write32(output, id);
            Write32(output, place);
        }
    }

    private static byte[] Wrap(byte[] content, bool is64Bit, bool isLibrary)
    {
        var length = (content.Length + 0x1FF) & ~0x1FF;
        var file = new byte[Offset + length];
        content.CopyTo(file, Offset);
        "MZ"u8.CopyTo(file);
        file[0x3C] = Header;
        "PE\0\0"u8.CopyTo(file.AsSpan(Header));
        Write16(file, Header + 4, is64Bit ? 0x8664 : 0x14C);
        Write16(file, Header + 6, 1);
        Write16(file, Header + 20, is64Bit ? 240 : 224);
        Write16(file, Header + 22, isLibrary ? 0x2102 : 0x0102);
        Write16(file, Optional, is64Bit ? 0x20B : 0x10B);
        Write32(file, Optional + 16, Address);
        Write32(file, Optional + 32, 0x1000);
        Write32(file, Optional + 36, 0x200);
        Write32(file, Optional + 56, 0x10_0000);
        Write32(file, Optional + 60, Offset);
        Write16(file, Optional + 68, 2);
        Write32(file, Optional + (is64Bit ? 108 : 92), 16);
        var resources = Optional + (is64Bit ? 112 : 96) + (2 * 8);
        Write32(file, resources, Address);
        Write32(file, resources + 4, (uint)content.Length);
        var section = Optional + (is64Bit ? 240 : 224);
        ".rsrc"u8.CopyTo(file.AsSpan(section));
        Write32(file, section + 8, (uint)length);
        Write32(file, section + 12, Address);
        Write32(file, section + 16, (uint)length);
        Write32(file, section + 20, Offset);
        Write32(file, section + 36, 0x4000_0040);
        return file;
    }

    private static void Write32(Stream output, uint value)
    {
        Span<byte> bytes = stackalloc byte[4];
        BinaryPrimitives.WriteUInt32LittleEndian(bytes, value);
        output.Write(bytes);
    }

    private static void Write32(byte[] file, int at, uint value) => BinaryPrimitives.WriteUInt32LittleEndian(file.AsSpan(at), value);

    private static void Write16(byte[] file, int at, int value) => BinaryPrimitives.WriteUInt16LittleEndian(file.AsSpan(at), (ushort)value);
}
