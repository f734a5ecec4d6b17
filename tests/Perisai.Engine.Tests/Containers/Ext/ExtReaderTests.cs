using Perisai.Engine.Tests.Containers.Volumes;

namespace Perisai.Engine.Tests.Containers.Ext;

/// <summary>Volumes that mke2fs makes, with every way of laying files out.</summary>
public sealed class ExtReaderTests
{
    [Theory]
    [InlineData("-t", "ext2", "-b", "1024")]
    [InlineData("-t", "ext2", "-b", "4096", "-O", "^sparse_super,^resize_inode")]
    [InlineData("-t", "ext3", "-b", "1024")]
    [InlineData("-t", "ext4", "-b", "1024")]
    [InlineData("-t", "ext4", "-b", "4096")]
    [InlineData("-t", "ext4", "-O", "64bit,metadata_csum", "-I", "512")]
    [InlineData("-t", "ext4", "-O", "inline_data", "-I", "256")]
    [InlineData("-t", "ext4", "-O", "meta_bg,^resize_inode", "-b", "1024", "-g", "1024", "-N", "4096")]
    [InlineData("-t", "ext4", "-O", "^extent,^64bit", "-b", "2048")]
    [InlineData("-t", "ext4", "-O", "bigalloc,^resize_inode", "-b", "1024", "-C", "16384")]
    public void HoldsTheFilesOfAFolder(params string[] options)
    {
        using var work = new WorkFolder();
        var files = work.WriteSampleFiles();
        for (var number = 0; number < 400; number++)
            files[$"many/{number} {new string('x', number % 60)}"] = work.Write($"files/many/{number} {new string('x', number % 60)}", BitConverter.GetBytes(number));
        // mke2fs keeps the first 60 bytes of sparse files inline, which no system can read.
        if (options.Contains("inline_data") && files.Remove("zeros.bin"))
            File.Delete(work.Path("files/zeros.bin"));
        File.CreateSymbolicLink(work.Path("files/link"), "one");
        work.Run("mke2fs", ["-q", "-F", .. options, "-d", "files", "image", "16M"]);
        VolumeRun.Read(work.Bytes("image"), FileType.Ext).AssertIsExactly(files);
    }

    /// <summary>Behind 64 MiB, blocks of 1 KiB need numbers that are indirect three times.</summary>
    [Theory]
    [InlineData("ext2")]
    [InlineData("ext4")]
    public void ReadsLongAndSparseFiles(string type)
    {
        using var work = new WorkFolder();
        var dense = new byte[3_000_017];
        new Random(3).NextBytes(dense);
        work.Write("files/dense", dense);
        using (var sparse = File.Create(work.Path("files/sparse")))
        {
            sparse.Write(dense);
            sparse.Position = 70_000_000;
            sparse.Write(dense);
        }

        work.Run("mke2fs", "-q", "-F", "-t", type, "-b", "1024", "-d", "files", "image", "16M");
        var sink = VolumeRun.Read(work.Bytes("image"), FileType.Ext);
        sink.AssertClean();
        var found = sink.Members.ToDictionary(member => member.Name, member => member.Content);
        Assert.True(found["dense"].AsSpan().SequenceEqual(dense));
        Assert.Equal(70_000_000 + dense.Length, found["sparse"].Length);
        Assert.True(found["sparse"].AsSpan(0, dense.Length).SequenceEqual(dense));
        Assert.False(found["sparse"].AsSpan(dense.Length, 70_000_000 - dense.Length).ContainsAnyExcept((byte)0));
        Assert.True(found["sparse"].AsSpan(70_000_000).SequenceEqual(dense));
    }

    [Fact]
    public void HandsOnLinkedFilesOnce()
    {
        using var work = new WorkFolder();
        work.Write("files/a", [.. "linked"u8]);
        work.Run("ln", "files/a", "files/b");
        work.Run("mke2fs", "-q", "-F", "-t", "ext4", "-d", "files", "image", "4M");
        Assert.Equal("linked"u8, Assert.Single(VolumeRun.Read(work.Bytes("image"), FileType.Ext).Members).Content);
    }

    [Fact]
    public void ADirectoryThatHoldsItselfEnds()
    {
        using var work = new WorkFolder();
        work.Write("files/dir/inner/file", [1, 2, 3]);
        work.Run("mke2fs", "-q", "-F", "-t", "ext4", "-d", "files", "image", "4M");
        work.Run("debugfs", "-w", "-R", "link dir dir/inner/again", "image");
        var sink = VolumeRun.Read(work.Bytes("image"), FileType.Ext);
        Assert.Equal("dir/inner/file", Assert.Single(sink.Members).Name);
    }

    [Fact]
    public void SaysThatAVolumeIsCut()
    {
        using var work = new WorkFolder();
        work.WriteSampleFiles();
        work.Run("mke2fs", "-q", "-F", "-t", "ext4", "-d", "files", "image", "8M");
        var sink = VolumeRun.Read(work.Bytes("image")[..(1 << 20)], FileType.Ext);
        Assert.Contains(sink.Faults, fault => fault.Id == "ext.truncated");
        Assert.NotEmpty(sink.Losses);
    }
}
