using System.Text;
using Perisai.Engine.Containers.Xar;

namespace Perisai.Engine.Tests.Containers.Xar;

public sealed class XarReaderTests
{
    [Theory]
    [InlineData("gzip")]
    [InlineData("bzip2")]
    [InlineData("xz")]
    [InlineData("lzma")]
    [InlineData("none")]
    public void ReadsWhatBsdtarWrites(string compression)
    {
        using var work = new WorkFolder();
        var files = work.WriteSampleFiles().Where(file => file.Key != "empty").ToDictionary();
        work.Run("bsdtar", "--format=xar", $"--options=xar:compression={compression}", "-cf", "a.xar", "files");
        var sink = XarReader.Instance.Read(work.Bytes("a.xar"));
        sink.AssertHolds(files);
        sink.AssertClean();
        Assert.Equal("toc.xml", sink.Members[0].Name);
        Assert.StartsWith("<?xml", Encoding.UTF8.GetString(sink.Members[0].Content), StringComparison.Ordinal);
    }

    [Fact]
    public void ACutIsALoss()
    {
        using var work = new WorkFolder();
        work.WriteSampleFiles();
        work.Run("bsdtar", "--format=xar", "-cf", "a.xar", "files");
        var bytes = work.Bytes("a.xar");
        Assert.Contains(XarReader.Instance.Read(bytes[..^30]).Losses, fault => fault.Id == XarFaults.Truncated);
        Assert.Contains(XarReader.Instance.Read(bytes[..100]).Losses, fault => fault.Id == XarFaults.BadContents);
    }
}
