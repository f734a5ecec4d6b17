using Perisai.Engine.Tests.Containers.Volumes;

namespace Perisai.Engine.Tests.Containers.Fat;

/// <summary>Volumes of mkfs.fat that mtools fills, and one of exFAT made here.</summary>
public sealed class FatReaderTests
{
    [Theory]
    [InlineData("12", 4, 8)]
    [InlineData("16", 20, 2)]
    [InlineData("32", 48, 1)]
    public void HoldsTheFilesOfAFolder(string width, int mebibytes, int sectorsPerCluster)
    {
        using var work = new WorkFolder();
        var files = work.WriteSampleFiles();
        // mtools drops what is not in its code page.
        files.Remove("deep/grün.txt");
        File.Delete(work.Path("files/deep/grün.txt"));
        for (var number = 0; number < 300; number++)
            files[$"many/Number {number} of many.txt"] = work.Write($"files/many/Number {number} of many.txt", BitConverter.GetBytes(number));
        var image = Make(work, width, mebibytes, sectorsPerCluster);
        work.Run("mcopy", ["-s", "-i", "image", .. Directory.GetFileSystemEntries(work.Path("files")), "::"]);
        Assert.Equal(mebibytes << 20, image.Length);
        VolumeRun.Read(work.Bytes("image"), FileType.Fat).AssertIsExactly(files);
    }

    [Fact]
    public void ReadsFragmentedFilesAndNoDeletedOnes()
    {
        using var work = new WorkFolder();
        Make(work, "16", 20, 2);
        var small = new byte[3000];
        for (var number = 0; number < 100; number++)
        {
            Array.Fill(small, (byte)number);
            work.Write("small", small);
            work.Run("mcopy", "-i", "image", "small", $"::s{number}");
        }

        for (var number = 0; number < 100; number += 2)
            work.Run("mdel", "-i", "image", $"::s{number}");
        // The allocation goes on where it was; the rest of the volume is filled first.
        var large = new byte[19_800_000];
        new Random(5).NextBytes(large);
        work.Write("large", large);
        work.Run("mcopy", "-i", "image", "large", "::large");
        var sink = VolumeRun.Read(work.Bytes("image"), FileType.Fat);
        sink.AssertClean();
        Assert.Equal(51, sink.Members.Count);
        var found = sink.Members.Single(member => member.Name == "large");
        Assert.False(found.FromSlice && found.Content.Length == 0);
        Assert.True(found.Content.AsSpan().SequenceEqual(large));
    }

    [Fact]
    public void AChainThatLoopsIsALoss()
    {
        using var work = new WorkFolder();
        Make(work, "16", 20, 2);
        work.Write("long", new byte[40_000]);
        work.Run("mcopy", "-i", "image", "long", "::long");
        var image = work.Bytes("image");
        // Reserved sectors, then the table: the fifth cluster of the file leads back to its first.
        var table = BitConverter.ToUInt16(image, 14) * 512;
        image[table + 2 * 6] = 2;
        image[table + 2 * 6 + 1] = 0;
        image[table + 2 * 3] = 0;
        image[table + 2 * 3 + 1] = 0;
        var sink = VolumeRun.Read(image, FileType.Fat);
        Assert.Contains(sink.Losses, loss => loss.Id == "fat.bad-chain");
    }

    [Fact]
    public void ReadsExFat()
    {
        var noise = new byte[5000];
        new Random(6).NextBytes(noise);
        var builder = new ExFatBuilder();
        builder.Add("contiguous file with a long name.bin", noise, isContiguous: true);
        builder.Add("chained", noise[..4000], isContiguous: false);
        builder.Add("empty", [], isContiguous: false);
        VolumeRun.Read(builder.ToArray(), FileType.Fat).AssertIsExactly(new Dictionary<string, byte[]>
        {
            ["contiguous file with a long name.bin"] = noise, ["chained"] = noise[..4000], ["empty"] = [],
        });
    }

    private static byte[] Make(WorkFolder work, string width, int mebibytes, int sectorsPerCluster)
    {
        work.Write("image", new byte[mebibytes << 20]);
        work.Run("mkfs.vfat", "-F", width, "-s", $"{sectorsPerCluster}", "image");
        return work.Bytes("image");
    }
}
