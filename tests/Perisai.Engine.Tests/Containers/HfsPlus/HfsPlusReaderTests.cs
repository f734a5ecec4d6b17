using System.Buffers.Binary;
using System.IO.Compression;
using Perisai.Engine.Tests.Containers.Volumes;

namespace Perisai.Engine.Tests.Containers.HfsPlus;

/// <summary>Volumes made here, with 7z as a second reader.</summary>
public sealed class HfsPlusReaderTests
{
    [Fact]
    public void HoldsFilesFoldersAndForks()
    {
        using var work = new WorkFolder();
        var files = work.WriteSampleFiles().Where(file => file.Key != "zeros.bin").ToDictionary();
        var builder = new HfsBuilder();
        foreach (var (name, content) in files)
            builder.Add(name, content, fragments: name == "text.txt" ? 20 : 1);
        for (var number = 0; number < 200; number++)
        {
            files[$"many/file number {number}"] = BitConverter.GetBytes(number);
            builder.Add($"many/file number {number}", BitConverter.GetBytes(number));
        }

        var image = builder.ToArray();
        VolumeRun.Read(image, FileType.HfsPlus).AssertIsExactly(files);
        work.Write("image.hfsx", image);
        work.Run("7z", "x", "-y", "-oout", "image.hfsx");
        var root = Directory.GetDirectories(work.Path("out")).Single();
        Assert.All(files, file => Assert.Equal(file.Value, File.ReadAllBytes(Path.Combine(root, file.Key))));
    }

    [Fact]
    public void ResourceForksAreMembers()
    {
        var image = new HfsBuilder().Add("program", "data"u8.ToArray(), "resource"u8.ToArray()).ToArray();
        VolumeRun.Read(image, FileType.HfsPlus).AssertIsExactly(new Dictionary<string, byte[]>
        {
            ["program"] = "data"u8.ToArray(), ["program/..namedfork/rsrc"] = "resource"u8.ToArray(),
        });
    }

    [Fact]
    public void CompressedFilesAreDecoded()
    {
        var text = System.Text.Encoding.ASCII.GetBytes(string.Join('\n', Enumerable.Range(0, 30_000)));
        var small = text[..1000];
        byte[] lzvn = [0xE0, (byte)(24 - 16), .. small[..24], 0xE4, .. small[24..28], 6, 0, 0, 0, 0, 0, 0, 0];
        var builder = new HfsBuilder();
        builder.Add("plain", [], compression: Attribute(1, 5, "plain"u8.ToArray()));
        builder.Add("zlib in the attribute", [], compression: Attribute(3, small.Length, Zlib(small)));
        builder.Add("stored in the attribute", [], compression: Attribute(3, small.Length, [0xFF, .. small]));
        builder.Add("zlib in the resource", [], ZlibResource(text), compression: Attribute(4, text.Length, []));
        builder.Add("lzvn in the attribute", [], compression: Attribute(7, 28, lzvn));
        builder.Add("lzvn in the resource", [], LzvnResource(text, lzvn), compression: Attribute(8, 65536 + 28, []));
        var sink = VolumeRun.Read(builder.ToArray(), FileType.HfsPlus);
        sink.AssertIsExactly(new Dictionary<string, byte[]>
        {
            ["plain"] = "plain"u8.ToArray(), ["zlib in the attribute"] = small, ["stored in the attribute"] = small, ["zlib in the resource"] = text,
            ["lzvn in the attribute"] = small[..28], ["lzvn in the resource"] = [.. text[..65536], .. small[..28]],
        });
        sink = VolumeRun.Read(new HfsBuilder().Add("odd", [], compression: Attribute(5, 9, [1])).ToArray(), FileType.HfsPlus);
        Assert.Equal(NotScannedReason.Unsupported, Assert.Single(sink.NotScanned).Reason);
    }

    private static byte[] Attribute(int kind, long length, byte[] content)
    {
        var attribute = new byte[16 + content.Length];
        "fpmc"u8.CopyTo(attribute);
        BinaryPrimitives.WriteInt32LittleEndian(attribute.AsSpan(4), kind);
        BinaryPrimitives.WriteInt64LittleEndian(attribute.AsSpan(8), length);
        content.CopyTo(attribute, 16);
        return attribute;
    }

    internal static byte[] Zlib(byte[] content)
    {
        var packed = new MemoryStream();
        using (var zlib = new ZLibStream(packed, CompressionLevel.Optimal, leaveOpen: true))
            zlib.Write(content);
        return packed.ToArray();
    }

    private static byte[] ZlibResource(byte[] content)
    {
        var blocks = content.Chunk(65536).Select(Zlib).ToList();
        var table = new byte[256 + 4 + 4 + blocks.Count * 8];
        BinaryPrimitives.WriteInt32BigEndian(table, 256);
        BinaryPrimitives.WriteInt32LittleEndian(table.AsSpan(260), blocks.Count);
        var at = 4 + blocks.Count * 8;
        for (var index = 0; index < blocks.Count; index++)
        {
            BinaryPrimitives.WriteInt32LittleEndian(table.AsSpan(264 + index * 8), at);
            BinaryPrimitives.WriteInt32LittleEndian(table.AsSpan(268 + index * 8), blocks[index].Length);
            at += blocks[index].Length;
        }

        return [.. table, .. blocks.SelectMany(block => block)];
    }

    private static byte[] LzvnResource(byte[] content, byte[] last)
    {
        var table = new byte[12];
        BinaryPrimitives.WriteInt32LittleEndian(table, 12);
        BinaryPrimitives.WriteInt32LittleEndian(table.AsSpan(4), 12 + 65537);
        BinaryPrimitives.WriteInt32LittleEndian(table.AsSpan(8), 12 + 65537 + last.Length);
        return [.. table, 6, .. content[..65536], .. last];
    }
}
