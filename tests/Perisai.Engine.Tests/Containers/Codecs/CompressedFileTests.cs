using System.IO.Compression;
using Perisai.Engine.Containers;
using Perisai.Engine.Formats;

namespace Perisai.Engine.Tests.Containers.Codecs;

/// <summary>The formats that compress one file, made by the programs that people use.</summary>
public sealed class CompressedFileTests
{
    public static TheoryData<string, string[], FileType> Programs => new()
    {
        { "gzip", ["-c"], FileType.Gzip },
        { "gzip", ["-1c"], FileType.Gzip },
        { "bzip2", ["-c"], FileType.Bzip2 },
        { "bzip2", ["-1c"], FileType.Bzip2 },
        { "xz", ["-c"], FileType.Xz },
        { "xz", ["-0c", "--check=none"], FileType.Xz },
        { "xz", ["-9ec", "--check=crc32"], FileType.Xz },
        { "xz", ["-1c", "--check=sha256", "--block-size=20000"], FileType.Xz },
        { "xz", ["-c", "--lzma2=preset=6,lc=0,lp=4,pb=0"], FileType.Xz },
        { "xz", ["-c", "--lzma2=preset=1,dict=4KiB"], FileType.Xz },
        { "xz", ["-c", "--x86", "--lzma2=preset=1"], FileType.Xz },
        { "xz", ["-c", "--x86=start=4096", "--lzma2=preset=1"], FileType.Xz },
        { "xz", ["-c", "--arm", "--lzma2=preset=1"], FileType.Xz },
        { "xz", ["-c", "--armthumb", "--lzma2=preset=1"], FileType.Xz },
        { "xz", ["-c", "--arm64", "--lzma2=preset=1"], FileType.Xz },
        { "xz", ["-c", "--powerpc", "--lzma2=preset=1"], FileType.Xz },
        { "xz", ["-c", "--ia64", "--lzma2=preset=1"], FileType.Xz },
        { "xz", ["-c", "--sparc", "--lzma2=preset=1"], FileType.Xz },
        { "xz", ["-c", "--delta=dist=5", "--x86", "--delta=dist=256", "--lzma2=preset=1"], FileType.Xz },
        { "xz", ["-c", "--format=lzma"], FileType.Lzma },
        { "xz", ["-c", "--format=lzma", "--lzma1=preset=6,lc=4,lp=0,pb=4,dict=64KiB"], FileType.Lzma },
        { "lzip", ["-c"], FileType.Lzip },
        { "lzip", ["-0c"], FileType.Lzip },
        { "zstd", ["-qc"], FileType.Zstd },
        { "zstd", ["-19qc", "--check", "--long=25"], FileType.Zstd },
        { "lz4", ["-qc"], FileType.Lz4 },
        { "lz4", ["-9qc", "-B4", "-BD", "-BX", "--content-size"], FileType.Lz4 },
        { "lz4", ["-qc", "-l"], FileType.Lz4 },
        { "compress", ["-fc"], FileType.Compress },
        { "compress", ["-fc", "-b", "12"], FileType.Compress },
    };

    [Theory]
    [MemberData(nameof(Programs))]
    public void ReadsWhatProgramsWrite(string program, string[] arguments, FileType type)
    {
        using var work = new WorkFolder();
        var reader = Reader(type);
        foreach (var (name, content) in Samples())
        {
            // Nothing at all and very little are not compressed by every program.
            if (program is "compress" && content.Length < 2)
                continue;
            var packed = work.RunWithInput(content, program, arguments);
            Assert.Equal(type, TypeIdentifier.Identify(new BoundedReader(new MemoryByteSource(packed), new ScanBudget(ScanLimits.Default))));
            var sink = reader.Read(packed);
            sink.AssertClean();
            Assert.True(sink.Members.Single().Content.AsSpan().SequenceEqual(content), name);
        }
    }

