using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;

namespace Perisai.Engine.Tests.Containers.InstallShield;

/// <summary>Writes what stands behind InstallShield's setup programs, and a cabinet of version 9.</summary>
internal static class SetupBuilder
{
    private const int Table = 0x300;
    private const int FileLength = 0x57;

    public static byte[] BuildPlain(params (string Name, byte[] Content)[] files) =>
        [.. files.SelectMany(file => (byte[])[.. Encoding.ASCII.GetBytes($"{file.Name}\0Disk1\\{file.Name}\01.0.0.0\0{file.Content.Length}\0"), .. file.Content])];

    public static byte[] BuildScrambled(params (string Name, byte[] Content)[] files)
    {
        var bytes = new List<byte>([.. "InstallShield\0"u8, (byte)files.Length, 0, 0, 0, .. new byte[28]]);
        byte[] mask = [0x13, 0x35, 0x86, 0x07];
        foreach (var (name, content) in files)
        {
            var packed = new MemoryStream();
            using (var zlib = new ZLibStream(packed, CompressionLevel.Optimal, true))
                zlib.Write(content);
            var data = packed.ToArray();
            for (var index = 0; index < data.Length; index++)
            {
                var place = index % 1024 % name.Length;
                var value = (byte)~data[index] ^ name[place] ^ mask[place % 4];
                data[index] = (byte)(value << 4 | value >> 4);
            }

            var entry = new byte[312];
            Encoding.ASCII.GetBytes(name, entry);
            entry[260] = 6;
            BinaryPrimitives.WriteInt32LittleEndian(entry.AsSpan(268), data.Length);
            bytes.AddRange(entry);
            bytes.AddRange(data);
        }

        return [.. bytes];
    }

    /// <summary>Header and cabinet in one; every second file is obfuscated, and every third stored.</summary>
    public static byte[] BuildCabinet(params (string Name, byte[] Content)[] files)
    {
        var names = new List<byte>("folder\0"u8.ToArray());
        var namesAt = 8 + FileLength * files.Length;
        var start = 0x200 + Table + namesAt + 200;
        var bytes = new List<byte>(new byte[start]);
        var table = new byte[start - 0x200 - Table];
        BinaryPrimitives.WriteInt32LittleEndian(table, namesAt);
        for (var index = 0; index < files.Length; index++)
        {
            var entry = table.AsSpan(8 + FileLength * index);
            var flags = (index % 3 == 2 ? 0 : 4) | (index % 2 == 1 ? 2 : 0);
            var data = (flags & 4) != 0 ? Chunks(files[index].Content) : files[index].Content.ToArray();
            if ((flags & 2) != 0)
            {
                for (var at = 0; at < data.Length; at++)
                {
                    var value = (byte)(data[at] + at % 0x47);
                    data[at] = (byte)((value << 2 | value >> 6) ^ 0xD5);
                }
            }

            BinaryPrimitives.WriteUInt16LittleEndian(entry, (ushort)flags);
            BinaryPrimitives.WriteInt64LittleEndian(entry[2..], files[index].Content.Length);
            BinaryPrimitives.WriteInt64LittleEndian(entry[0x0A..], data.Length);
            BinaryPrimitives.WriteInt64LittleEndian(entry[0x12..], bytes.Count);
            BinaryPrimitives.WriteInt32LittleEndian(entry[0x3A..], namesAt + names.Count);
            entry[0x55] = 1;
            names.AddRange(Encoding.ASCII.GetBytes(files[index].Name + '\0'));
            bytes.AddRange(data);
        }

        names.CopyTo(table, namesAt);
        var array = bytes.ToArray();
        new byte[] { (byte)'I', (byte)'S', (byte)'c', (byte)'(', 0, 0x95, 0, 1, 0, 0, 0, 0, 0, 2, 0, 0, 0, 4, 0, 0 }.CopyTo(array, 0);
        BinaryPrimitives.WriteInt32LittleEndian(array.AsSpan(0x200 + 0x0C), Table);
        BinaryPrimitives.WriteInt32LittleEndian(array.AsSpan(0x200 + 0x1C), 1);
        BinaryPrimitives.WriteInt32LittleEndian(array.AsSpan(0x200 + 0x28), files.Length);
        BinaryPrimitives.WriteInt32LittleEndian(array.AsSpan(0x200 + 0x2C), 8);
        table.CopyTo(array, 0x200 + Table);
        return array;
    }

    private static byte[] Chunks(byte[] content)
    {
        var bytes = new List<byte>();
        foreach (var chunk in content.Chunk(2000))
        {
            using var packed = new MemoryStream();
            using (var deflate = new DeflateStream(packed, CompressionLevel.Optimal, true))
                deflate.Write(chunk);
            bytes.AddRange(BitConverter.GetBytes((ushort)packed.Length));
            bytes.AddRange(packed.ToArray());
        }

        return [.. bytes];
    }
}
