using System.Buffers.Binary;
using System.Text;
using Perisai.Engine.Containers;
using Perisai.Engine.Tests.Containers.Volumes;

namespace Perisai.Engine.Tests.Containers.Disks;

/// <summary>Tables that sfdisk writes, and an Apple partition map made here.</summary>
public sealed class DiskReaderTests
{
    private const int Mebibyte = 1 << 20;

    [Fact]
    public void ReadsPrimaryAndLogicalPartitions()
    {
        var image = Partitioned("label: dos\nstart=2048,size=2048,type=83\nstart=4096,size=12288,type=5\nstart=6144,size=2048,type=c\nstart=10240,size=2048\n");
        Mark(image, Mebibyte, "one");
        Mark(image, 3 * Mebibyte, "five");
        Mark(image, 5 * Mebibyte, "six");
        Mark(image, 15 * Mebibyte + 512, "behind");
        var sink = VolumeRun.Read(image, FileType.DiskImage);
        sink.AssertClean();
        Assert.Equal(["partition-1", "partition-5", "partition-6", $"gap-{15 * Mebibyte + 512}"], sink.Members.Select(member => member.Name));
        Assert.Equal(["one", "five", "six", "behind"], sink.Members.Select(Text));
        Assert.Equal(Mebibyte, sink.Members[1].Content.Length);
        Assert.Empty(sink.Observed);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void ReadsGptAndItsCopy(bool destroyFirst)
    {
        var image = Partitioned("label: gpt\nstart=2048,size=2048,name=first\nstart=8192,size=2048,name=\"the second\"\n");
        Mark(image, Mebibyte, "one");
        Mark(image, 4 * Mebibyte, "two");
        Mark(image, 3 * Mebibyte, "between");
        if (destroyFirst)
            image.AsSpan(512, 34 * 512).Clear();
        var sink = VolumeRun.Read(image, FileType.DiskImage);
        Assert.Equal(["partition-1 (first)", $"gap-{3 * Mebibyte}", "partition-2 (the second)"], sink.Members.Select(member => member.Name));
        Assert.Equal(["one", "between", "two"], sink.Members.Select(Text));
        Assert.Equal(destroyFirst ? ["disk.bad-gpt-header"] : [], sink.Faults.Select(fault => fault.Id));
    }

    [Fact]
    public void PartitionsThatShareBytesAreObserved()
    {
        var image = Partitioned("label: dos\nstart=2048,size=2048,type=83\nstart=4096,size=2048,type=83\n");
        BinaryPrimitives.WriteInt32LittleEndian(image.AsSpan(446 + 16 + 8), 3000);
        Assert.Equal([Observations.MbrPartitionsIntersect], VolumeRun.Read(image, FileType.DiskImage).Observed.Distinct());
        // A logical partition that reaches into the next one; a primary partition that reaches into the extended one.
        image = Partitioned("label: dos\nstart=2048,size=2048,type=83\nstart=4096,size=12288,type=5\nstart=6144,size=2048,type=c\nstart=10240,size=2048\n");
        Assert.Empty(VolumeRun.Read(image, FileType.DiskImage).Observed);
        BinaryPrimitives.WriteInt32LittleEndian(image.AsSpan(4096 * 512 + 446 + 12), 8192);
        Assert.Equal([Observations.MbrPartitionsIntersect], VolumeRun.Read(image, FileType.DiskImage).Observed.Distinct());
        BinaryPrimitives.WriteInt32LittleEndian(image.AsSpan(4096 * 512 + 446 + 12), 2048);
        BinaryPrimitives.WriteInt32LittleEndian(image.AsSpan(446 + 12), 4096);
        Assert.Equal([Observations.MbrPartitionsIntersect], VolumeRun.Read(image, FileType.DiskImage).Observed.Distinct());
        image = Partitioned("label: gpt\nstart=2048,size=2048\nstart=4096,size=2048\n");
        BinaryPrimitives.WriteInt64LittleEndian(image.AsSpan(1024 + 128 + 32), 3000);
        Assert.Equal([Observations.GptPartitionsIntersect], VolumeRun.Read(image, FileType.DiskImage).Observed);
    }

    [Fact]
    public void ExtendedPartitionsThatLoopEnd()
    {
        var image = Partitioned("label: dos\nstart=4096,size=12288,type=5\nstart=6144,size=2048,type=c\nstart=10240,size=2048\n");
        // The second record's link leads to itself.
        var second = BinaryPrimitives.ReadInt32LittleEndian(image.AsSpan(4096 * 512 + 446 + 16 + 8));
        var link = image.AsSpan((4096 + second) * 512 + 446 + 16);
        link[4] = 5;
        BinaryPrimitives.WriteInt32LittleEndian(link[8..], second);
        BinaryPrimitives.WriteInt32LittleEndian(link[12..], 2048);
        var sink = VolumeRun.Read(image, FileType.DiskImage);
        Assert.Contains(sink.Losses, loss => loss.Id == "disk.bad-extended-partition");
    }

    [Fact]
    public void ReadsApplePartitionMaps()
    {
        var image = new byte[64 << 10];
        "ER"u8.CopyTo(image);
        image[2] = 2;
        Entry(1, 1, 3, "Apple", "Apple_partition_map");
        Entry(2, 8, 16, "disk image", "Apple_HFS");
        Entry(3, 24, 104, "", "Apple_Free");
        Mark(image, 8 * 512, "volume");
        Mark(image, 100 * 512, "in free space");
        var sink = VolumeRun.Read(image, FileType.ApplePartitions);
        sink.AssertClean();
        Assert.Equal(["partition-2 (disk image)", "gap-51200"], sink.Members.Select(member => member.Name));
        Assert.Equal(["volume", "in free space"], sink.Members.Select(Text));
        Entry(3, 20, 104, "", "Apple_HFS");
        Assert.Equal([Observations.ApplePartitionsIntersect], VolumeRun.Read(image, FileType.ApplePartitions).Observed);

        void Entry(int index, int start, int length, string name, string type)
        {
            var entry = image.AsSpan(index * 512, 512);
            entry.Clear();
            "PM"u8.CopyTo(entry);
            BinaryPrimitives.WriteInt32BigEndian(entry[4..], 3);
            BinaryPrimitives.WriteInt32BigEndian(entry[8..], start);
            BinaryPrimitives.WriteInt32BigEndian(entry[12..], length);
            Encoding.ASCII.GetBytes(name, entry[16..]);
            Encoding.ASCII.GetBytes(type, entry[48..]);
        }
    }

    [Fact]
    public void FileSystemsWithoutAReaderAreReported()
    {
        var image = Partitioned("label: dos\nstart=2048,size=2048\nstart=4096,size=2048\n");
        "XFSB"u8.CopyTo(image.AsSpan(Mebibyte));
        new byte[] { 0x4C, 0x55, 0x4B, 0x53, 0xBA, 0xBE }.CopyTo(image, 2 * Mebibyte);
        var sink = VolumeRun.Read(image, FileType.DiskImage);
        Assert.Equal([NotScannedReason.Unsupported, NotScannedReason.Encrypted], sink.NotScanned.Select(entry => entry.Reason));
        Assert.Equal(2, sink.Members.Count);
    }

    private static byte[] Partitioned(string script)
    {
        using var work = new WorkFolder();
        work.Write("disk", new byte[16 * Mebibyte]);
        work.RunWithInput(Encoding.ASCII.GetBytes(script), "sfdisk", "-q", "--no-reread", "--no-tell-kernel", "disk");
        return work.Bytes("disk");
    }

    private static void Mark(byte[] image, int offset, string text) => Encoding.ASCII.GetBytes(text).CopyTo(image, offset);

    private static string Text(RecordingSink.Entry member) => Encoding.ASCII.GetString(member.Content.AsSpan().TrimEnd((byte)0));
}
