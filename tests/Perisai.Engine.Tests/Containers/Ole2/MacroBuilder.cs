using System.Text;

namespace Perisai.Engine.Tests.Containers.Ole2;

/// <summary>Writes VBA projects into compound files: directory, modules with pretended compiled code before their source.</summary>
internal static class MacroBuilder
{
    public const int CodeLength = 100;

    /// <summary>Compresses ([MS-OVBA] 2.4.1.3) with the longest reference that a plain search finds; what does not shrink is stored.</summary>
    public static byte[] Compress(byte[] content)
    {
        var output = new List<byte> { 1 };
        for (var start = 0; start < content.Length; start += 4096)
        {
            var chunk = content.AsSpan(start, Math.Min(4096, content.Length - start));
            var packed = CompressChunk(chunk);
            if (packed.Count > 4096)
            {
                output.AddRange([0xFF, 0x3F, .. chunk, .. new byte[4096 - chunk.Length]]);
                continue;
            }

            var header = 0xB000 | packed.Count - 1;
            output.AddRange([(byte)header, (byte)(header >> 8), .. packed]);
        }

        return [.. output];
    }

    public static Ole2Builder AddProject(this Ole2Builder builder, string storage, params (string Name, byte[] Source)[] modules)
    {
        var directory = new List<byte>();
        Record(1, BitConverter.GetBytes(1));
        Record(3, [0xE4, 4]);
        directory.AddRange([9, 0, 4, 0, 0, 0, 1, 0, 0, 0, 1, 0]);
        foreach (var (name, source) in modules)
        {
            Record(0x19, Encoding.ASCII.GetBytes(name));
            Record(0x1A, Encoding.ASCII.GetBytes(name));
            Record(0x32, Encoding.Unicode.GetBytes(name));
            Record(0x31, BitConverter.GetBytes(CodeLength));
            Record(0x2B, []);
            builder.Add($"{storage}/{name}", [.. new byte[CodeLength], .. source]);
        }

        Record(0x10, []);
        return builder.Add($"{storage}/dir", Compress([.. directory])).Add($"{storage}/_VBA_PROJECT", [0xCC, 0x61, 0xFF, 0xFF, 0, 0, 0]);

        void Record(ushort kind, byte[] value)
        {
            directory.AddRange(BitConverter.GetBytes(kind));
            directory.AddRange(BitConverter.GetBytes(value.Length));
            directory.AddRange(value);
        }
    }

    private static List<byte> CompressChunk(ReadOnlySpan<byte> chunk)
    {
        var output = new List<byte>();
        for (var at = 0; at < chunk.Length;)
        {
            var place = output.Count;
            output.Add(0);
            for (var bit = 0; bit < 8 && at < chunk.Length; bit++)
            {
                var bits = 4;
                while (1 << bits < at)
                    bits++;
                var (length, distance) = Longest(chunk, at, (0xFFFF >> bits) + 3, 1 << bits);
                if (length < 3)
                {
                    output.Add(chunk[at++]);
                    continue;
                }

                output[place] |= (byte)(1 << bit);
                var token = (distance - 1) << (16 - bits) | length - 3;
                output.AddRange([(byte)token, (byte)(token >> 8)]);
                at += length;
            }
        }

        return output;
    }

    private static (int Length, int Distance) Longest(ReadOnlySpan<byte> chunk, int at, int longest, int farthest)
    {
        var best = (Length: 0, Distance: 0);
        for (var distance = 1; distance <= Math.Min(at, farthest); distance++)
        {
            var length = 0;
            while (length < longest && at + length < chunk.Length && chunk[at + length] == chunk[at + length - distance])
                length++;
            if (length > best.Length)
                best = (length, distance);
        }

        return best;
    }
}
