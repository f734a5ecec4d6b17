using System.Buffers.Binary;
using System.Text;
using Perisai.Engine.Containers;

namespace Perisai.Engine.Tests.Containers.BinHex;

/// <summary>Writes BinHex 4 text, with runs.</summary>
internal static class BinHexBuilder
{
    private const string Alphabet = "!\"#$%&'()*+,-012345689@ABCDEFGHIJKLMNPQRSTUVXYZ[`abcdefhijklmpqr";

    public static byte[] Build(string name, byte[] data, byte[] resources)
    {
        var header = new List<byte> { (byte)name.Length };
        header.AddRange(Encoding.ASCII.GetBytes(name));
        header.AddRange("\0TEXTttxt\0\0"u8);
        header.AddRange(BigEndian(data.Length));
        header.AddRange(BigEndian(resources.Length));
        byte[] bytes = [.. header, .. Sum([.. header]), .. data, .. Sum(data), .. resources, .. Sum(resources)];
        var text = new StringBuilder("Some text before.\n(This file must be converted with BinHex 4.0)\r\r:");
        var column = 1;
        var packed = Pack(bytes);
        var bits = 0;
        var count = 0;
        foreach (var value in packed)
        {
            bits = bits << 8 | value;
            for (count += 8; count >= 6; count -= 6)
                Put(bits >> (count - 6) & 63);
        }

        if (count > 0)
            Put(bits << (6 - count) & 63);
        return Encoding.ASCII.GetBytes(text.Append(":\n").ToString());

        void Put(int value)
        {
            text.Append(Alphabet[value]);
            if (++column % 64 == 0)
                text.Append('\n');
        }
    }

    private static List<byte> Pack(byte[] bytes)
    {
        var packed = new List<byte>();
        for (var at = 0; at < bytes.Length;)
        {
            var run = 1;
            while (at + run < bytes.Length && run < 255 && bytes[at + run] == bytes[at])
                run++;
            packed.Add(bytes[at]);
            if (bytes[at] == 0x90)
                packed.Add(0);
            if (run > 3)
                packed.AddRange([0x90, (byte)run]);
            at += run > 3 ? run : 1;
        }

        return packed;
    }

    private static byte[] BigEndian(int value)
    {
        var bytes = new byte[4];
        BinaryPrimitives.WriteInt32BigEndian(bytes, value);
        return bytes;
    }

    private static byte[] Sum(byte[] bytes) => [(byte)(Crc16.BinHex(bytes) >> 8), (byte)Crc16.BinHex(bytes)];
}
