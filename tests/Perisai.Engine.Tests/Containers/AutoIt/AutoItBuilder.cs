using System.Buffers.Binary;
using System.Text;
using Perisai.Engine.Containers.AutoIt;

namespace Perisai.Engine.Tests.Containers.AutoIt;

/// <summary>Writes what stands behind a compiled script's program, with matches of three lengths.</summary>
internal static class AutoItBuilder
{
    public static byte[] Build(int version, params (string Name, byte[] Content)[] files)
    {
        var format = version == 5 ? AutoItFormat.Version5 : AutoItFormat.Version6;
        byte[] password = [.. Enumerable.Range(1, 16).Select(n => (byte)n)];
        var bytes = new List<byte>([.. AutoItFormat.Mark, .. Encoding.ASCII.GetBytes($"AU3!EA0{version}"), .. password]);
        foreach (var (name, content) in files)
        {
            bytes.AddRange(Close("FILE"u8.ToArray(), format.Keys(format.TagSeed)));
            AddText(name, format.NameMask, format.NameSeed);
            AddText("C:\\" + name, format.PathMask, format.PathSeed);
            byte[] packed = [.. Encoding.ASCII.GetBytes($"EA0{version}"), .. BigEndian(content.Length), .. Pack(content, format.MatchBit)];
            bytes.Add(1);
            bytes.AddRange(BitConverter.GetBytes((uint)packed.Length ^ format.LengthMask));
            bytes.AddRange(BitConverter.GetBytes((uint)content.Length ^ format.LengthMask));
            bytes.AddRange(BitConverter.GetBytes(Adler(packed) ^ format.ChecksumMask));
            bytes.AddRange(new byte[16]);
            bytes.AddRange(Close(packed, format.Keys(format.DataSeed + (uint)(version == 5 ? password.Sum(value => value) : 0))));
        }

        return [.. bytes, .. Encoding.ASCII.GetBytes($"AU3!EA0{version}")];

        void AddText(string text, uint mask, uint seed)
        {
            bytes.AddRange(BitConverter.GetBytes((uint)text.Length ^ mask));
            bytes.AddRange(Close((version == 5 ? Encoding.Latin1 : Encoding.Unicode).GetBytes(text), format.Keys(seed + (uint)text.Length)));
        }
    }

    /// <summary>Tokens of a script of so many lines.</summary>
    public static byte[] Script(Random random, int lines)
    {
        var bytes = new List<byte>(BitConverter.GetBytes(lines));
        for (; lines > 0; lines--)
        {
            for (var count = random.Next(12); count > 0; count--)
                bytes.AddRange(Token(random));
            bytes.Add(0x7F);
        }

        return [.. bytes];
    }

    private static byte[] Token(Random random)
    {
        var text = new string([.. Enumerable.Range(0, random.Next(30)).Select(_ => (char)random.Next(random.Next(4) == 0 ? 0x3000 : 128))]);
        byte[] number = new byte[8];
        random.NextBytes(number);
        return random.Next(8) switch
        {
            0 => [0, .. BitConverter.GetBytes(random.Next(45))],
            1 => [1, .. BitConverter.GetBytes(random.Next(400))],
            2 => [5, .. number[..4]],
            3 => [0x10, .. number],
            4 => [0x20, .. BitConverter.GetBytes(random.Next(3) == 0 ? random.Next(10_000_000) : (random.NextDouble() - 0.5) * Math.Pow(10, random.Next(-10, 12)))],
            5 => [(byte)random.Next(0x40, 0x59)],
            _ => [(byte)random.Next(0x30, 0x38), .. BitConverter.GetBytes(text.Length), .. text.SelectMany(character => BitConverter.GetBytes((ushort)(character ^ text.Length)))],
        };
    }

    private static byte[] Pack(byte[] content, int matchBit)
    {
        var writer = new HighBitWriter();
        for (var at = 0; at < content.Length;)
        {
            var (length, distance) = Lha.LhaBuilder.FindMatch(content, at, 0, 3000, 3, 400);
            if (length == 0)
            {
                writer.Write(1 - matchBit, 1).Write(content[at++], 8);
                continue;
            }

            writer.Write(matchBit, 1).Write(distance, 15);
            at += length;
            length -= 3;
            foreach (var width in (int[])[2, 3, 5, 8, 8])
            {
                var part = Math.Min(length, (1 << width) - 1);
                writer.Write(part, width);
                length -= part;
                if (part < (1 << width) - 1)
                    break;
            }
        }

        return writer.ToArray();
    }

    private static byte[] Close(byte[] bytes, IKeystream keys) => [.. bytes.Select(value => (byte)(value ^ keys.Next()))];

    private static byte[] BigEndian(int value)
    {
        var bytes = new byte[4];
        BinaryPrimitives.WriteInt32BigEndian(bytes, value);
        return bytes;
    }

    private static uint Adler(byte[] bytes)
    {
        uint low = 1, high = 0;
        foreach (var value in bytes)
        {
            low = (low + value) % 65521;
            high = (high + low) % 65521;
        }

        return high << 16 | low;
    }
}
