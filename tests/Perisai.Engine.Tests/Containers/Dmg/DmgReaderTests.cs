using Perisai.Engine.Containers.Codecs.Lzfse;
using Perisai.Engine.Tests.Containers.HfsPlus;
using Perisai.Engine.Tests.Containers.Volumes;

namespace Perisai.Engine.Tests.Containers.Dmg;

/// <summary>Images made here with chunks that the usual programs compress; 7z reads them as well.</summary>
public sealed class DmgReaderTests
{
    private const uint Zeros = 0;
    private const uint Plain = 1;
    private const uint Ignored = 2;
    private const uint Adc = 0x80000004;
    private const uint Zlib = 0x80000005;
    private const uint Bzip2 = 0x80000006;
    private const uint Lzfse = 0x80000007;
    private const uint Lzma = 0x80000008;

    [Fact]
    public void ChunksOfAllKindsMakeTheDisk()
    {
        using var work = new WorkFolder();
        var text = System.Text.Encoding.ASCII.GetBytes(string.Join('\n', Enumerable.Range(0, 100_000)))[..(512 * 1000)];
        byte[] disk = [.. text, .. text, .. new byte[65536], .. text, .. new byte[4096], .. text[..512]];
        var image = new DmgBuilder()
            .Add(Zlib, text.Length, HfsPlusReaderTests.Zlib(text))
            .Add(Bzip2, text.Length, work.RunWithInput(text, "bzip2", "-c"))
            .Add(Zeros, 65536, [])
            .Add(Lzma, text.Length, work.RunWithInput(text, "xz", "-c"))
            .Add(Ignored, 4096, [])
            .Add(Plain, 512, text[..512])
            .ToArray();
        var sink = VolumeRun.Read(image, FileType.Dmg);
        sink.AssertClean();
        Assert.True(Assert.Single(sink.Members).Content.AsSpan().SequenceEqual(disk));
    }

    [Fact]
    public void DecodesAdcAndLzvn()
    {
        var text = System.Text.Encoding.ASCII.GetBytes(string.Join('\n', Enumerable.Range(0, 1000)))[..512];
        // A run of 128 bytes; then matches: 64 from 128 back, 18 from 64 back, and the rest of 512 in runs.
        List<byte> adc = [0xFF, .. text[..128], 0x40 | 60, 0, 127, 15 << 2, 63];
        List<byte> plain = [.. text[..128], .. text[..64], .. text[..18], .. text[..302]];
        foreach (var run in text[..302].Chunk(128))
            adc.AddRange([(byte)(0x80 | (run.Length - 1)), .. run]);
        // Literals in the long layout, then matches of 247 and 9 bytes from 256 back, then the end; before them a plain block.
        byte[] lzvn = [0xE0, 240, .. text[..256], 7 << 3 | 7, 0, 1, 0xF0, 247 - 10 - 16, 0xF9, 6, 0, 0, 0, 0, 0, 0, 0];
        byte[] blocks = [
            .. "bvx-"u8, 0, 2, 0, 0, .. text, .. "bvxn"u8, 0, 2, 0, 0, (byte)lzvn.Length, (byte)(lzvn.Length >> 8), 0, 0, .. lzvn, .. "bvx$"u8];
        var image = new DmgBuilder().Add(Adc, 512, [.. adc]).Add(Lzfse, 1024, blocks).ToArray();
        var sink = VolumeRun.Read(image, FileType.Dmg);
        sink.AssertClean();
        Assert.Equal([.. plain, .. text, .. text[..256], .. text[..256]], Assert.Single(sink.Members).Content);
    }

