using System.Buffers.Binary;
using System.Diagnostics;
using Perisai.Engine.Tests.Containers.Volumes;

namespace Perisai.Engine.Tests.Containers.VirtualDisks;

/// <summary>Disks that qemu-img converts from a raw one with a file system.</summary>
public sealed class VirtualDiskTests
{
    [Theory]
    [InlineData(FileType.Vhd, "vpc", "subformat=dynamic,force_size=on")]
    [InlineData(FileType.Vhd, "vpc", "subformat=fixed,force_size=on")]
    [InlineData(FileType.Vhdx, "vhdx", "subformat=dynamic,block_size=1M")]
    [InlineData(FileType.Vhdx, "vhdx", "subformat=fixed")]
    [InlineData(FileType.Vmdk, "vmdk", "subformat=monolithicSparse")]
    [InlineData(FileType.Vmdk, "vmdk", "subformat=streamOptimized")]
    [InlineData(FileType.Qcow2, "qcow2", "compat=0.10")]
    [InlineData(FileType.Qcow2, "qcow2", "compat=1.1,cluster_size=512")]
    [InlineData(FileType.Qcow2, "qcow2", "compat=1.1,cluster_size=2M")]
    public void HandsOnTheDisk(FileType type, string format, string options)
    {
        using var work = new WorkFolder();
        var raw = RawDisk(work);
        work.Run("qemu-img", "convert", "-f", "raw", "-O", format, "-o", options, "raw", "disk");
        AssertIs(raw, VolumeRun.Read(work.Bytes("disk"), type));
    }

    [Theory]
    [InlineData("zlib")]
    [InlineData("zstd")]
    public void DecodesCompressedClusters(string method)
    {
        using var work = new WorkFolder();
        var raw = RawDisk(work);
        work.Run("qemu-img", "convert", "-c", "-f", "raw", "-O", "qcow2", "-o", $"compression_type={method}", "raw", "disk");
        AssertIs(raw, VolumeRun.Read(work.Bytes("disk"), FileType.Qcow2));
    }

    [Fact]
    public void ClustersThatCannotBeDecodedAreALoss()
    {
        using var work = new WorkFolder();
        RawDisk(work);
        work.Run("qemu-img", "convert", "-c", "-f", "raw", "-O", "qcow2", "raw", "disk");
        var image = work.Bytes("disk");
        var second = (int)(BinaryPrimitives.ReadInt64BigEndian(image.AsSpan((int)BinaryPrimitives.ReadInt64BigEndian(image.AsSpan(40)))) & 0xFFFFFFFFFFFF);
        // The first compressed cluster: no deflate stream begins with these bytes.
        while ((image[second] & 0x40) == 0)
            second += 8;
        image.AsSpan((int)(BinaryPrimitives.ReadInt64BigEndian(image.AsSpan(second)) & 0xFFFFFFFFFFFF), 8).Fill(0xFF);
        Assert.Contains(VolumeRun.Read(image, FileType.Qcow2).Losses, loss => loss.Id == "qcow2.bad-block");
    }

    [Fact]
    public void OtherFilesThatAreNeededAreReported()
    {
        using var work = new WorkFolder();
        RawDisk(work);
        work.Run("qemu-img", "convert", "-f", "raw", "-O", "vmdk", "-o", "subformat=monolithicFlat", "raw", "flat.vmdk");
        Assert.Equal([("flat-flat.vmdk", NotScannedReason.MissingVolume)], Reasons(VolumeRun.Read(work.Bytes("flat.vmdk"), FileType.Vmdk)));
        work.Run("qemu-img", "create", "-q", "-f", "qcow2", "-b", "raw", "-F", "raw", "child");
        Assert.Equal([("backing file", NotScannedReason.MissingVolume)], Reasons(VolumeRun.Read(work.Bytes("child"), FileType.Qcow2)));
        // The program itself measures its processor for LUKS, and fails on a busy one: its method is set in the header by hand.
        work.Run("qemu-img", "create", "-q", "-f", "qcow2", "secret", "1M");
        var secret = work.Bytes("secret");
        secret[35] = 2;
        Assert.Equal([("disk", NotScannedReason.Encrypted)], Reasons(VolumeRun.Read(secret, FileType.Qcow2)));
    }

