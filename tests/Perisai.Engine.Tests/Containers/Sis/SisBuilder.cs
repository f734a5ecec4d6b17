using System.IO.Compression;
using System.Text;

namespace Perisai.Engine.Tests.Containers.Sis;

/// <summary>Writes installation files of both kinds.</summary>
internal static class SisBuilder
{
    /// <summary>Symbian 6 to 8: the first file in two languages, the others in one.</summary>
    public static byte[] BuildOld(params (string Name, byte[] Content)[] files)
    {
        const int Records = 100;
        var head = new List<byte>(new byte[Records]);
        var lengths = files.Select((_, index) => index == 0 ? 28 + 24 + 8 : 28 + 12 + 8).ToArray();
        var tail = new List<byte>();
        var start = Records + lengths.Sum();
        for (var index = 0; index < files.Length; index++)
        {
            var name = Encoding.Unicode.GetBytes("C:\\" + files[index].Name);
            var nameAt = start + tail.Count;
            tail.AddRange(name);
            var data = Deflate(files[index].Content);
            var dataAt = start + tail.Count;
            tail.AddRange(data);
            Add(index == 0 ? 1 : 0, 0, 0, 0, 0, name.Length, nameAt);
            if (index == 0)
                Add(data.Length, data.Length, dataAt, dataAt, files[index].Content.Length, files[index].Content.Length);
            else
                Add(data.Length, dataAt, files[index].Content.Length);
            Add(0, 0);
        }

        var bytes = (byte[])[.. head, .. tail];
        new byte[] { 0, 0, 0, 1, 0x12, 0x3A, 0, 0x10, 0x19, 4, 0, 0x10 }.CopyTo(bytes, 0);
        (bytes[18], bytes[20], bytes[32], bytes[36], bytes[52]) = (2, (byte)files.Length, 200, 1, Records);
        return bytes;

        void Add(params int[] values) => head.AddRange(values.SelectMany(BitConverter.GetBytes));
    }

    /// <summary>Symbian 9: a compressed controller, then a list of units with a list of files.</summary>
    public static byte[] BuildNew(byte[] controller, params byte[][] files)
    {
        var data = List(32, [.. files.Select((file, index) => Field(3, Compressed(file, index % 2 == 0)))]);
        var units = List(31, Field(2, data));
        return
        [
            0x7A, 0x1A, 0x20, 0x10, 0, 0, 0, 0, 0, 0, 0, 0, 1, 2, 3, 4,
            .. Field(12, [.. Field(34, [1, 2]), .. Field(35, [3, 4]), .. Field(3, Compressed(controller, true)), .. Field(30, Field(2, units))]),
        ];
    }

    private static byte[] Field(int kind, byte[] data) => [.. BitConverter.GetBytes(kind), .. Length(data)];

    private static byte[] Length(byte[] data) => [.. BitConverter.GetBytes(data.Length), .. data, .. new byte[-data.Length & 3]];

    private static byte[] List(int kind, params byte[][] elements) => [.. BitConverter.GetBytes(kind), .. elements.SelectMany(Length)];

    private static byte[] Compressed(byte[] content, bool deflated) =>
        [.. BitConverter.GetBytes(deflated ? 1 : 0), .. BitConverter.GetBytes(content.LongLength), .. deflated ? Deflate(content) : content];

    private static byte[] Deflate(byte[] content)
    {
        using var packed = new MemoryStream();
        using (var zlib = new ZLibStream(packed, CompressionLevel.Optimal, true))
            zlib.Write(content);
        return packed.ToArray();
    }
}
