using Perisai.Engine.Tests.Containers.Volumes;

namespace Perisai.Engine.Tests.Containers.Udf;

/// <summary>Images of genisoimage, with and without their ISO 9660 view; volumes of mkudffs; and partitions of every kind, made here.</summary>
public sealed class UdfReaderTests
{
    private const int Sector = 2048;

    [Fact]
    public void ReadsAnImageWithoutItsOtherView()
    {
        using var work = new WorkFolder();
        var files = work.WriteSampleFiles();
        work.Run("genisoimage", "-quiet", "-udf", "-J", "-R", "-joliet-long", "-o", "image", "files");
        var image = work.Bytes("image");
        // The three marks of UDF stand behind the descriptors of ISO 9660; they take their place.
        var marks = image.AsSpan().IndexOf("BEA01"u8) - 1;
        image.AsSpan(marks, 3 * Sector).CopyTo(image.AsSpan(16 * Sector));
        image.AsSpan(19 * Sector, marks - 16 * Sector).Clear();
        VolumeRun.Read(image, FileType.Udf).AssertIsExactly(files);
    }

    [Fact]
    public void WhatOnlyOneViewShowsIsFoundAndTheRestOnce()
    {
        using var work = new WorkFolder();
        var files = work.WriteSampleFiles();
        work.Run("genisoimage", "-quiet", "-udf", "-R", "-hide", "noise.bin", "-o", "image", "files");
        var sink = VolumeRun.Read(work.Bytes("image"), FileType.Iso9660);
        sink.AssertHolds(files);
        sink.AssertClean();
        Assert.Equal(files.Count, sink.Members.Count);
        Assert.Equal("noise.bin", sink.Members[^1].Name);
    }

    [Theory]
    [InlineData(UdfKind.Plain)]
    [InlineData(UdfKind.Virtual)]
    [InlineData(UdfKind.Sparable)]
    [InlineData(UdfKind.Metadata)]
    public void ReadsPartitionsOfEveryKind(UdfKind kind)
    {
        var noise = new byte[20_000];
        new Random(11).NextBytes(noise);
        var builder = new UdfBuilder(kind);
        builder.Add("short.txt", "short"u8.ToArray());
        builder.Add("Привет.bin", noise);
        builder.Add("other.bin", noise[3000..9000]);
        VolumeRun.Read(builder.ToArray(), FileType.Udf).AssertIsExactly(new Dictionary<string, byte[]>
        {
            ["short.txt"] = "short"u8.ToArray(), ["Привет.bin"] = noise, ["other.bin"] = noise[3000..9000],
        });
    }

    [Theory]
    [InlineData("512", "hd")]
    [InlineData("2048", "hd")]
    [InlineData("4096", "hd")]
    [InlineData("2048", "dvdram")]
    [InlineData("2048", "cdrw")]
    [InlineData("2048", "cdr")]
    public void NewVolumesAreEmpty(string blockLength, string medium)
    {
        using var work = new WorkFolder();
        work.Write("image", new byte[16 << 20]);
        work.Run("mkudffs", "-b", blockLength, $"--media-type={medium}", "image");
        var sink = VolumeRun.Read(work.Bytes("image"), FileType.Udf);
        sink.AssertClean();
        Assert.All(sink.Members, member => Assert.Empty(member.Content));
    }
}
