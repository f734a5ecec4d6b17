using System.Buffers.Binary;
using System.Text;

namespace Perisai.Engine.Tests.Containers.Hostile;

/// <summary>Images of disks and packages.</summary>
internal static partial class ContainerSamples
{
    private static Dictionary<string, Sample> Images() => new()
    {
        ["ext4"] = new(FileType.Ext, false, work => Packed(work, "mke2fs", "-q", "-F", "-t", "ext4", "-O", "^has_journal", "-d", "files", "out", "256K"))
        {
            // What no file needs may be missing.
            EndIsOptional = true,
        },
        ["ext2"] = new(FileType.Ext, false, work => Packed(work, "mke2fs", "-q", "-F", "-t", "ext2", "-b", "1024", "-d", "files", "out", "256K"))
        {
            EndIsOptional = true,
        },
        ["fat12"] = new(FileType.Fat, false, BuildFat) { EndIsOptional = true },
        ["apm"] = new(FileType.ApplePartitions, false, BuildApplePartitions) { EndIsOptional = true },
        ["mbr"] = new(FileType.DiskImage, false, BuildMbr) { EndIsOptional = true },
        ["ntfs"] = new(FileType.Ntfs, false, BuildNtfs) { EndIsOptional = true },
        ["squashfs"] = new(FileType.SquashFs, false, work => Packed(work, "mksquashfs", "files", "out", "-quiet", "-no-progress", "-nopad"))
        {
            EndIsOptional = true,
        },
        ["udf"] = new(FileType.Udf, false, _ => BuildUdf()) { EndIsOptional = true },
        ["hfsplus"] = new(FileType.HfsPlus, false, _ => BuildHfsPlus()) { EndIsOptional = true },
        ["dmg"] = new(FileType.Dmg, false, _ => Dmg.DmgReaderTests.Hfs(Content())),
        ["oci"] = new(FileType.Tar, false, _ => Oci.ImageArchiveTests.Oci(
            "app:1", Oci.ImageArchiveTests.Layer(("a", "b")), Oci.ImageArchiveTests.Gzip(Oci.ImageArchiveTests.Layer(("z", Encoding.Latin1.GetString(Content()))))))
        {
            EndIsOptional = true,
        },
        ["vhd"] = Virtual(FileType.Vhd, "vpc", "subformat=dynamic,force_size=on"),
        ["vhdx"] = Virtual(FileType.Vhdx, "vhdx", "subformat=dynamic,block_size=1M"),
        ["vmdk"] = Virtual(FileType.Vmdk, "vmdk", "subformat=monolithicSparse"),
        ["vmdk-stream"] = Virtual(FileType.Vmdk, "vmdk", "subformat=streamOptimized"),
        ["qcow2"] = Virtual(FileType.Qcow2, "qcow2", "cluster_size=4k"),
    };

    private static Sample Virtual(FileType type, string format, string options) => new(type, false, work =>
    {
        BuildFat(work);
        File.Move(work.Path("out"), work.Path("raw"));
        return Packed(work, "qemu-img", "convert", "-f", "raw", "-O", format, "-o", options, "raw", "out");
    })
    {
        EndIsOptional = true,
    };

    private static byte[] BuildApplePartitions(WorkFolder work)
    {
        var disk = new byte[160 << 10];
        "ER"u8.CopyTo(disk);
        disk[2] = 2;
        Entry(1, 1, 2, "Apple_partition_map");
        Entry(2, 64, 256, "Windows_FAT_12");
        BuildFat(work).CopyTo(disk, 64 * 512);
        return disk;

        void Entry(int index, int start, int length, string type)
        {
            var entry = disk.AsSpan(index * 512, 512);
            "PM"u8.CopyTo(entry);
            BinaryPrimitives.WriteInt32BigEndian(entry[4..], 2);
            BinaryPrimitives.WriteInt32BigEndian(entry[8..], start);
            BinaryPrimitives.WriteInt32BigEndian(entry[12..], length);
            Encoding.ASCII.GetBytes(type, entry[48..]);
        }
    }

    private static byte[] BuildNtfs(WorkFolder work)
    {
        Ntfs.NtfsReaderTests.Make(work, 2, "512");
        foreach (var name in (string[])["a.txt", "b.bin", "z.txt"])
            work.Run("ntfscp", "-q", "-f", "image", $"files/{name}", name);
        return work.Bytes("image");
    }

    private static byte[] BuildUdf()
    {
        var builder = new Udf.UdfBuilder(Udf.UdfKind.Metadata);
        builder.Add("a.txt", Text());
        builder.Add("b.bin", Noise());
        builder.Add("z.txt", Content());
        return builder.ToArray();
    }

    private static byte[] BuildHfsPlus() => new HfsPlus.HfsBuilder()
        .Add("a.txt", Text(), fragments: 3).Add("folder/b.bin", Noise(), Text()).Add("folder/z.txt", Content()).ToArray();

    private static byte[] BuildFat(WorkFolder work)
    {
        work.Write("out", new byte[128 << 10]);
        work.Run("mkfs.vfat", "-F", "12", "-s", "1", "out");
        work.Run("mcopy", "-s", "-i", "out", "files", "::");
        return work.Bytes("out");
    }

    private static byte[] BuildMbr(WorkFolder work)
    {
        var disk = new byte[192 << 10];
        work.Write("disk", disk);
        work.RunWithInput("label: dos\nstart=64,size=256,type=1\n"u8.ToArray(), "sfdisk", "-q", "--no-reread", "--no-tell-kernel", "disk");
        disk = work.Bytes("disk");
        BuildFat(work).CopyTo(disk, 64 * 512);
        return disk;
    }
}
