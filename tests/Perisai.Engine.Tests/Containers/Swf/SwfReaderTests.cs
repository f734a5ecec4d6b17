using Perisai.Engine.Containers.Swf;

namespace Perisai.Engine.Tests.Containers.Swf;

/// <summary>Flash files that are made here, compressed by zlib and by xz.</summary>
public sealed class SwfReaderTests
{
    private static readonly byte[] _data = [.. Enumerable.Range(0, 5000).Select(n => (byte)(n * n >> 3))];

    /// <summary>A file with one tag of binary data.</summary>
    internal static byte[] Plain(byte[] data)
    {
        // A stage without size (five bits, all zero), 12 frames a second, one frame; the data's tag, and the last one.
        byte[] body =
        [
            0, 0, 12, 1, 0, .. BitConverter.GetBytes((ushort)(87 << 6 | 0x3F)), .. BitConverter.GetBytes(data.Length + 6), 1, 0, 0, 0, 0, 0, .. data, 0, 0,
        ];
        return [(byte)'F', (byte)'W', (byte)'S', 10, .. BitConverter.GetBytes(body.Length + 8), .. body];
    }

    internal static byte[] Zlib(byte[] data)
    {
        var plain = Plain(data);
        return [(byte)'C', .. plain[1..8], .. Pdf.PdfBuilder.Deflate(plain[8..])];
    }

    [Fact]
    public void Binary_data_is_a_member()
    {
        var sink = SwfReader.Instance.Read(Plain(_data));
        sink.AssertClean();
        Assert.Equal(_data, Assert.Single(sink.Members).Content);
    }

    [Fact]
    public void Compressed_files_give_the_plain_one()
    {
        var sink = SwfReader.Instance.Read(Zlib(_data));
        sink.AssertClean();
        Assert.Equal(Plain(_data), Assert.Single(sink.Members).Content);

        using var work = new WorkFolder();
        var plain = Plain(_data);
        var packed = work.RunWithInput(plain[8..], "xz", "-c", "--format=lzma");
        byte[] file = [(byte)'Z', .. plain[1..8], .. BitConverter.GetBytes(packed.Length - 13), .. packed[..5], .. packed[13..]];
        sink = SwfReader.Instance.Read(file);
        sink.AssertClean();
        Assert.Equal(plain, Assert.Single(sink.Members).Content);
    }

    [Fact]
    public void What_follows_the_file_is_a_member()
    {
        byte[] more = [.. "something else"u8];
        foreach (var file in (byte[][])[Plain(_data), Zlib(_data)])
        {
            var sink = SwfReader.Instance.Read([.. file, .. more]);
            Assert.Equal(more, sink.Members[^1].Content);
            Assert.Contains(sink.Faults, fault => fault.Id == SwfFaults.TrailingData);
        }
    }
}
