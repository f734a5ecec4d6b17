using System.IO.Compression;
using Perisai.Engine.Containers.Appended;
using Perisai.Engine.Containers.DotNetBundle;

namespace Perisai.Engine.Tests.Containers.DotNetBundle;

public sealed class DotNetBundleReaderTests
{
    private static readonly byte[] _first = [.. "the first file "u8, .. new byte[3000]];
    private static readonly byte[] _second = "the second file"u8.ToArray();

    [Theory]
    [InlineData(1, false)]
    [InlineData(2, false)]
    [InlineData(6, false)]
    [InlineData(6, true)]
    public void HandsOnAllFiles(int version, bool compressed)
    {
        var sink = Read(Build(version, compressed, ("dir/first.dll", _first), ("second.json", _second)));
        sink.AssertClean();
        Assert.Equal(["dir/first.dll", "second.json"], sink.Members.Select(member => member.Name));
        Assert.Equal(_first, sink.Members[0].Content);
        Assert.Equal(_second, sink.Members[1].Content);
    }

    [Fact]
    public void AHostWithoutABundleHoldsNothing()
    {
        var bundle = Build(6, false, ("a", _first));
        bundle.AsSpan(100, 8).Clear();
        var sink = Read(bundle);
        sink.AssertClean();
        Assert.Empty(sink.Members);
    }

    [Fact]
    public void FilesOverOneAnotherAreALoss()
    {
        var files = Enumerable.Range(0, 3).Select(index => ($"{index}", _first)).ToArray();
        var bundle = Build(6, false, files);
        // All of them at the place and of the length of everything behind the mark.
        var header = (int)BitConverter.ToInt64(bundle, 100);
        for (int index = 0, at = header + 12 + 3 + 40; index < 3; index++, at += 24 + 1 + 2)
        {
            BitConverter.TryWriteBytes(bundle.AsSpan(at), 200L);
            BitConverter.TryWriteBytes(bundle.AsSpan(at + 8), bundle.Length - 200L);
        }

        Assert.Equal([DotNetBundleFaults.Overlapping], Read(bundle).Losses.Select(loss => loss.Id));
    }

    [Fact]
    public void CutsAreLosses()
    {
        var bundle = Build(6, true, ("dir/first.dll", _first), ("second.json", _second));
        Assert.Contains(DotNetBundleFaults.Truncated, Read(bundle[..^1]).Losses.Select(loss => loss.Id));
    }

    [Fact]
    public void SurvivesDamage() => new AppendedReader().AssertSurvivesDamage(Build(6, true, ("dir/first.dll", _first), ("second.json", _second)), 72);

    private static RecordingSink Read(byte[] bytes) => new AppendedReader().Read(bytes);

    /// <summary>A host of 200 bytes with the mark at 108, the files, the header.</summary>
    private static byte[] Build(int version, bool compressed, params (string Path, byte[] Content)[] files)
    {
        byte[] mark =
        [
            0x8B, 0x12, 0x02, 0xB9, 0x6A, 0x61, 0x20, 0x38, 0x72, 0x7B, 0x93, 0x02, 0x14, 0xD7, 0xA0, 0x32,
            0x13, 0xF5, 0xB9, 0xE6, 0xEF, 0xAE, 0x33, 0x18, 0xEE, 0x3B, 0x2D, 0xCE, 0x24, 0xB3, 0x6A, 0xAE,
        ];
        var bundle = new MemoryStream();
        bundle.Write(new byte[200]);
        var rows = new MemoryStream();
        using var writer = new BinaryWriter(rows);
        writer.Write(version);
        writer.Write(0);
        writer.Write(files.Length);
        writer.Write("id");
        if (version >= 2)
            writer.Write(new byte[40]);
        foreach (var (path, content) in files)
        {
            var at = bundle.Length;
            if (compressed)
            {
                using var deflate = new DeflateStream(bundle, CompressionLevel.Optimal, leaveOpen: true);
                deflate.Write(content);
            }
            else
            {
                bundle.Write(content);
            }

            writer.Write(at);
            writer.Write((long)content.Length);
            if (version >= 6)
                writer.Write(compressed ? bundle.Length - at : 0);
            writer.Write((byte)1);
            writer.Write(path);
        }

        writer.Flush();
        var header = bundle.Length;
        bundle.Write(rows.ToArray());
        var result = bundle.ToArray();
        BitConverter.TryWriteBytes(result.AsSpan(100), header);
        mark.CopyTo(result, 108);
        return result;
    }
}
