using System.Text;
using Perisai.Engine.Containers.SevenZip;

namespace Perisai.Engine.Tests.Containers.SevenZip;

/// <summary>Archives that 7-Zip writes, in all methods that it has.</summary>
public sealed class SevenZipReaderTests
{
    [Theory]
    [InlineData("-mx0")]
    [InlineData("-mx1")]
    [InlineData("-mx9")]
    [InlineData("-ms=off")]
    [InlineData("-ms=2f")]
    [InlineData("-mhc=off")]
    [InlineData("-m0=Copy")]
    [InlineData("-m0=LZMA")]
    [InlineData("-m0=LZMA:lc=0:lp=4:pb=0:eos")]
    [InlineData("-m0=LZMA2")]
    [InlineData("-m0=LZMA2:d=64k")]
    [InlineData("-m0=PPMd")]
    [InlineData("-m0=PPMd:o=32:mem=1m")]
    [InlineData("-m0=PPMd:o=2", "-ms=off")]
    [InlineData("-m0=BZip2")]
    [InlineData("-m0=Deflate")]
    [InlineData("-m0=Deflate64", "-ms=off")]
    [InlineData("-mf=off")]
    [InlineData("-m0=Swap2", "-m1=LZMA")]
    [InlineData("-m0=Swap4", "-m1=LZMA")]
    [InlineData("-m0=Delta:4", "-m1=LZMA2")]
    [InlineData("-m0=BCJ", "-m1=LZMA2")]
    [InlineData("-m0=BCJ", "-m1=Deflate")]
    [InlineData("-m0=BCJ", "-m1=Copy")]
    [InlineData("-m0=BCJ2", "-m1=LZMA", "-m2=LZMA", "-m3=LZMA", "-mb0:1", "-mb0s1:2", "-mb0s2:3")]
    [InlineData("-m0=BCJ2", "-m1=PPMd", "-m2=Copy", "-m3=BZip2", "-mb0:1", "-mb0s1:2", "-mb0s2:3")]
    [InlineData("-m0=PPC", "-m1=LZMA")]
    [InlineData("-m0=IA64", "-m1=LZMA")]
    [InlineData("-m0=ARM", "-m1=LZMA")]
    [InlineData("-m0=ARMT", "-m1=LZMA")]
    [InlineData("-m0=SPARC", "-m1=LZMA")]
    [InlineData("-m0=ARM64", "-m1=LZMA")]
    [InlineData("-m0=Delta:2", "-m1=BCJ", "-m2=Deflate", "-m3=LZMA2")]
    public void ReadsWhatSevenZipWrites(params string[] options)
    {
        using var work = new WorkFolder();
        var files = work.WriteSampleFiles();
        work.Run("7z", ["a", "-bd", .. options, "a.7z", "files"]);
        var sink = SevenZipReader.Instance.Read(work.Bytes("a.7z"));
        sink.AssertHolds(files);
        sink.AssertClean();
        Assert.Equal(files.Count, sink.Members.Count);
    }

    /// <summary>Small memories fill up again and again: blocks are split and joined, and the model starts anew.</summary>
    [Theory]
    [InlineData("o=2:mem=64k")]
    [InlineData("o=4:mem=100k")]
    [InlineData("o=6:mem=64k")]
    [InlineData("o=16:mem=300k")]
    [InlineData("o=32:mem=1m")]
    [InlineData("o=32:mem=777k")]
    [InlineData("o=8:mem=16m")]
    public void ReadsPpmdOfAllOrdersAndMemories(string options)
    {
        using var work = new WorkFolder();
        var text = new StringBuilder();
        var random = new Random(6);
        for (var line = 0; line < 10_000; line++)
            text.Append(System.Globalization.CultureInfo.InvariantCulture, $"{line}: {random.Next(100)} words of {random.Next(3)}\n");
        var noise = new byte[100_000];
        random.NextBytes(noise);
        var files = new Dictionary<string, byte[]>
        {
            ["a"] = work.Write("files/a", Encoding.ASCII.GetBytes(text.ToString())),
            ["b"] = work.Write("files/b", noise),
            ["c"] = work.Write("files/c", File.ReadAllBytes(typeof(SevenZipReader).Assembly.Location)[..400_000]),
            ["d"] = work.Write("files/d", [.. noise, .. new byte[100_000], .. noise]),
        };
        work.Run("7z", "a", "-bd", $"-m0=PPMd:{options}", "a.7z", "files");
        var sink = SevenZipReader.Instance.Read(work.Bytes("a.7z"));
        sink.AssertHolds(files);
        sink.AssertClean();
    }

