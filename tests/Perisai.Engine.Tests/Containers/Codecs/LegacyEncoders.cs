namespace Perisai.Engine.Tests.Containers.Codecs;

/// <summary>Encoders for methods of zip that no program writes any more. They need not compress well.</summary>
internal static class LegacyEncoders
{
    private const int FirstCode = 257;
    private const int Codes = 1 << 13;

    /// <summary>Method 1: LZW, with longer codes and partial clearings when they are due.</summary>
    public static byte[] Shrink(byte[] content)
    {
        var bits = new BitWriter();
        // -2: free; the decoder's table, kept in step with it.
        var parents = new int[Codes];
        Array.Fill(parents, -2);
        var children = new Dictionary<(int Parent, byte Value), int>();
        var codeBits = 9;
        var next = FirstCode;
        for (var at = 0; at < content.Length;)
        {
            int code = content[at++];
            while (at < content.Length && children.TryGetValue((code, content[at]), out var longer))
            {
                code = longer;
                at++;
            }

            while (code >= 1 << codeBits)
            {
                bits.Write(256, codeBits);
                bits.Write(1, codeBits++);
            }

            bits.Write(code, codeBits);
            if (at == content.Length)
                break;
            if (next == Codes)
            {
                bits.Write(256, codeBits);
                bits.Write(2, codeBits);
                var used = parents.Where(p => p >= FirstCode).ToHashSet();
                for (var old = FirstCode; old < Codes; old++)
                {
                    if (!used.Contains(old))
                        parents[old] = -2;
                }

                foreach (var (key, child) in children.ToList())
                {
                    if (parents[child] == -2)
                        children.Remove(key);
                }

                next = FirstCode;
            }

            while (next < Codes && parents[next] != -2)
                next++;
            if (next == Codes)
                continue;
            // A string that was cleared a moment ago leads nowhere, but its child takes up a code.
            if (code < FirstCode || parents[code] != -2)
                children[(code, content[at])] = next;
            parents[next] = code;
            while (next < Codes && parents[next] != -2)
                next++;
        }

        return bits.ToArray();
    }

    /// <summary>Methods 2 to 5: followers from the counts of pairs, and runs for what repeats.</summary>
    public static byte[] Reduce(byte[] content, int factor)
    {
        var mask = 0xFF >> factor;
        var maxDistance = Math.Min(content.Length, 256 << factor);
        var middle = new List<byte>();
        for (var at = 0; at < content.Length;)
        {
            var (length, distance) = FindMatch(content, at, maxDistance, mask + 255 + 3);
            if (length > 4)
            {
                var coded = length - 3;
                var high = (distance - 1) >> 8 << (8 - factor);
                var code = Math.Min(coded, mask) | high;
                if (code != 0)
                {
                    middle.AddRange([144, (byte)code]);
                    if (coded >= mask)
                        middle.Add((byte)(coded - mask));
                    middle.Add((byte)(distance - 1));
                    at += length;
                    continue;
                }
            }

            middle.Add(content[at]);
            if (content[at++] == 144)
                middle.Add(0);
        }

        var followers = new List<byte>[256];
        for (var value = 0; value < 256; value++)
        {
            var counts = new Dictionary<byte, int>();
            for (var at = 0; at < middle.Count; at++)
            {
                if ((at == 0 ? 0 : middle[at - 1]) == value)
                    counts[middle[at]] = counts.GetValueOrDefault(middle[at]) + 1;
            }

            followers[value] = [.. counts.OrderByDescending(c => c.Value).ThenBy(c => c.Key).Take(value % 2 == 0 ? 32 : 7).Select(c => c.Key)];
        }

        var bits = new BitWriter();
        for (var value = 255; value >= 0; value--)
        {
            bits.Write(followers[value].Count, 6);
            followers[value].ForEach(f => bits.Write(f, 8));
        }

        byte last = 0;
        foreach (var value in middle)
        {
            var set = followers[last];
            var place = set.IndexOf(value);
            if (set.Count > 0)
                bits.Write(place < 0 ? 1 : 0, 1);
            if (place < 0)
                bits.Write(value, 8);
            else
                bits.Write(place, set.Count <= 2 ? 1 : 32 - int.LeadingZeroCount(set.Count - 1));
            last = value;
        }

        return bits.ToArray();
    }

    private static (int Length, int Distance) FindMatch(byte[] content, int at, int maxDistance, int maxLength)
    {
        var best = (Length: 0, Distance: 0);
        for (var distance = 1; distance <= Math.Min(at, maxDistance); distance++)
        {
            var length = 0;
            while (length < maxLength && at + length < content.Length && content[at + length] == content[at + length - distance])
                length++;
            if (length > best.Length)
                best = (length, distance);
        }

        return best;
    }

    private sealed class BitWriter
    {
        private readonly List<byte> _bytes = [];
        private int _count;

        public void Write(int value, int count)
        {
            for (var bit = 0; bit < count; bit++, _count++)
            {
                if ((_count & 7) == 0)
                    _bytes.Add(0);
                _bytes[^1] |= (byte)((value >> bit & 1) << (_count & 7));
            }
        }

        public byte[] ToArray() => [.. _bytes];
    }
}
