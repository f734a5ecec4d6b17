using System.IO.Compression;

namespace Perisai.Engine.Tests.Containers.Szdd;

/// <summary>Writes KWAJ files with every optional field.</summary>
internal static class KwajBuilder
{
    public static byte[] Build(int method, byte[] content, bool withFields = true)
    {
        byte[] fields = withFields
            ? [.. BitConverter.GetBytes(content.Length), 1, 2, 3, 0, 9, 9, 9, .. "NAME\0"u8, .. "TXT\0"u8, 2, 0, .. "hi"u8]
            : [];
        byte[] data = method switch
        {
            0 => content,
            1 => [.. content.Select(value => (byte)~value)],
            2 => Ring(content),
            3 => Lzh(content),
            _ => MsZip(content),
        };
        return [.. "KWAJ"u8, 0x88, 0xF0, 0x27, 0xD1, (byte)method, 0, (byte)(14 + fields.Length), 0, (byte)(withFields ? 63 : 0), 0, .. fields, .. data];
    }

    /// <summary>Literals, and runs of the byte before.</summary>
    private static byte[] Ring(byte[] content)
    {
        var bytes = new List<byte>();
        var flagsAt = 0;
        var count = 8;
        for (var at = 0; at < content.Length; count++)
        {
            if (count == 8)
            {
                count = 0;
                flagsAt = bytes.Count;
                bytes.Add(0);
            }

            var (length, distance) = Lha.LhaBuilder.FindMatch(content, at, 0, 2000, 3, 18);
            if (length == 0)
            {
                bytes[flagsAt] |= (byte)(1 << count);
                bytes.Add(content[at++]);
                continue;
            }

            var place = 4096 - 18 + at - distance & 4095;
            bytes.Add((byte)place);
            bytes.Add((byte)(place >> 4 & 0xF0 | length - 3));
            at += length;
        }

        return [.. bytes];
    }

    /// <summary>All five codes have words of one length.</summary>
    private static byte[] Lzh(byte[] content)
    {
        var writer = new HighBitWriter();
        for (var code = 0; code < 6; code++)
            writer.Write(0, 4);
        var at = 0;
        while (at < content.Length)
        {
            var (length, distance) = Lha.LhaBuilder.FindMatch(content, at, 0, 2000, 3, 17);
            if (length > 0)
            {
                writer.Write(length - 2, 4).Write(distance >> 6, 6).Write(distance & 63, 6);
                at += length;
                continue;
            }

            // Two runs may not follow each other unless the first one is of 32.
            var run = 1;
            while (run < 32 && at + run < content.Length && Lha.LhaBuilder.FindMatch(content, at + run, 0, 2000, 3, 17).Length == 0)
                run++;
            writer.Write(0, 4).Write(run - 1, 5);
            for (; run > 0; run--)
                writer.Write(content[at++], 8);
        }

        return writer.ToArray();
    }

    private static byte[] MsZip(byte[] content)
    {
        var bytes = new List<byte>();
        foreach (var block in content.Chunk(32_768))
        {
            using var packed = new MemoryStream();
            using (var deflate = new DeflateStream(packed, CompressionLevel.Optimal, true))
                deflate.Write(block);
            bytes.AddRange(BitConverter.GetBytes((ushort)(packed.Length + 2)));
            bytes.AddRange("CK"u8);
            bytes.AddRange(packed.ToArray());
        }

        return [.. bytes, 0, 0];
    }
}
