using System.Buffers.Binary;
using System.Text;
using Perisai.Engine.Tests.Languages.Yara;

namespace Perisai.Engine.Tests.Modules;

/// <summary>Files of the formats that modules read.</summary>
internal static class TestFiles
{
    /// <summary>The inputs of the suite's cases for a module, each once, the shortest first.</summary>
    public static List<byte[]> Of(string module) =>
        [.. ConformanceCases.Load().Where(item => Encoding.Latin1.GetString(item.Rule).Contains($"import \"{module}\"", StringComparison.Ordinal))
            .Select(item => item.Input).DistinctBy(Convert.ToHexString).OrderBy(input => input.Length)];

    /// <summary>Copies that were cut or have some bytes changed, mostly near their start, where the headers are.</summary>
    public static IEnumerable<byte[]> Damaged(byte[] file, int count, int seed)
    {
        var random = new Random(seed);
        for (var i = 0; i < count; i++)
        {
            var copy = file.AsSpan(0, i % 4 == 0 ? random.Next(file.Length + 1) : file.Length).ToArray();
            for (var flips = random.Next(1, 12); flips > 0 && copy.Length > 8; flips--)
            {
                // The first bytes say what it is; without them there is nothing to see.
                var at = random.Next(2) == 0 ? random.Next(8, copy.Length) : random.Next(8, Math.Min(copy.Length, 512));
                copy[at] = random.Next(4) switch
                {
                    0 => 0,
                    1 => 0xFF,
                    2 => (byte)(copy[at] ^ 1 << random.Next(8)),
                    _ => (byte)random.Next(256),
                };
            }

            yield return copy;
        }
    }

    /// <summary>A fat Mach-O of some images, with one entry that points outside.</summary>
    public static byte[] Fat(IReadOnlyList<byte[]> images, bool wide)
    {
        var entry = wide ? 32 : 20;
        var start = 8 + entry * (images.Count + 1);
        using var body = new MemoryStream();
        var table = new byte[start];
        BinaryPrimitives.WriteUInt32BigEndian(table, wide ? 0xCAFEBABFu : 0xCAFEBABEu);
        BinaryPrimitives.WriteUInt32BigEndian(table.AsSpan(4), (uint)images.Count + 1);
        for (var i = 0; i <= images.Count; i++)
        {
            // The outsider is in the middle.
            var image = i == 1 ? null : images[i > 1 ? i - 1 : i];
            var at = table.AsSpan(8 + i * entry);
            if (image is not null)
            {
                // The CPU in the file's own order, which for most of them is little-endian.
                var bigEndian = image[0] == 0xFE;
                BinaryPrimitives.WriteUInt32BigEndian(at, bigEndian
                    ? BinaryPrimitives.ReadUInt32BigEndian(image.AsSpan(4)) : BinaryPrimitives.ReadUInt32LittleEndian(image.AsSpan(4)));
                BinaryPrimitives.WriteUInt32BigEndian(at[4..], (uint)i);
            }

            var (offset, size) = image is null ? (0x7000_0000u, 100u) : ((uint)(start + body.Length), (uint)image.Length);
            if (wide)
            {
                BinaryPrimitives.WriteUInt64BigEndian(at[8..], offset);
                BinaryPrimitives.WriteUInt64BigEndian(at[16..], size);
                BinaryPrimitives.WriteUInt32BigEndian(at[24..], 12);
            }
            else
            {
                BinaryPrimitives.WriteUInt32BigEndian(at[8..], offset);
                BinaryPrimitives.WriteUInt32BigEndian(at[12..], size);
                BinaryPrimitives.WriteUInt32BigEndian(at[16..], 12);
            }

            body.Write(image ?? []);
        }

        return [.. table, .. body.ToArray()];
    }
}
