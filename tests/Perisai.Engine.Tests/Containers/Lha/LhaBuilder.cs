using System.Buffers.Binary;
using System.Text;
using Perisai.Engine.Containers;

namespace Perisai.Engine.Tests.Containers.Lha;

/// <summary>Writes LHA archives with headers of every level, and compresses in the simplest way that each method allows.</summary>
internal sealed class LhaBuilder
{
    private readonly MemoryStream _bytes = new();

    public LhaBuilder Add(string name, string method, byte[] content, int level = 0, string folder = "")
    {
        var stored = method switch
        {
            "-lh1-" => Lzhuf.Encode(content),
            "-lh4-" => EncodeBlocks(content, 4, 8),
            "-lh5-" => EncodeBlocks(content, 4, 8),
            "-lh6-" => EncodeBlocks(content, 5, 9),
            "-lh7-" => EncodeBlocks(content, 5, 9),
            "-lzs-" => EncodeLzs(content),
            "-lz5-" => EncodeLz5(content),
            _ => content,
        };
        _bytes.Write(Header(name, method, level, folder, stored.Length, content));
        _bytes.Write(stored);
        return this;
    }

    public byte[] ToArray() => [.. _bytes.ToArray(), 0];

    private static byte[] Header(string name, string method, int level, string folder, int stored, byte[] content)
    {
        var bytes = new List<byte> { 0, 0 };
        bytes.AddRange(Encoding.ASCII.GetBytes(method));
        byte[] nameExtension = level == 0 ? [] : Extension(1, Encoding.Latin1.GetBytes(name), level);
        byte[] folderExtension = folder.Length == 0 ? [] : Extension(2, Encoding.Latin1.GetBytes(folder.Replace('/', '\u00FF') + '\u00FF'), level);
        var end = level == 3 ? 4 : 2;
        bytes.AddRange(BitConverter.GetBytes(stored + (level == 1 ? nameExtension.Length + folderExtension.Length : 0)));
        bytes.AddRange(BitConverter.GetBytes(content.Length));
        bytes.AddRange([0, 0, 0x21, 0x50, 0x20, (byte)level]);
        if (level == 0)
        {
            var path = Encoding.Latin1.GetBytes(folder.Length == 0 ? name : folder.Replace('/', '\\') + "\\" + name);
            bytes.Add((byte)path.Length);
            bytes.AddRange(path);
        }
        else if (level == 1)
        {
            bytes.Add(0);
        }

        bytes.AddRange(BitConverter.GetBytes(Crc16.Lha(content)));
        if (level > 0)
            bytes.Add((byte)'U');
        var fixedPart = bytes.Count + (level == 3 ? 4 : 0);
        if (level == 3)
            bytes.AddRange(BitConverter.GetBytes(fixedPart + 4 + nameExtension.Length + folderExtension.Length));
        if (level > 0)
        {
            // An extension's own bytes end with the length of the next one; here the length of each stands before it instead.
            AddExtension(nameExtension);
            if (folderExtension.Length > 0)
                AddExtension(folderExtension);
            bytes.AddRange(new byte[end]);
        }

        var array = bytes.ToArray();
        switch (level)
        {
            case 0:
            case 1:
                var length = level == 0 ? array.Length : fixedPart + 2;
                array[0] = (byte)(length - 2);
                array[1] = (byte)array[2..length].Sum(value => value);
                break;
            case 2:
                // A length whose low byte is 0 would look like the end.
                BinaryPrimitives.WriteUInt16LittleEndian(array, (ushort)array.Length);
                break;
            default:
                array[0] = 4;
                break;
        }

        return array;

        void AddExtension(byte[] extension)
        {
            bytes.AddRange(level == 3 ? BitConverter.GetBytes(extension.Length) : BitConverter.GetBytes((ushort)extension.Length));
            bytes.AddRange(extension[..^end]);
        }
    }

    /// <summary>With room for the next one's length.</summary>
    private static byte[] Extension(byte kind, byte[] data, int level) => [kind, .. data, .. new byte[level == 3 ? 4 : 2]];

    /// <summary>
    /// One block a 30,000 symbols, in which literals and lengths have nine bits (the last two eight, as the code has to be whole) and every distance a fixed number: matches lie between half
    /// and all of 2^bits back.
    /// </summary>
    public static byte[] EncodeBlocks(byte[] content, int distanceCountBits, int distanceBits)
    {
        const int Symbols = 510;
        var writer = new HighBitWriter();
        var symbols = new List<(int Symbol, int Distance)>();
        for (var at = 0; at < content.Length;)
        {
            var (length, distance) = FindMatch(content, at, 1 << (distanceBits - 1), (1 << distanceBits) - 1, 3, 256);
            symbols.Add(length == 0 ? (content[at], 0) : (256 + length - 3, distance));
            at += Math.Max(1, length);
        }

        foreach (var block in symbols.Chunk(30_000))
        {
            writer.Write(block.Length, 16);
            // The code of lengths: words of one bit for 10 and 11, which stand for eight and nine bits; behind the third, three zeros are not written.
            writer.Write(12, 5).Write(0, 9).Write(3, 2).Write(0, 12).Write(1, 3).Write(1, 3);
            writer.Write(Symbols, 9);
            for (var symbol = 0; symbol < Symbols; symbol++)
                writer.Write(symbol < Symbols - 2 ? 1 : 0, 1);
            writer.Write(0, distanceCountBits).Write(distanceBits, distanceCountBits);
            foreach (var (symbol, distance) in block)
            {
                if (symbol < Symbols - 2)
                    writer.Write(symbol + 4, 9);
                else
                    writer.Write(symbol - Symbols + 2, 8);
                if (symbol >= 256)
                    writer.Write(distance - 1 - (1 << (distanceBits - 1)), distanceBits - 1);
            }
        }

        return writer.ToArray();
    }

    public static (int Length, int Distance) FindMatch(byte[] content, int at, int least, int most, int minLength, int maxLength)
    {
        var best = (Length: 0, Distance: 0);
        for (var distance = least + 1; distance <= most && distance <= at; distance++)
        {
            var length = 0;
            while (length < maxLength && at + length < content.Length && content[at + length] == content[at + length - distance])
                length++;
            if (length >= minLength && length > best.Length)
                best = (length, distance);
        }

        return best;
    }

    private static byte[] EncodeLzs(byte[] content)
    {
        var writer = new HighBitWriter();
        for (var at = 0; at < content.Length;)
        {
            var (length, distance) = FindMatch(content, at, 0, 1000, 2, 17);
            if (length == 0)
                writer.Write(1, 1).Write(content[at++], 8);
            else
                writer.Write(0, 1).Write(2048 - 17 + at - distance & 2047, 11).Write(length - 2, 4);
            at += length;
        }

        return writer.ToArray();
    }

    private static byte[] EncodeLz5(byte[] content)
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

            var (length, distance) = FindMatch(content, at, 0, 2000, 3, 18);
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
}
