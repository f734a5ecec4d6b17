using Perisai.Engine.Containers.Cpio;

namespace Perisai.Engine.Tests.Containers.Cpio;

public sealed class CpioReaderTests
{
    private const string Samples = "/usr/share/clamav-testfiles";

    [Theory]
    [InlineData("bin")]
    [InlineData("odc")]
    [InlineData("newc")]
    [InlineData("crc")]
    public void ReadsWhatCpioWrites(string format)
    {
        using var work = new WorkFolder();
        var files = work.WriteSampleFiles();
        File.CreateSymbolicLink(work.Path("files/link"), "one");
        var archive = Pack(work, format);
        var sink = CpioReader.Instance.Read(archive);
        sink.AssertHolds(files);
        sink.AssertClean();
        Assert.Equal(files.Count, sink.Members.Count);
        Assert.All(sink.Members, m => Assert.True(m.FromSlice));
    }

    [Theory]
    [InlineData("clam.bin-be.cpio")]
    [InlineData("clam.bin-le.cpio")]
    [InlineData("clam.odc.cpio")]
    [InlineData("clam.newc.cpio")]
    public void ReadsTheSamplesOfClamAV(string name)
    {
        if (!Directory.Exists(Samples))
            Assert.Skip($"{Samples} is missing (Debian package clamav-testfiles).");
        var sink = CpioReader.Instance.Read(File.ReadAllBytes(Path.Combine(Samples, name)));
        sink.AssertHolds(new Dictionary<string, byte[]> { ["clam.exe"] = File.ReadAllBytes(Path.Combine(Samples, "clam.exe")) });
        Assert.Empty(sink.NotScanned);
    }

    [Fact]
    public void HandsOnWhatFollowsTheTrailer()
    {
        using var work = new WorkFolder();
        var files = work.WriteSampleFiles();
        var archive = Pack(work, "newc");
        var sink = CpioReader.Instance.Read([.. archive, .. archive, .. "something else"u8]);
        Assert.Equal(files.Count * 2 + 1, sink.Members.Count);
        Assert.Equal("something else", System.Text.Encoding.ASCII.GetString(sink.Members[^1].Content));
        Assert.Contains(sink.Faults, f => f.Id == CpioFaults.TrailingData);
    }

    [Fact]
    public void GoesOnBehindADamagedHeaderAndChecksSums()
    {
        using var work = new WorkFolder();
        var files = work.WriteSampleFiles();
        var archive = Pack(work, "crc");
        var broken = archive.ToArray();
        broken[0] = 0xFF;
        var sink = CpioReader.Instance.Read(broken);
        Assert.Contains(sink.Faults, f => f is { Id: CpioFaults.BadMagic, Offset: 0 });
        sink.AssertHolds(files);

        broken = archive.ToArray();
        broken[archive.AsSpan().IndexOf("line 0 of"u8)] ^= 1;
        Assert.Contains(CpioReader.Instance.Read(broken).Faults, f => f.Id == CpioFaults.BadSum);
    }

    [Theory]
    [InlineData("bin")]
    [InlineData("odc")]
    [InlineData("crc")]
    public void SurvivesDamage(string format)
    {
        using var work = new WorkFolder();
        work.WriteSampleFiles();
        CpioReader.Instance.AssertSurvivesDamage(Pack(work, format), 4);
    }

    private static byte[] Pack(WorkFolder work, string format)
    {
        var list = work.Run("find", "files", "-print0");
        return work.RunWithInput(list, "cpio", "-0", "-o", "-H", format);
    }
}
