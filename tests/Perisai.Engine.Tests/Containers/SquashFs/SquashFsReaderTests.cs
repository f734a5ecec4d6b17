using Perisai.Engine.Tests.Containers.Volumes;

namespace Perisai.Engine.Tests.Containers.SquashFs;

/// <summary>Images that mksquashfs makes.</summary>
public sealed class SquashFsReaderTests
{
    [Theory]
    [InlineData("-comp", "gzip")]
    [InlineData("-comp", "gzip", "-b", "4096", "-no-fragments")]
    [InlineData("-comp", "gzip", "-noI", "-noD", "-noF")]
    [InlineData("-comp", "gzip", "-always-use-fragments", "-b", "1048576")]
    [InlineData("-comp", "xz")]
    [InlineData("-comp", "lz4")]
    [InlineData("-comp", "zstd")]
    [InlineData("-comp", "lzma")]
    public void HoldsTheFilesOfAFolder(params string[] options)
    {
        using var work = new WorkFolder();
        var files = work.WriteSampleFiles();
        for (var number = 0; number < 1500; number++)
            files[$"many/{number} {new string('x', number % 60)}"] = work.Write($"files/many/{number} {new string('x', number % 60)}", BitConverter.GetBytes(number));
        File.CreateSymbolicLink(work.Path("files/link"), "one");
        work.Run("mksquashfs", ["files", "image", "-quiet", "-no-progress", .. options]);
        VolumeRun.Read(work.Bytes("image"), FileType.SquashFs).AssertIsExactly(files);
    }

    [Fact]
    public void EqualFilesAreHandedOnOnce()
    {
        using var work = new WorkFolder();
        foreach (var name in (string[])["a", "b", "c"])
            work.Write($"files/{name}", [1, 2, 3, 4]);
        work.Run("mksquashfs", "files", "image", "-quiet", "-no-progress");
        Assert.Equal("a", Assert.Single(VolumeRun.Read(work.Bytes("image"), FileType.SquashFs).Members).Name);
    }

    [Fact]
    public void OneDamagedBlockLosesOnlyItself()
    {
        using var work = new WorkFolder();
        var text = System.Text.Encoding.ASCII.GetBytes(string.Join('\n', Enumerable.Range(0, 80_000)));
        work.Write("files/text", text);
        work.Run("mksquashfs", "files", "image", "-quiet", "-no-progress", "-no-fragments");
        var image = work.Bytes("image");
        image.AsSpan(100, 8).Fill(0xFF);
        var sink = VolumeRun.Read(image, FileType.SquashFs);
        Assert.Contains("decoder-failed", Assert.Single(sink.Faults).Id);
        var found = Assert.Single(sink.Members).Content;
        Assert.Equal(text.Length, found.Length);
        Assert.True(found.AsSpan(131072).SequenceEqual(text.AsSpan(131072)));
    }

    [Fact]
    public void OlderVersionsAreReported()
    {
        var image = new byte[4096];
        "hsqs"u8.CopyTo(image);
        image[28] = 3;
        var sink = VolumeRun.Read(image, FileType.SquashFs);
        Assert.Equal(NotScannedReason.Unsupported, Assert.Single(sink.NotScanned).Reason);
    }
}
