using System.Text;

namespace Perisai.Engine.Tests.Modules;

/// <summary>Writes Dalvik executables of random content: as many strings, types, classes and members as are asked for, with code that does nothing.</summary>
internal static class DexSample
{
    private const int HeaderLength = 112;

    public static byte[] Create(int seed, int classes, int longest)
    {
        var random = new Random(seed);
        // A class has a name, two fields and three methods of its own; some names are shared.
        var strings = Enumerable.Range(0, classes * 3 + 20).Select(i => $"name{i}" + new string('x', random.Next(longest))).ToList();
        strings.Add("V");
        var types = Enumerable.Range(0, classes + 5).Select(_ => (uint)random.Next(strings.Count)).ToArray();
        var protos = Enumerable.Range(0, 7).Select(_ => (uint)random.Next(strings.Count)).ToArray();
        var (fieldCount, methodCount) = (classes * 2, classes * 3);

        var stringTable = HeaderLength;
        var typeTable = stringTable + strings.Count * 4;
        var protoTable = typeTable + types.Length * 4;
        var fieldTable = protoTable + protos.Length * 12;
        var methodTable = fieldTable + fieldCount * 8;
        var classTable = methodTable + methodCount * 8;
        var dataStart = classTable + classes * 32;

        using var data = new MemoryStream();
        using var tables = new MemoryStream();
        using var writer = new BinaryWriter(tables);
        foreach (var text in strings)
        {
            writer.Write((uint)(dataStart + data.Length));
            data.Write(Number((uint)text.Length));
            data.Write(Encoding.ASCII.GetBytes(text));
            data.WriteByte(0);
        }

        foreach (var type in types)
            writer.Write(type);
        foreach (var proto in protos)
        {
            writer.Write(proto);
            writer.Write((uint)random.Next(types.Length));
            writer.Write(0u);
        }

        for (var i = 0; i < fieldCount; i++)
            Member(i / 2, types.Length);
        for (var i = 0; i < methodCount; i++)
            Member(i / 3, protos.Length);
        for (var i = 0; i < classes; i++)
        {
            var code = (uint)(dataStart + data.Length);
            data.Write([2, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 3, 0, 0, 0, 0x12, 0, 0x0E, 0, (byte)i, 0xFF]);
            writer.Write((uint)i);
            writer.Write(1u);
            writer.Write((uint)random.Next(types.Length));
            writer.Write(0u);
            writer.Write(uint.MaxValue);
            writer.Write(0u);
            // The last class has no members.
            writer.Write(i == classes - 1 ? 0u : (uint)(dataStart + data.Length));
            writer.Write(0u);
            foreach (var number in (uint[])[1, 1, 1, 2, (uint)i * 2, 9, (uint)i * 2 + 1, 1, (uint)i * 3, 0x10001, code, (uint)i * 3 + 1, 1, code, 1, 0x101, 0])
                data.Write(Number(number));
        }

        var map = (uint)(dataStart + data.Length);
        data.Write([2, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, (byte)strings.Count, 0, 0, 0, HeaderLength, 0, 0, 0]);
        data.Write(new byte[16]);

        using var file = new MemoryStream();
        using var header = new BinaryWriter(file);
        header.Write(Encoding.ASCII.GetBytes("dex\n03" + (char)('5' + seed % 5) + "\0"));
        header.Write(random.Next());
        var signature = new byte[20];
        random.NextBytes(signature);
        header.Write(signature);
        foreach (var word in (uint[])
        [
            (uint)(dataStart + data.Length), HeaderLength, 0x12345678, 0, 0, map, (uint)strings.Count, (uint)stringTable, (uint)types.Length,
            (uint)typeTable, (uint)protos.Length, (uint)protoTable, (uint)fieldCount, (uint)fieldTable, (uint)methodCount, (uint)methodTable,
            (uint)classes, (uint)classTable, (uint)data.Length, (uint)dataStart,
        ])
            header.Write(word);
        return [.. file.ToArray(), .. tables.ToArray(), .. data.ToArray()];

        void Member(int type, int kinds)
        {
            writer.Write((ushort)type);
            writer.Write((ushort)random.Next(kinds));
            writer.Write((uint)random.Next(strings.Count));
        }
    }

    private static byte[] Number(uint value)
    {
        var bytes = new List<byte>();
        for (; value >= 0x80; value >>= 7)
            bytes.Add((byte)(value | 0x80));
        bytes.Add((byte)value);
        return [.. bytes];
    }
}