    [Theory]
    [InlineData("-mf=BCJ2")]
    [InlineData("-mf=BCJ")]
    [InlineData("-mf=BCJ2", "-psecret")]
    public void ReadsPrograms(params string[] options)
    {
        using var work = new WorkFolder();
        var files = new Dictionary<string, byte[]>();
        foreach (var path in (string[])["/usr/bin/7z", "/bin/bash", "/usr/lib/p7zip/7z", typeof(SevenZipReader).Assembly.Location])
        {
            if (File.Exists(path))
                files[Path.GetFileName(path)] = work.Write("files/" + Path.GetFileName(path), File.ReadAllBytes(path));
        }

        work.Run("7z", ["a", "-bd", .. options, "a.7z", "files"]);
        var sink = SevenZipReader.Instance.Read(work.Bytes("a.7z"), "secret");
        sink.AssertHolds(files);
        sink.AssertClean();
    }

    [Theory]
    [InlineData("-psecret")]
    [InlineData("-psecret", "-mhe=on")]
    [InlineData("-psecret", "-mx0")]
    [InlineData("-psecret", "-ms=off", "-m0=PPMd")]
    public void OpensEncryptedFoldersWithTheRightPassword(params string[] options)
    {
        using var work = new WorkFolder();
        var files = work.WriteSampleFiles();
        work.Run("7z", ["a", "-bd", .. options, "a.7z", "files"]);
        var bytes = work.Bytes("a.7z");
        var sink = SevenZipReader.Instance.Read(bytes, "wrong", "", "secret");
        sink.AssertHolds(files);
        sink.AssertClean();

        foreach (string[] passwords in new string[][] { [], ["wrong", "Secret"] })
        {
            sink = SevenZipReader.Instance.Read(bytes, passwords);
            Assert.NotEmpty(sink.NotScanned);
            Assert.All(sink.NotScanned, n => Assert.Equal(NotScannedReason.Encrypted, n.Reason));
            // A wrong password decrypts a file of one byte, stored, to the right byte once in 256 times; then nothing is wrong with it.
            Assert.All(sink.Members, m => Assert.True(m.Content.Length == 0 || m.Content.Length == 1 && m.Content[0] == files[m.Name][0], m.Name));
            if (!options.Contains("-mhe=on"))
                Assert.Equal(files.Count, sink.NotScanned.Count + sink.Members.Count);
        }
    }

    [Fact]
    public void OpensPasswordsThatAreNotAscii()
    {
        using var work = new WorkFolder();
        var content = work.Write("t", "some text"u8.ToArray());
        work.Run("7z", "a", "-bd", "-pgrün-密", "a.7z", "t");
        SevenZipReader.Instance.Read(work.Bytes("a.7z"), "grün-密").AssertHolds(new Dictionary<string, byte[]> { ["t"] = content });
    }

    [Fact]
    public void ReportsTheRestOfAMultiVolumeArchive()
    {
        using var work = new WorkFolder();
        work.WriteSampleFiles();
        work.Run("7z", "a", "-bd", "-v50k", "a.7z", "files");
        var sink = SevenZipReader.Instance.Read(work.Bytes("a.7z.001"));
        Assert.Contains(sink.NotScanned, n => n.Reason == NotScannedReason.MissingVolume);
        Assert.Contains(sink.Faults, f => f.Id == SevenZipFaults.Truncated);
        // The content that is there is scanned nevertheless.
        Assert.Contains(sink.Members, m => m.Content.Length > 50_000);
    }

    [Fact]
    public void FindsAHeaderThatTheStartHeaderLost()
    {
        using var work = new WorkFolder();
        var files = work.WriteSampleFiles();
        work.Run("7z", "a", "-bd", "a.7z", "files");
        var bytes = work.Bytes("a.7z");
        bytes.AsSpan(8, 24).Clear();
        bytes[12] = 0xFF;
        var sink = SevenZipReader.Instance.Read(bytes);
        Assert.Contains(sink.Faults, f => f.Id == SevenZipFaults.DisplacedHeader);
        sink.AssertHolds(files);
    }

