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
