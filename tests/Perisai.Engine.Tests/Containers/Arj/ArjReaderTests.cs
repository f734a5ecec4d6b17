using Perisai.Engine.Containers.Arj;

namespace Perisai.Engine.Tests.Containers.Arj;

public sealed class ArjReaderTests
{
    /// <summary>Files beyond 128 KiB among them.</summary>
    [Theory]
    [InlineData("-m0")]
    [InlineData("-m1")]
    [InlineData("-m2")]
    [InlineData("-m3")]
    [InlineData("-m4")]
    public void ReadsEachMethod(string method)
    {
        using var work = new WorkFolder();
        var files = work.WriteSampleFiles("files").Where(file => file.Key is not ("empty" or "deep/grün.txt")).ToDictionary();
        work.Run("arj", "a", "-y", "-r", method, "a.arj", "files");
        var sink = ArjReader.Instance.Read(work.Bytes("a.arj"));
        sink.AssertClean();
        sink.AssertHolds(files);
    }

    [Fact]
    public void ReadsTheArchiveOfClamAvsTestFiles()
    {
        var sink = ArjReader.Instance.Read(ClamTestFiles.Read("clam.arj"));
        sink.AssertClean();
        var member = Assert.Single(sink.Members);
        Assert.Equal("clam.exe", member.Name);
        Assert.Equal(ClamTestFiles.Read("clam.exe"), member.Content);
    }

    [Theory]
    [InlineData("-m0")]
    [InlineData("-m1")]
    [InlineData("-m4")]
    public void GarbledFilesAreOpenedWithThePasswordOnly(string method)
    {
        using var work = new WorkFolder();
        var content = work.Write("a.txt", [.. Enumerable.Range(0, 5000).Select(n => (byte)(n % 91))]);
        work.Run("arj", "a", "-y", method, "-gsecret", "a.arj", "a.txt");
        var sink = ArjReader.Instance.Read(work.Bytes("a.arj"), "wrong", "secret");
        sink.AssertClean();
        Assert.Equal(content, Assert.Single(sink.Members).Content);
        sink = ArjReader.Instance.Read(work.Bytes("a.arj"), "wrong");
        Assert.Empty(sink.Members);
        Assert.Equal(NotScannedReason.Encrypted, Assert.Single(sink.NotScanned).Reason);
    }

    [Fact]
    public void EachVolumeOfASetGivesWhatItHas()
    {
        using var work = new WorkFolder();
        var noise = new byte[50_000];
        new Random(5).NextBytes(noise);
        work.Write("a.bin", noise);
        work.Run("arj", "a", "-y", "-v30000", "a.arj", "a.bin");
        var first = ArjReader.Instance.Read(work.Bytes("a.arj"));
        var second = ArjReader.Instance.Read(work.Bytes("a.a01"));
        Assert.Equal(NotScannedReason.MissingVolume, Assert.Single(first.NotScanned).Reason);
        Assert.Equal(NotScannedReason.MissingVolume, Assert.Single(second.NotScanned).Reason);
        Assert.Equal(noise, first.Members[0].Content.Concat(second.Members[0].Content));
    }

    [Fact]
    public void ReadsChaptersAndComments()
    {
        using var work = new WorkFolder();
        var content = work.Write("a.txt", "first"u8.ToArray());
        work.Run("arj", "ac", "-y", "a.arj", "a.txt");
        work.Write("a.txt", "second"u8.ToArray());
        work.Run("arj", "ac", "-y", "a.arj", "a.txt");
        var sink = ArjReader.Instance.Read(work.Bytes("a.arj"));
        sink.AssertClean();
        Assert.Equal([content, "second"u8.ToArray()], sink.Members.Select(member => member.Content));
    }

    [Fact]
    public void ADamagedHeaderLosesItsFileAndTheNextIsFound()
    {
        using var work = new WorkFolder();
        work.Write("a.txt", "first"u8.ToArray());
        work.Write("b.txt", "second"u8.ToArray());
        work.Run("arj", "a", "-y", "-m0", "a.arj", "a.txt", "b.txt");
        var bytes = work.Bytes("a.arj");
        var first = bytes.AsSpan(4).IndexOf<byte>([0x60, 0xEA]) + 4;
        var wrongSum = bytes.ToArray();
        wrongSum[first + 4 + 8] ^= 1;
        var sink = ArjReader.Instance.Read(wrongSum);
        Assert.Equal(ArjFaults.HeaderChecksum, Assert.Single(sink.Faults).Id);
        Assert.Equal(2, sink.Members.Count);
        var lost = bytes.ToArray();
        lost[first] = 0;
        sink = ArjReader.Instance.Read(lost);
        Assert.Equal(ArjFaults.BadHeader, Assert.Single(sink.Losses).Id);
        Assert.Equal("second"u8.ToArray(), Assert.Single(sink.Members).Content);
        Assert.Contains(ArjReader.Instance.Read(bytes[..^4]).Losses, fault => fault.Id == ArjFaults.MissingEnd);
    }
}
