using System.Buffers.Binary;
using System.Text;
using Perisai.Engine.Containers.Ntfs;
using Perisai.Engine.Tests.Containers.Volumes;

namespace Perisai.Engine.Tests.Containers.Ntfs;

/// <summary>Volumes that mkntfs makes and ntfscp fills.</summary>
public sealed class NtfsReaderTests
{
    [Theory]
    [InlineData("512")]
    [InlineData("4096")]
    [InlineData("65536")]
    public void HoldsTheFilesThatWereCopied(string clusterLength)
    {
        using var work = new WorkFolder();
        var files = work.WriteSampleFiles().Where(file => !file.Key.Contains('/')).ToDictionary();
        Make(work, 16, clusterLength);
        foreach (var name in files.Keys)
            work.Run("ntfscp", "-q", "-f", "image", $"files/{name}", name);
        work.Run("ntfscp", "-q", "-f", "-N", "second", "image", "files/noise.bin", "text.txt");
        files["text.txt:second"] = files["noise.bin"];
        VolumeRun.Read(work.Bytes("image"), FileType.Ntfs).AssertIsExactly(files);
    }

    [Fact]
    public void ReadsWhatIsLeftOfShortenedFiles()
    {
        using var work = new WorkFolder();
        Make(work, 8, "512");
        work.Write("small", new byte[700]);
        work.Write("tiny", [7]);
        var rest = new byte[8 << 20];
        new Random(9).NextBytes(rest);
        work.Write("rest", rest);
        work.Run("sh", "-c", """
            for n in $(seq 700); do ntfscp -q -f image small s$n || exit 1; done
            for n in $(seq 2 2 700); do ntfscp -q -f image tiny s$n || exit 1; done
            for s in $(seq 7500 -100 1000); do head -c ${s}000 rest > part; ntfscp -q -f image part rest 2> errors && break; done
            """);
        var part = work.Bytes("part");
        var sink = VolumeRun.Read(work.Bytes("image"), FileType.Ntfs);
        sink.AssertClean();
        Assert.Equal(701, sink.Members.Count);
        Assert.Equal(350, sink.Members.Count(member => member.Content.AsSpan().SequenceEqual(new byte[] { 7 })));
        Assert.True(sink.Members.Single(member => member.Name == "rest").Content.AsSpan().SequenceEqual(part));
    }

    [Fact]
    public void DecodesCompressedUnits()
    {
        var text = Encoding.ASCII.GetBytes(string.Concat(Enumerable.Range(0, 3000).Select(n => $"line {n % 37} of many\n")));
        var packed = LzntEncoder.Encode(text);
        Assert.True(packed.Length < text.Length / 2);
        var output = new byte[text.Length];
        Assert.Equal(text.Length, LzntStream.Decode(packed, output, out var isSound));
        Assert.True(isSound);
        Assert.Equal(text, output);
        packed[5] = 0xFF;
        LzntStream.Decode(packed.AsSpan(0, packed.Length / 2), output, out isSound);
        Assert.False(isSound);
    }

    /// <summary>A stream whose record is changed so that its clusters are a compressed unit, a plain one and a hole.</summary>
    [Fact]
    public void ReadsCompressedStreams()
    {
        using var work = new WorkFolder();
        var text = Encoding.ASCII.GetBytes(string.Concat(Enumerable.Range(0, 8000).Select(n => $"line {n % 37} of many\n")))[..65536];
        var noise = new byte[65536];
        new Random(8).NextBytes(noise);
        var packed = LzntEncoder.Encode(text);
        var clusters = (packed.Length + 4095) / 4096;
        Make(work, 16, "4096");
        work.Write("stored", [.. packed, .. new byte[clusters * 4096 - packed.Length], .. noise]);
        work.Run("ntfscp", "-q", "-f", "image", "stored", "packed");
        var image = work.Bytes("image");
        var record = image.AsSpan().IndexOf(Encoding.Unicode.GetBytes("packed")) / 1024 * 1024;
        while (!image.AsSpan(record).StartsWith("FILE"u8) || image.AsSpan(record, 1024).IndexOf(Encoding.Unicode.GetBytes("packed")) < 0)
            record += 1024;
        var at = record + BinaryPrimitives.ReadUInt16LittleEndian(image.AsSpan(record + 20));
        while (image[at] != 0x80)
            at += BinaryPrimitives.ReadInt32LittleEndian(image.AsSpan(at + 4));
        var attribute = image.AsSpan(at);
        int runs = BinaryPrimitives.ReadUInt16LittleEndian(attribute[32..]);
        var placeBytes = attribute[runs] >> 4;
        long place = 0;
        for (var index = 0; index < placeBytes; index++)
            place |= (long)attribute[runs + 1 + (attribute[runs] & 15) + index] << 8 * index;
        byte[] changed = [
            0x21, (byte)clusters, (byte)place, (byte)(place >> 8), 0x01, (byte)(16 - clusters), 0x11, 16, (byte)clusters, 0x01, 16, 0, 0, 0, 0, 0];
        Assert.True(place < 32768);
        // The attribute becomes longer; the end mark behind it moves.
        var length = runs + changed.Length;
        length = (length + 7) / 8 * 8;
        changed.CopyTo(attribute[runs..]);
        BinaryPrimitives.WriteInt32LittleEndian(attribute[4..], length);
        BinaryPrimitives.WriteUInt16LittleEndian(attribute[12..], 1);
        attribute[34] = 4;
        BinaryPrimitives.WriteInt64LittleEndian(attribute[48..], 3 * 65536);
        BinaryPrimitives.WriteInt64LittleEndian(attribute[56..], 3 * 65536);
        BinaryPrimitives.WriteUInt32LittleEndian(attribute[length..], 0xFFFFFFFF);
        var sink = VolumeRun.Read(image, FileType.Ntfs);
        sink.AssertClean();
        Assert.Equal([.. text, .. noise, .. new byte[65536]], sink.Members.Single(member => member.Name == "packed").Content);
    }

    [Fact]
    public void AnEncryptedStreamIsReported()
    {
        using var work = new WorkFolder();
        Make(work, 8, "4096");
        work.Write("long", new byte[10_000]);
        work.Run("ntfscp", "-q", "-f", "image", "long", "secret");
        var image = work.Bytes("image");
        var name = Encoding.Unicode.GetBytes("secret");
        for (var record = 0; record + 1024 <= image.Length; record += 1024)
        {
            if (!image.AsSpan(record).StartsWith("FILE"u8) || image.AsSpan(record, 1024).IndexOf(name) < 0)
                continue;
            var at = record + BinaryPrimitives.ReadUInt16LittleEndian(image.AsSpan(record + 20));
            while (image[at] is not (0x80 or 0xFF))
                at += BinaryPrimitives.ReadInt32LittleEndian(image.AsSpan(at + 4));
            image[at + 13] |= image[at] == 0x80 ? (byte)0x40 : (byte)0;
        }

        var sink = VolumeRun.Read(image, FileType.Ntfs);
        Assert.Equal(("secret", NotScannedReason.Encrypted), sink.NotScanned.Select(entry => (entry.Name, entry.Reason)).Single());
    }

    internal static void Make(WorkFolder work, int mebibytes, string clusterLength)
    {
        work.Write("image", new byte[mebibytes << 20]);
        work.Run("mkntfs", "-q", "-F", "-f", "-s", "512", "-c", clusterLength, "-p", "0", "-H", "16", "-S", "63", "image");
    }
}