    /// <summary>Two terabytes, of which a few files are there: found inside, and in no time.</summary>
    [Theory]
    [InlineData("vpc", "subformat=dynamic,force_size=on", "2000G")]
    [InlineData("vhdx", "subformat=dynamic", "2000G")]
    [InlineData("vmdk", "subformat=monolithicSparse", "2000G")]
    [InlineData("qcow2", "cluster_size=64k", "2000G")]
    public void HolesCostNothing(string format, string options, string size)
    {
        using var work = new WorkFolder();
        work.Write("files/a/marker", Hostile.MarkerDefinitions.Marker);
        work.Run("truncate", "-s", size, "raw");
        // One FAT volume at the start, and at the far end another marker between partitions.
        work.Write("fat", new byte[16 << 20]);
        work.Run("mkfs.vfat", "-F", "16", "fat");
        work.Run("mcopy", "-s", "-i", "fat", "files/a", "::");
        work.RunWithInput("label: gpt\nstart=2048,size=32768\n"u8.ToArray(), "sfdisk", "-q", "--no-reread", "--no-tell-kernel", "raw");
        using (var disk = File.OpenWrite(work.Path("raw")))
        {
            disk.Position = 1 << 20;
            disk.Write(work.Bytes("fat"));
            disk.Position = 1900L << 30;
            disk.Write(Hostile.MarkerDefinitions.Marker);
        }

        work.Run("qemu-img", "convert", "-f", "raw", "-O", format, "-o", options, "raw", "disk");
        using var definitions = new Hostile.MarkerDefinitions();
        using var scanner = new Scanner(definitions.Set, new() { AllMatches = true });
        using var source = new FileByteSource(work.Path("disk"));
        var clock = Stopwatch.StartNew();
        var report = scanner.Scan(source, "disk");
        Assert.True(clock.Elapsed < TimeSpan.FromSeconds(10), $"{clock.Elapsed}");
        var paths = report.Findings.OfType<Detection>().Select(found => string.Join(" > ", found.Path.Skip(1))).ToList();
        Assert.Contains("disk > partition-1 > a/marker", paths);
        Assert.Contains(paths, path => path.StartsWith("disk > gap-", StringComparison.Ordinal));
        Assert.DoesNotContain(report.Findings, finding => finding is NotScanned);
    }

    /// <summary>A disk without any table, on which an archive lies behind a gigabyte of nothing.</summary>
    [Fact]
    public void MarksBehindHolesAreFoundInTheirPlace()
    {
        using var work = new WorkFolder();
        work.Write("marker", [.. new byte[3000], .. Hostile.MarkerDefinitions.Marker]);
        work.Run("zip", "-q", "-9", "a.zip", "marker");
        work.Run("truncate", "-s", "2G", "raw");
        using (var disk = File.OpenWrite(work.Path("raw")))
        {
            disk.Write([1, 2, 3]);
            disk.Position = 1L << 30;
            disk.Write(work.Bytes("a.zip"));
        }

        work.Run("qemu-img", "convert", "-f", "raw", "-O", "qcow2", "raw", "disk");
        using var definitions = new Hostile.MarkerDefinitions();
        using var scanner = new Scanner(definitions.Set, new() { AllMatches = true });
        using var source = new FileByteSource(work.Path("disk"));
        var report = scanner.Scan(source, "disk");
        Assert.Contains(report.Findings.OfType<Detection>(), found => found.Path[^1] == "marker");
    }

    [Fact]
    public void BlocksThatAreAllTheSameAreABomb()
    {
        using var work = new WorkFolder();
        work.Run("truncate", "-s", "100G", "raw");
        using (var disk = File.OpenWrite(work.Path("raw")))
            disk.Write(new byte[] { 1 });
        work.Run("qemu-img", "convert", "-f", "raw", "-O", "vpc", "-o", "subformat=dynamic,force_size=on", "raw", "disk");
        var image = work.Bytes("disk");
        var table = (int)BinaryPrimitives.ReadInt64BigEndian(image.AsSpan(512 + 16));
        var count = BinaryPrimitives.ReadInt32BigEndian(image.AsSpan(512 + 28));
        for (var index = 1; index < count; index++)
            image.AsSpan(table, 4).CopyTo(image.AsSpan(table + index * 4));
        var sink = VolumeRun.Read(image, FileType.Vhd);
        Assert.Equal("vhd.overlapping-entries", Assert.Single(sink.Faults).Id);
        Assert.Equal(NotScannedReason.OverBudget, Assert.Single(sink.NotScanned).Reason);
    }

    private static List<(string Name, NotScannedReason Reason)> Reasons(RecordingSink sink) =>
        [.. sink.NotScanned.Select(entry => (entry.Name, entry.Reason))];

    private static byte[] RawDisk(WorkFolder work)
    {
        work.WriteSampleFiles();
        work.Run("mke2fs", "-q", "-F", "-t", "ext4", "-O", "^has_journal", "-d", "files", "raw", "20M");
        return work.Bytes("raw");
    }

    private static void AssertIs(byte[] raw, RecordingSink sink)
    {
        sink.AssertClean();
        var disk = Assert.Single(sink.Members);
        Assert.Equal("disk", disk.Name);
        Assert.True(disk.Content.AsSpan(0, raw.Length).SequenceEqual(raw));
        Assert.False(disk.Content.AsSpan(raw.Length).ContainsAnyExcept((byte)0));
    }
}