    [Theory]
    [InlineData("gzip", FileType.Gzip)]
    [InlineData("bzip2", FileType.Bzip2)]
    [InlineData("xz", FileType.Xz)]
    [InlineData("lzip", FileType.Lzip)]
    [InlineData("zstd", FileType.Zstd)]
    [InlineData("lz4", FileType.Lz4)]
    public void ReadsStreamsBehindOneAnotherAndWhatFollowsThem(string program, FileType type)
    {
        using var work = new WorkFolder();
        var one = Samples()["text"];
        var two = Samples()["code"];
        byte[] packed = [.. work.RunWithInput(one, program, "-c"), .. work.RunWithInput([], program, "-c"), .. work.RunWithInput(two, program, "-c")];
        var sink = Reader(type).Read(packed);
        sink.AssertClean();
        Assert.Equal([.. one, .. two], sink.Members.Single().Content);

        var zeros = Reader(type).Read([.. packed, .. new byte[512]]);
        zeros.AssertClean();
        Assert.Equal([.. one, .. two], zeros.Members.Single().Content);

        sink = Reader(type).Read([.. packed, .. "what hides here"u8]);
        Assert.Equal("what hides here"u8, sink.Members.Last().Content);
        Assert.Contains(sink.Faults, f => f.Id.EndsWith(".trailing-data", StringComparison.Ordinal) && f.Offset == packed.Length);
        Assert.Equal([.. one, .. two], sink.Members[0].Content);
    }

    [Fact]
    public void ReadsXzPaddingAndSkippableFrames()
    {
        using var work = new WorkFolder();
        var text = Samples()["text"];
        var xz = work.RunWithInput(text, "xz", "-c");
        var sink = Reader(FileType.Xz).Read([.. xz, 0, 0, 0, 0, .. xz]);
        sink.AssertClean();
        Assert.Equal([.. text, .. text], sink.Members.Single().Content);

        byte[] skippable = [0x51, 0x2A, 0x4D, 0x18, 5, 0, 0, 0, 1, 2, 3, 4, 5];
        foreach (var (program, type) in new[] { ("zstd", FileType.Zstd), ("lz4", FileType.Lz4) })
        {
            var packed = work.RunWithInput(text, program, "-qc");
            sink = Reader(type).Read([.. skippable, .. packed, .. skippable, .. packed]);
            sink.AssertClean();
            Assert.Equal([.. text, .. text], sink.Members.Single().Content);
        }
    }

    [Fact]
    public void ReadsTheFieldsOfGzipHeaders()
    {
        var body = new MemoryStream();
        using (var gzip = new GZipStream(body, CompressionLevel.Fastest, true))
            gzip.Write("content"u8);
        var plain = body.ToArray();
        byte[] header = [0x1F, 0x8B, 8, 2 | 4 | 8 | 16, 0, 0, 0, 0, 0, 3, 3, 0, 1, 2, 3, .. "a name\0a comment\0"u8, 0x12, 0x34];
        var sink = Reader(FileType.Gzip).Read([.. header, .. plain[10..]]);
        sink.AssertClean();
        Assert.Equal("a name", sink.Members.Single().Name);
        Assert.Equal("content"u8, sink.Members[0].Content);
    }

    [Theory]
    [InlineData("gzip", FileType.Gzip, "gzip.content-checksum")]
    [InlineData("bzip2", FileType.Bzip2, "bzip2.stream-checksum")]
    [InlineData("xz", FileType.Xz, "xz.content-checksum")]
    [InlineData("lzip", FileType.Lzip, "lzip.content-checksum")]
    [InlineData("lz4", FileType.Lz4, "lz4.content-checksum")]
    public void WrongChecksumsAreFaultsAndTheContentIsStillThere(string program, FileType type, string fault)
    {
        using var work = new WorkFolder();
        var text = Samples()["text"];
        var packed = work.RunWithInput(text, program, "-c");
        var at = type switch
        {
            FileType.Xz => packed.Length - 12 - ((BitConverter.ToInt32(packed, packed.Length - 8) + 1) * 4) - 1,
            FileType.Lzip => packed.Length - 20,
            FileType.Bzip2 => packed.Length - 2,
            FileType.Gzip => packed.Length - 8,
            _ => packed.Length - 1,
        };
        packed[at] ^= 0x10;
        var sink = Reader(type).Read(packed);
        Assert.Contains(sink.Faults, f => f.Id == fault);
        Assert.Equal(text, sink.Members[0].Content);
    }