    /// <summary>What is encoded here is decoded by 7z, too, so that both mean the same format.</summary>
    [Theory]
    [InlineData(512 * 5, 3)]
    [InlineData(512 * 300, 999)]
    [InlineData(512 * 1500, 60)]
    public void DecodesLzfse(int length, int words)
    {
        using var work = new WorkFolder();
        var random = new Random(length);
        var text = System.Text.Encoding.ASCII.GetBytes(string.Concat(Enumerable.Range(0, length / 5 + 1).Select(_ => $"w{random.Next(words):d3} ")))[..length];
        random.NextBytes(text.AsSpan(length / 2, length / 8));
        var packed = LzfseEncoder.Encode(text);
        Assert.True(packed.Length < text.Length);
        var image = new DmgBuilder().Add(Lzfse, text.Length, packed).Add(Plain, 512, text[..512]).ToArray();
        var sink = VolumeRun.Read(image, FileType.Dmg);
        sink.AssertClean();
        Assert.True(Assert.Single(sink.Members).Content.AsSpan().SequenceEqual([.. text, .. text[..512]]));
        work.Write("image.dmg", image);
        work.Run("7z", "x", "-y", "-tdmg", "-oout", "image.dmg");
        Assert.Contains(Directory.GetFiles(work.Path("out")), path => File.ReadAllBytes(path).AsSpan().SequenceEqual(text));
        // Damage ends the decoding, or changes what comes; nothing is thrown.
        var output = new byte[text.Length];
        for (var seed = 0; seed < 300; seed++)
        {
            var copy = packed.ToArray();
            copy[random.Next(copy.Length)] ^= (byte)(1 + random.Next(255));
            copy[random.Next(Math.Min(900, copy.Length))] ^= (byte)(1 + random.Next(255));
            Assert.InRange(new LzfseDecoder().Decode(copy, output), 0, output.Length);
        }
    }

    [Fact]
    public void FilesAreFoundInTheVolumeInTheDisk()
    {
        using var work = new WorkFolder();
        using var definitions = new Hostile.MarkerDefinitions();
        using var scanner = new Scanner(definitions.Set, new() { AllMatches = true });
        using var source = new MemoryByteSource(Hfs(Hostile.MarkerDefinitions.Marker));
        var report = scanner.Scan(source, "image");
        Assert.Equal(FileType.Dmg, report.Type);
        Assert.Contains(report.Findings.OfType<Detection>(), found => found.Path is ["image", "disk", "folder/marker"]);
        Assert.DoesNotContain(report.Findings, finding => finding is not Detection);
        work.Write("image.dmg", Hfs(Hostile.MarkerDefinitions.Marker));
        work.Run("7z", "x", "-y", "-oout", "image.dmg");
        Assert.NotEmpty(Directory.EnumerateFiles(work.Path("out"), "*", SearchOption.AllDirectories));
    }

    [Fact]
    public void WhatCannotBeReadIsReported()
    {
        byte[] encrypted = [.. "encrcdsa"u8, 0, 0, 0, 2, .. new byte[2000]];
        Assert.Equal(NotScannedReason.Encrypted, Assert.Single(VolumeRun.Read(encrypted, FileType.Dmg).NotScanned).Reason);
        var text = new byte[51200];
        var image = new DmgBuilder().Add(Zlib, text.Length, [0x78, 0x9C, 0xFF, 0xFF, 0xFF]).ToArray();
        Assert.Contains(VolumeRun.Read(image, FileType.Dmg).Losses, loss => loss.Id == "dmg.bad-chunk");
        image = new DmgBuilder().Add(0x80000009, text.Length, [1, 2, 3]).ToArray();
        Assert.Equal(NotScannedReason.Unsupported, Assert.Single(VolumeRun.Read(image, FileType.Dmg).NotScanned).Reason);
    }

    /// <summary>A volume in chunks of 64 KiB.</summary>
    internal static byte[] Hfs(byte[] content)
    {
        var volume = new HfsBuilder().Add("folder/marker", content).Add("a", new byte[50_000]).ToArray();
        var builder = new DmgBuilder();
        foreach (var chunk in volume.Chunk(64 << 10))
            builder.Add(Zlib, chunk.Length, HfsPlusReaderTests.Zlib(chunk));
        return builder.ToArray();
    }
}
