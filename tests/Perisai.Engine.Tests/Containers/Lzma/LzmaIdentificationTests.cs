using Perisai.Engine.Containers;

namespace Perisai.Engine.Tests.Containers.Lzma;

/// <summary>LZMA alone has no mark: what only begins as it does is none.</summary>
public sealed class LzmaIdentificationTests
{
    // The versions that metadata of Kotlin begin with, as four-byte numbers; an LZMA header with a dictionary of 192 KiB and 64 KiB of output.
    private static readonly byte[] _versions = [0, 0, 0, 3, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 7];

    [Theory]
    [InlineData(new byte[] { 10, 0x5B, 10, 0x19 }, "kotlin.ArithmeticException")]
    [InlineData(new byte[] { 10, 0x22, 10, 6 }, "kotlin\n\u0013UNINITIALIZED_VALUE")]
    public void MetadataOfKotlinIsNone(byte[] start, string text)
    {
        byte[] metadata = [.. _versions, .. start, .. System.Text.Encoding.ASCII.GetBytes(text), .. new byte[100], .. "/kotlin/RuntimeException"u8];
        Assert.Equal(FileType.Lzma, Formats.TypeIdentifier.Identify(new BoundedReader(new MemoryByteSource(metadata), new ScanBudget(ScanLimits.Default))));
        Assert.Equal(FileType.Unknown, Identify(metadata));
        using var definitions = new DefinitionBuilder { IncludeBuiltIn = true }.BuildTemporary(out _);
        using var scanner = new Scanner(definitions);
        Assert.Empty(scanner.Scan(new MemoryByteSource(metadata), "root").Findings);
    }

    [Fact]
    public void WhatTheHeaderHidesIsStillSeen()
    {
        byte[] document = [.. _versions, 10, 0x5B, .. new byte[50], .. "%PDF-1.4\n"u8, .. new byte[200]];
        Assert.Equal(FileType.Pdf, Identify(document));
    }

    [Fact]
    public void MostNoiseBehindTheHeaderIsNone()
    {
        var noise = new byte[1000];
        var random = new Random(12);
        var taken = 0;
        for (var round = 0; round < 1000; round++)
        {
            random.NextBytes(noise);
            byte[] header = [0x5D, 0, 0, 0x80, 0, .. BitConverter.GetBytes(-1L), 0];
            header.CopyTo(noise, 0);
            taken += Identify(noise) == FileType.Lzma ? 1 : 0;
        }

        Assert.InRange(taken, 0, 20);
    }

    [Theory]
    [InlineData("--lzma1=preset=6")]
    [InlineData("--lzma1=preset=0,lc=0,lp=0,pb=0,dict=4KiB")]
    [InlineData("--lzma1=preset=9,lc=0,lp=4,pb=2,dict=96MiB")]
    [InlineData("--lzma1=preset=6,lc=4,lp=0,pb=4,dict=64KiB")]
    public void WhatXzWritesIs(string options)
    {
        using var work = new WorkFolder();
        var random = new Random(4);
        foreach (var length in (int[])[0, 1, 2, 5, 31, 32, 33, 200, 10_000])
        {
            var noise = new byte[length];
            random.NextBytes(noise);
            foreach (var content in (byte[][])[noise, new byte[length], [.. Enumerable.Range(0, length).Select(n => (byte)(n * n / 7))]])
            {
                var packed = work.RunWithInput(content, "xz", "-c", "--format=lzma", options);
                Assert.Equal(FileType.Lzma, Identify(packed));
                // Cut short or damaged further on it stays what it is, and is reported as such.
                Assert.Equal(FileType.Lzma, Identify(packed[..^1]));
                if (packed.Length > 200)
                {
                    Assert.Equal(FileType.Lzma, Identify(packed[..18]));
                    packed.AsSpan(packed.Length / 2).Fill(0xA5);
                    Assert.Equal(FileType.Lzma, Identify(packed));
                }
            }
        }
    }

    private static FileType Identify(byte[] bytes) =>
        ContainerDispatcher.Identify(new MemoryByteSource(bytes), new ScanBudget(ScanLimits.Default));
}