    [Fact]
    public void ReportsWrongChecksums()
    {
        foreach (var option in (string[])["-m0=Copy", "-m0=BCJ"])
        {
            using var work = new WorkFolder();
            var content = work.Write("t", [.. Enumerable.Range(0, 1000).Select(n => (byte)n)]);
            work.Run("7z", "a", "-bd", option, "-ms=off", "a.7z", "t");
            var bytes = work.Bytes("a.7z");
            bytes[SevenZipFormat.StartHeaderLength + 300] ^= 1;
            var sink = SevenZipReader.Instance.Read(bytes);
            Assert.Equal([SevenZipFaults.WrongChecksum], sink.Faults.Select(f => f.Id));
            Assert.Equal(content.Length, sink.Members.Single().Content.Length);
        }
    }

    [Fact]
    public void HandsOnWhatNoFileNames()
    {
        using var work = new WorkFolder();
        var files = work.WriteSampleFiles();
        work.Run("7z", "a", "-bd", "a.7z", "files");
        var sink = SevenZipReader.Instance.Read([.. work.Bytes("a.7z"), .. "behind"u8]);
        sink.AssertHolds(files);
        Assert.Equal([SevenZipFaults.TrailingData], sink.Faults.Select(f => f.Id));
        Assert.Contains(sink.Members, m => m.Content.AsSpan().SequenceEqual("behind"u8));
    }

    [Fact]
    public void ReadsAnEmptyArchiveAndMarksOfDeletedFiles()
    {
        using var work = new WorkFolder();
        work.Write("t", "text"u8.ToArray());
        work.Write("u", "more"u8.ToArray());
        work.Run("7z", "a", "-bd", "a.7z", "t", "u");
        work.Run("7z", "d", "-bd", "a.7z", "t");
        work.Run("7z", "d", "-bd", "a.7z", "u");
        var sink = SevenZipReader.Instance.Read(work.Bytes("a.7z"));
        sink.AssertClean();
        Assert.Empty(sink.Members);

        work.Run("7z", "a", "-bd", "b.7z", "t", "u");
        File.Delete(work.Path("u"));
        work.Run("7z", "u", "-bd", "b.7z", "t", "-u-", "-up0q3x2z0!anti.7z");
        sink = SevenZipReader.Instance.Read(work.Bytes("anti.7z"));
        sink.AssertClean();
        Assert.DoesNotContain(sink.Members, m => m.Name == "u");
    }

    [Fact]
    public void RefusesDictionariesBeyondTheBudget()
    {
        using var work = new WorkFolder();
        work.Write("t", new byte[3 << 20]);
        work.Run("7z", "a", "-bd", "-m0=LZMA:d=64m", "a.7z", "t");
        var sink = new RecordingSink(ScanLimits.Default with { MaxDecoderMemory = 1 << 20 });
        SevenZipReader.Instance.Read(new MemoryByteSource(work.Bytes("a.7z")), sink);
        Assert.Equal(NotScannedReason.OverBudget, sink.NotScanned.Single().Reason);
        Assert.Empty(sink.Members);
    }

    [Theory]
    [InlineData("-mx5")]
    [InlineData("-mhc=off", "-ms=off")]
    [InlineData("-m0=PPMd:mem=1m")]
    [InlineData("-m0=BZip2")]
    [InlineData("-m0=Deflate64")]
    [InlineData("-m0=BCJ2", "-m1=LZMA", "-m2=LZMA", "-m3=LZMA", "-mb0:1", "-mb0s1:2", "-mb0s2:3", "-mhc=off")]
    [InlineData("-mx0", "-mhc=off")]
    [InlineData("-psecret", "-mhe=on")]
    public void SurvivesDamage(params string[] options)
    {
        using var work = new WorkFolder();
        var files = work.WriteSampleFiles();
        File.Delete(work.Path("files/noise.bin"));
        Assert.NotEmpty(files);
        work.Run("7z", ["a", "-bd", .. options, "a.7z", "files"]);
        SevenZipReader.Instance.AssertSurvivesDamage(work.Bytes("a.7z"), 21, "secret");
    }
}
