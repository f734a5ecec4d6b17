using System.Buffers.Binary;

namespace Perisai.Engine.Tests.Containers.Ntfs;

/// <summary>Encodes LZNT1 the obvious way: the longest match in the chunk, or a literal.</summary>
internal static class LzntEncoder
{
    public static byte[] Encode(ReadOnlySpan<byte> content)
    {
        var packed = new List<byte>();
        for (var at = 0; at < content.Length; at += 4096)
        {
            var plain = content.Slice(at, Math.Min(4096, content.Length - at));
            var chunk = EncodeChunk(plain);
            var isPacked = chunk.Count < plain.Length;
            var stored = isPacked ? chunk.Count : plain.Length;
            var header = (stored - 1) | 0x3000 | (isPacked ? 0x8000 : 0);
            packed.AddRange([(byte)header, (byte)(header >> 8)]);
            packed.AddRange(isPacked ? [.. chunk] : plain.ToArray());
        }

        return [.. packed, 0, 0];
    }

    private static List<byte> EncodeChunk(ReadOnlySpan<byte> plain)
    {
        var chunk = new List<byte>();
        for (var at = 0; at < plain.Length;)
        {
            var flagsAt = chunk.Count;
            chunk.Add(0);
            for (var item = 0; item < 8 && at < plain.Length; item++)
            {
                var bits = 4;
                while (1 << bits < at)
                    bits++;
                var (length, distance) = Find(plain, at, (0xFFFF >> bits) + 3, 1 << bits);
                if (length < 3)
                {
                    chunk.Add(plain[at++]);
                    continue;
                }

                chunk[flagsAt] |= (byte)(1 << item);
                var pair = new byte[2];
                BinaryPrimitives.WriteUInt16LittleEndian(pair, (ushort)((distance - 1) << (16 - bits) | (length - 3)));
                chunk.AddRange(pair);
                at += length;
            }
        }

        return chunk;
    }

    private static (int Length, int Distance) Find(ReadOnlySpan<byte> plain, int at, int longest, int farthest)
    {
        var best = (Length: 0, Distance: 0);
        for (var distance = 1; distance <= Math.Min(at, farthest); distance++)
        {
            var length = 0;
            while (length < longest && at + length < plain.Length && plain[at + length] == plain[at + length - distance])
                length++;
            if (length > best.Length)
                best = (length, distance);
        }

        return best;
    }
}
