using System.IO.Compression;
using System.IO.Hashing;
using System.Security.Cryptography;
using System.Text;

namespace Perisai.Engine.Tests.Containers.Inno;

/// <summary>
/// Writes installers of Inno Setup 5.5.0 (Unicode), after its public structures: one solid chunk, or a chunk for each file. innoextract takes them for such.
/// </summary>
internal static class InnoBuilder
{
    public static readonly string[] Methods = ["stored", "zlib", "bzip2", "lzma", "lzma2"];

    /// <param name="work">Where programs compress.</param>
    /// <param name="method">One of <see cref="Methods"/>.</param>
    /// <param name="isSolid">Whether all files are in one chunk.</param>
    /// <param name="flags">Further flags of every file: 16 is the filter for programs, 64 encryption.</param>
    public static byte[] Build(WorkFolder work, string method, bool isSolid, int flags, params (string Name, byte[] Content)[] files)
    {
        var program = new Pe.ProgramBuilder().Add(".text", new byte[600]).ToArray();
        List<byte> data = [], locations = [], entries = [];
        var contents = files.Select(file => (flags & 16) != 0 ? Filter(file.Content) : file.Content).ToArray();
        for (var index = 0; index < files.Length; index++)
        {
            var isFirst = index == 0 || !isSolid;
            byte[] chunk = isFirst ? Compress(work, method, isSolid ? [.. contents.SelectMany(content => content)] : contents[index]) : [];
            if (isFirst)
                data.AddRange([(byte)'z', (byte)'l', (byte)'b', 0x1A, .. chunk]);
            var length = isFirst ? chunk.Length : data.Count - 4;
            locations.AddRange([.. new byte[8], .. BitConverter.GetBytes(data.Count - length - 4),
                .. BitConverter.GetBytes(isSolid ? contents.Take(index).Sum(content => (long)content.Length) : 0L),
                .. BitConverter.GetBytes((long)contents[index].Length), .. BitConverter.GetBytes((long)length), .. SHA1.HashData(files[index].Content),
                .. BitConverter.GetBytes(0x01D000000000000L), .. new byte[8], (byte)(flags | (method == "stored" ? 0 : 128)), 0]);
            entries.AddRange([0, 0, 0, 0, .. Text("{app}\\" + files[index].Name), .. new byte[4 * 8], .. new byte[20], .. BitConverter.GetBytes(index),
                .. new byte[4], .. new byte[8], 0xFF, 0xFF, .. new byte[4], 0]);
        }

        byte[] header = [.. Text("Test"), .. Text("Test 1"), .. Text("test"), .. new byte[4 * 8], .. Text("{pf}\\Test"), .. new byte[4 * 19],
            .. new byte[4 * 7], .. BitConverter.GetBytes(files.Length), .. BitConverter.GetBytes(files.Length), .. new byte[4 * 7],
            .. new byte[20], .. new byte[12], .. new byte[28], .. new byte[8], 1, 0, 0, 0, 0, 0, 0, 0, 0, (byte)Array.IndexOf(Methods, method), 7, 0, 0, 0, .. new byte[8], .. new byte[6],
            .. entries, .. new byte[8], .. method is "stored" or "lzma" or "lzma2" ? [] : new byte[4]];
        byte[] setup = [.. "Inno Setup Setup Data (5.5.0) (u)"u8, .. new byte[31], .. Block(work, header), .. Block(work, [.. locations])];
        byte[] table = [.. "rDlPtS"u8, 0xCD, 0xE6, 0xD7, 0x7B, 0x0B, 0x2A, 1, 0, 0, 0, .. new byte[4], .. new byte[12],
            .. BitConverter.GetBytes(program.Length + 44 + data.Count), .. BitConverter.GetBytes(program.Length + 44)];
        // The old way to tell where the table is, which is read as well.
        "Inno"u8.CopyTo(program.AsSpan(0x30));
        BitConverter.TryWriteBytes(program.AsSpan(0x34), program.Length);
        BitConverter.TryWriteBytes(program.AsSpan(0x38), ~program.Length);
        return [.. program, .. table, .. BitConverter.GetBytes(Crc32.HashToUInt32(table)), .. data, .. setup];
    }

    /// <summary>A file of headers alone, with a text in them and no files.</summary>
    public static byte[] Headers(WorkFolder work, byte[] content) =>
        [.. "Inno Setup Setup Data (6.2.0) (u)"u8, .. new byte[31], .. Block(work, content), .. Block(work, [])];

    private static byte[] Text(string text) => [.. BitConverter.GetBytes(text.Length * 2), .. Encoding.Unicode.GetBytes(text)];

    private static byte[] Block(WorkFolder work, byte[] content)
    {
        var packed = Compress(work, "lzma", content);
        byte[] pieces = [.. Enumerable.Range(0, (packed.Length + 4095) / 4096).Select(index => packed[(4096 * index)..Math.Min(packed.Length, 4096 * (index + 1))])
            .SelectMany(piece => BitConverter.GetBytes(Crc32.HashToUInt32(piece)).Concat(piece))];
        byte[] head = [.. BitConverter.GetBytes(pieces.Length), 1];
        return [.. BitConverter.GetBytes(Crc32.HashToUInt32(head)), .. head, .. pieces];
    }

    private static byte[] Compress(WorkFolder work, string method, byte[] content)
    {
        switch (method)
        {
            case "stored":
                return content;
            case "zlib":
                var packed = new MemoryStream();
                using (var zlib = new ZLibStream(packed, CompressionLevel.Optimal, leaveOpen: true))
                    zlib.Write(content);
                return packed.ToArray();
            case "bzip2":
                return work.RunWithInput(content, "bzip2", "-c");
            case "lzma":
                var alone = work.RunWithInput(content, "xz", "-c", "--format=lzma");
                return [.. alone[..5], .. alone[13..]];
            default:
                // A dictionary of 8 MiB.
                return [22, .. work.RunWithInput(content, "xz", "-c", "--format=raw", "--lzma2=dict=8MiB")];
        }
    }

    /// <summary>What the compiler does to programs since 5.3.9.</summary>
    private static byte[] Filter(byte[] content)
    {
        var bytes = content.ToArray();
        for (var start = 0; start < bytes.Length; start += 65536)
        {
            var end = Math.Min(start + 65536, bytes.Length);
            for (var at = start; at < end - 4;)
            {
                if (bytes[at++] is not (0xE8 or 0xE9))
                    continue;
                at += 4;
                if (bytes[at - 1] is not (0 or 0xFF))
                    continue;
                var distance = bytes[at - 4] | bytes[at - 3] << 8 | bytes[at - 2] << 16;
                if ((distance & 0x800000) != 0)
                    bytes[at - 1] = (byte)~bytes[at - 1];
                var target = distance + (at & 0xFFFFFF);
                (bytes[at - 4], bytes[at - 3], bytes[at - 2]) = ((byte)target, (byte)(target >> 8), (byte)(target >> 16));
            }
        }

        return bytes;
    }
}