    [Theory]
    [InlineData("gzip", FileType.Gzip)]
    [InlineData("bzip2", FileType.Bzip2)]
    [InlineData("xz", FileType.Xz)]
    [InlineData("lzip", FileType.Lzip)]
    [InlineData("zstd", FileType.Zstd)]
    [InlineData("lz4", FileType.Lz4)]
    [InlineData("compress", FileType.Compress)]
    public void KeepsWhatCameBeforeATruncation(string program, FileType type)
    {
        using var work = new WorkFolder();
        var code = Samples()["code"];
        byte[] content = [.. code, .. code.Reverse()];
        var packed = work.RunWithInput(content, program, type == FileType.Bzip2 ? "-1c" : type == FileType.Lz4 ? "-B4c" : "-c");
        var sink = Reader(type).Read(packed[..(packed.Length * 3 / 4)]);
        var got = sink.Members[0].Content;
        Assert.True(got.Length > content.Length / 5, $"{got.Length} of {content.Length}");
        // The last symbol may have been made of zeros behind the end.
        var sure = Math.Max(0, got.Length - 1024);
        Assert.True(got.AsSpan(0, sure).SequenceEqual(content.AsSpan(0, sure)));
        if (type != FileType.Compress)
            Assert.Contains(sink.Faults, f => f.Id == "test.decoder-failed");
    }

    [Theory]
    [InlineData("gzip", "-c", FileType.Gzip)]
    [InlineData("bzip2", "-c", FileType.Bzip2)]
    [InlineData("xz", "-c", FileType.Xz)]
    [InlineData("xz", "--format=lzma", FileType.Lzma)]
    [InlineData("lzip", "-c", FileType.Lzip)]
    [InlineData("zstd", "-c", FileType.Zstd)]
    [InlineData("lz4", "-c", FileType.Lz4)]
    [InlineData("lz4", "-l", FileType.Lz4)]
    [InlineData("compress", "-c", FileType.Compress)]
    public void SurvivesDamage(string program, string argument, FileType type)
    {
        using var work = new WorkFolder();
        var packed = work.RunWithInput(Samples()["code"].AsSpan(0, 15_000).ToArray(), program, argument, "-c");
        Reader(type).AssertSurvivesDamage(packed, 7);
    }

    [Fact]
    public void HugeDictionariesAreRefusedAndNotAllocated()
    {
        using var work = new WorkFolder();
        var limits = ScanLimits.Default with { MaxDecoderMemory = 1 << 20 };
        foreach (var (program, arguments, type) in new[]
        {
            ("xz", new[] { "-c" }, FileType.Xz),
            ("lzip", ["-9c"], FileType.Lzip),
            ("xz", ["-c", "--format=lzma"], FileType.Lzma),
            ("zstd", ["-qc", "--long=25"], FileType.Zstd),
        })
        {
            var sink = new RecordingSink(limits);
            Reader(type).Read(new MemoryByteSource(work.RunWithInput(new byte[4 << 20], program, arguments)), sink);
            Assert.Contains(sink.NotScanned, n => n.Reason == NotScannedReason.OverBudget);
        }

        // 4 GiB of dictionary for ten bytes: within the budget's word, but not believed.
        byte[] lzma = [0x5D, 0, 0, 0, 4, .. BitConverter.GetBytes(-1L), 0, 0, 0, 0, 0, 0, 0];
        var before = GC.GetAllocatedBytesForCurrentThread();
        Reader(FileType.Lzma).Read(lzma);
        Assert.True(GC.GetAllocatedBytesForCurrentThread() - before < 4 << 20);
    }

