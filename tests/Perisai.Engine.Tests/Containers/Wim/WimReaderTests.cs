using Perisai.Engine.Containers.Wim;

namespace Perisai.Engine.Tests.Containers.Wim;

public sealed class WimReaderTests
{
    [Theory]
    [InlineData("none")]
    [InlineData("xpress")]
    [InlineData("lzx")]
    public void ReadsWhatWimlibWrites(string method)
    {
        using var work = new WorkFolder();
        var files = work.WriteSampleFiles().Where(file => file.Key != "empty").ToDictionary();
        var sink = WimReader.Instance.Read(Build(work, method));
        sink.AssertHolds(files, names: false);
        sink.AssertClean();
        Assert.Equal("description.xml", sink.Members[0].Name);
        Assert.Contains(sink.Members, member => member.Name.StartsWith("files-", StringComparison.Ordinal));
        foreach (var member in sink.Members.Skip(1))
            Assert.EndsWith(Convert.ToHexStringLower(System.Security.Cryptography.SHA1.HashData(member.Content)), member.Name, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("lzms")]
    [InlineData("lzx:100", "--solid")]
    public void WhatIsNotOpenedIsReported(string method, params string[] options)
    {
        using var work = new WorkFolder();
        work.WriteSampleFiles();
        Assert.Contains(WimReader.Instance.Read(Build(work, method, options)).NotScanned, found => found.Reason == NotScannedReason.Unsupported);
    }

    [Fact]
    public void ACutIsALoss()
    {
        using var work = new WorkFolder();
        work.WriteSampleFiles();
        var bytes = Build(work, "xpress");
        Assert.Contains(WimReader.Instance.Read(bytes[..(bytes.Length / 2)]).Losses, fault => fault.Id is WimFaults.Truncated or WimFaults.BadTable);
    }

    internal static byte[] Build(WorkFolder work, string method, params string[] options)
    {
        work.Run("wimlib-imagex", ["capture", "files", "out.wim", $"--compress={method}", "--no-acls", "--quiet", .. options]);
        return work.Bytes("out.wim");
    }
}
