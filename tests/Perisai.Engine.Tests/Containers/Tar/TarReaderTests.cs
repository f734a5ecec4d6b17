using Perisai.Engine.Containers.Tar;

namespace Perisai.Engine.Tests.Containers.Tar;

public sealed class TarReaderTests
{
    [Theory]
    [InlineData("v7")]
    [InlineData("oldgnu")]
    [InlineData("gnu")]
    [InlineData("ustar")]
    [InlineData("posix")]
    public void ReadsWhatTarWrites(string format)
    {
        using var work = new WorkFolder();
        var files = work.WriteSampleFiles();
        if (format == "v7")
        {
            foreach (var longName in files.Keys.Where(n => n.Length > 90).ToList())
            {
                files.Remove(longName);
                File.Delete(work.Path("files/" + longName));
            }
        }

        File.CreateSymbolicLink(work.Path("files/link"), "one");
        work.Run("tar", $"--format={format}", "-cf", "a.tar", "files");
        var sink = TarReader.Instance.Read(work.Bytes("a.tar"));
        sink.AssertHolds(files);
        sink.AssertClean();
        Assert.Equal(files.Count, sink.Members.Count);
        Assert.All(sink.Members, m => Assert.True(m.FromSlice));
    }

    [Theory]
    [InlineData("gnu", "")]
    [InlineData("oldgnu", "")]
    [InlineData("posix", "0.0")]
    [InlineData("posix", "0.1")]
    [InlineData("posix", "1.0")]
    public void AssemblesSparseFiles(string format, string version)
    {
        using var work = new WorkFolder();
        var content = new byte[4 << 20];
        var random = new Random(2);
        // Forty islands: more than the header and one extension block hold.
        for (var island = 0; island < 40; island++)
            random.NextBytes(content.AsSpan(island * 100_000, 3000));
        content[^1] = 7;
        work.Write("dense", content);
        work.Run("cp", "--sparse=always", "dense", "sparse");
        string[] options = version.Length > 0 ? [$"--sparse-version={version}"] : [];
        work.Run("tar", ["--sparse", .. options, $"--format={format}", "-cf", "a.tar", "sparse", "dense"]);
        var archive = work.Bytes("a.tar");
        var sink = TarReader.Instance.Read(archive);
        sink.AssertClean();
        Assert.True(sink.Members.Count == 2);
        Assert.All(sink.Members, m => Assert.True(m.Content.AsSpan().SequenceEqual(content)));
        Assert.Contains(sink.Members, m => m.Name == "sparse" && !m.FromSlice);
    }

    [Fact]
    public void GoesOnBehindADamagedHeaderAndHandsOnWhatItHid()
    {
        using var work = new WorkFolder();
        var first = work.Write("first", Enumerable.Repeat((byte)'a', 5000).ToArray());
        var second = work.Write("second", Enumerable.Repeat((byte)'b', 700).ToArray());
        work.Run("tar", "-cf", "a.tar", "first", "second");
        var archive = work.Bytes("a.tar");
        archive[3] ^= 0x20;
        var sink = TarReader.Instance.Read(archive);
        Assert.Contains(sink.Faults, f => f is { Id: TarFaults.BadChecksum, Offset: 0 });
        Assert.True(sink.Members.Single(m => m.Name == "damaged").Content.AsSpan(0, 5000).SequenceEqual(first));
        Assert.True(sink.Members.Single(m => m.Name == "second").Content.AsSpan().SequenceEqual(second));
    }

    /// <summary>Found by changing bytes: the checksum's field has eight bytes, no more than the number behind the mark of base 256.</summary>
    [Fact]
    public void AChecksumInBase256IsReadLikeAnyOther()
    {
        using var work = new WorkFolder();
        var content = work.Write("first", [1, 2, 3]);
        work.Run("tar", "--format=ustar", "-cf", "a.tar", "first");
        var archive = work.Bytes("a.tar");
        archive[148] = 0x80;
        Assert.Contains(TarReader.Instance.Read(archive).Faults, f => f.Id == TarFaults.BadChecksum);
        archive.AsSpan(148, 8).Clear();
        var sum = archive[..512].Sum(value => value) + 8 * ' ';
        System.Buffers.Binary.BinaryPrimitives.WriteUInt64BigEndian(archive.AsSpan(148), 1UL << 63 | (uint)sum);
        Assert.Equal(content, Assert.Single(TarReader.Instance.Read(archive).Members).Content);
    }

    [Fact]
    public void ReadsArchivesBehindTheEndAndReportsAMissingEnd()
    {
        using var work = new WorkFolder();
        work.Write("first", [1, 2, 3]);
        work.Write("second", [4, 5, 6]);
        work.Run("tar", "-cf", "a.tar", "first");
        work.Run("tar", "-cf", "b.tar", "second");
        var sink = TarReader.Instance.Read([.. work.Bytes("a.tar"), .. work.Bytes("b.tar")]);
        Assert.Equal(["first", "second"], sink.Members.Select(m => m.Name));
        Assert.Contains(sink.Faults, f => f.Id == TarFaults.TrailingData);

        var cut = TarReader.Instance.Read(work.Bytes("a.tar")[..1024]);
        Assert.Single(cut.Members);
        Assert.Contains(cut.Faults, f => f.Id == TarFaults.MissingEnd);

        byte[] junk = [.. work.Bytes("a.tar"), .. "appended"u8];
        var trailing = TarReader.Instance.Read(junk);
        Assert.Equal("appended", System.Text.Encoding.ASCII.GetString(trailing.Members[^1].Content));
    }

    [Fact]
    public void ASparseFileOfATerabyteEndsWithTheBudget()
    {
        using var work = new WorkFolder();
        work.Run("truncate", "-s", "1T", "huge");
        work.Run("tar", "--sparse", "--format=posix", "-cf", "a.tar", "huge");
        var sink = new RecordingSink(ScanLimits.Default with { MaxProducedBytes = 8 << 20 });
        TarReader.Instance.Read(new MemoryByteSource(work.Bytes("a.tar")), sink);
        Assert.Equal(BudgetLimit.ProducedBytes, sink.Budget.Exhausted);
    }

    [Fact]
    public void TarInTarInTarCopiesNothing()
    {
        using var work = new WorkFolder();
        work.Write("0.tar", [1, 2, 3]);
        for (var level = 1; level < 12; level++)
            work.Run("tar", "-cf", $"{level}.tar", $"{level - 1}.tar");
        var bytes = work.Bytes("11.tar");
        for (var level = 10; level >= 0; level--)
        {
            var sink = TarReader.Instance.Read(bytes);
            Assert.True(sink.Members.Single().FromSlice);
            bytes = sink.Members[0].Content;
        }

        Assert.Equal([1, 2, 3], bytes);
    }

    [Theory]
    [InlineData("gnu")]
    [InlineData("posix")]
    public void SurvivesDamage(string format)
    {
        using var work = new WorkFolder();
        work.WriteSampleFiles();
        work.Write("sparse", [.. new byte[200_000], 1, 2, 3]);
        work.Run("cp", "--sparse=always", "sparse", "files/sparse");
        work.Run("tar", "--sparse", $"--format={format}", "-cf", "a.tar", "files");
        TarReader.Instance.AssertSurvivesDamage(work.Bytes("a.tar"), 3);
    }
}