    [Fact]
    public void ReadsLzmaOfKnownLengthWithAnEndMarker()
    {
        using var work = new WorkFolder();
        var text = Samples()["text"];
        var packed = work.RunWithInput(text, "xz", "-c", "--format=lzma");
        BitConverter.TryWriteBytes(packed.AsSpan(5), (long)text.Length);
        var sink = Reader(FileType.Lzma).Read(packed);
        sink.AssertClean();
        Assert.Equal(text, sink.Members.Single().Content);

        BitConverter.TryWriteBytes(packed.AsSpan(5), text.Length + 1L);
        sink = Reader(FileType.Lzma).Read(packed);
        Assert.Equal("lzma.wrong-length", Assert.Single(sink.Faults).Id);
        Assert.Equal(text, sink.Members.Single().Content);
    }

    [Fact]
    public void SaysWhatIsNotSupported()
    {
        foreach (var (bytes, type) in new (byte[], FileType)[]
        {
            ([0x28, 0xB5, 0x2F, 0xFD, 1, 0, 7, 1, 0, 0], FileType.Zstd),
            ([0x1F, 0x8B, 7, 0, 0, 0, 0, 0, 0, 3, 1, 2, 3], FileType.Gzip),
            ([.. "LZIP"u8, 0, 12, 0, 0, 0, 0, 0, 0], FileType.Lzip),
        })
        {
            Assert.Equal(NotScannedReason.Unsupported, Assert.Single(Reader(type).Read(bytes).NotScanned).Reason);
        }
    }

    [Fact]
    public void BombsEndWithTheBudget()
    {
        using var work = new WorkFolder();
        var zeros = new byte[16 << 20];
        foreach (var (program, type) in new[]
        {
            ("gzip", FileType.Gzip), ("bzip2", FileType.Bzip2), ("xz", FileType.Xz), ("lzip", FileType.Lzip), ("zstd", FileType.Zstd), ("lz4", FileType.Lz4),
        })
        {
            // Ten gigabytes, once all are decoded.
            var stream = work.RunWithInput(zeros, program, "-c");
            var bomb = Enumerable.Repeat(stream, 640).SelectMany(b => b).ToArray();
            var sink = new RecordingSink(ScanLimits.Default with { MaxProducedBytes = 32 << 20 });
            Reader(type).Read(new MemoryByteSource(bomb), sink);
            Assert.Equal(BudgetLimit.ProducedBytes, sink.Budget.Exhausted);
            Assert.InRange(sink.Members[0].Content.Length, 31 << 20, 33 << 20);
        }
    }

    [Fact]
    public void EmptyStreamsWithoutEndStopAtTheTime()
    {
        using var work = new WorkFolder();
        foreach (var (program, type) in new[] { ("gzip", FileType.Gzip), ("xz", FileType.Xz), ("zstd", FileType.Zstd), ("lz4", FileType.Lz4) })
        {
            var empty = work.RunWithInput([], program, "-c");
            var sink = new RecordingSink(ScanLimits.Default with { MaxTime = TimeSpan.Zero });
            Reader(type).Read(new MemoryByteSource(Enumerable.Repeat(empty, 50_000).SelectMany(b => b).ToArray()), sink);
            Assert.Equal(BudgetLimit.Time, sink.Budget.Exhausted);
        }
    }

    private static IContainerReader Reader(FileType type) => ContainerDispatcher.ReaderFor(type)!;

    private static Dictionary<string, byte[]> Samples()
    {
        var noise = new byte[200_001];
        new Random(3).NextBytes(noise);
        return new()
        {
            ["empty"] = [],
            ["one"] = [0x42],
            ["text"] = System.Text.Encoding.ASCII.GetBytes(string.Join('\n', Enumerable.Range(0, 20000).Select(n => $"line {n} of {n * 7919 % 1000}"))),
            ["noise"] = noise,
            ["zeros"] = new byte[3_000_000],
            ["code"] = File.ReadAllBytes(typeof(object).Assembly.Location).AsSpan(2_000_000, 700_000).ToArray(),
        };
    }
}
