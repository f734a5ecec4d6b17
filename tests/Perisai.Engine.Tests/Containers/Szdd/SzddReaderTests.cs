using System.Text;
using Perisai.Engine.Containers.Szdd;

namespace Perisai.Engine.Tests.Containers.Szdd;

public sealed class SzddReaderTests
{
    [Fact]
    public void ReadsWhatMscompressWrites()
    {
        using var work = new WorkFolder();
        foreach (var (name, content) in work.WriteSampleFiles(".").Where(file => file.Key is "text.txt" or "noise.bin" or "zeros.bin"))
        {
            work.Run("mscompress", name);
            var sink = SzddReader.Instance.Read(work.Bytes(name + "_"));
            sink.AssertClean();
            Assert.Equal(content, Assert.Single(sink.Members).Content);
        }
    }

    [Fact]
    public void ReadsTheFileOfClamAvsTestFiles()
    {
        var sink = SzddReader.Instance.Read(ClamTestFiles.Read("clam.exe.szdd"));
        sink.AssertClean();
        Assert.Equal(ClamTestFiles.Read("clam.exe"), Assert.Single(sink.Members).Content);
    }

    [Theory]
    [InlineData(0, true)]
    [InlineData(1, true)]
    [InlineData(2, true)]
    [InlineData(3, true)]
    [InlineData(4, true)]
    [InlineData(1, false)]
    [InlineData(2, false)]
    [InlineData(4, false)]
    public void ReadsKwaj(int method, bool withFields)
    {
        var content = Encoding.ASCII.GetBytes(string.Join('\n', Enumerable.Range(0, 9000).Select(n => $"line {n} of {n * 7919 % 1000}")));
        var sink = SzddReader.Instance.Read(KwajBuilder.Build(method, content, withFields));
        sink.AssertClean();
        var member = Assert.Single(sink.Members);
        Assert.Equal(content, member.Content);
        Assert.Equal(withFields ? "NAME.TXT" : "", member.Name);
    }

    [Fact]
    public void AnUnknownMethodIsReported() =>
        Assert.Equal(NotScannedReason.Unsupported, Assert.Single(SzddReader.Instance.Read(KwajBuilder.Build(7, [1]))
            .NotScanned).Reason);

    [Fact]
    public void WhatFollowsTheDataIsAMember()
    {
        byte[] bytes = [.. "SZDD"u8, 0x88, 0xF0, 0x27, 0x33, (byte)'A', 0, 3, 0, 0, 0, 7, .. "abc"u8, .. "behind"u8];
        var sink = SzddReader.Instance.Read(bytes);
        Assert.Equal(["abc", "behind"], sink.Members.Select(member => Encoding.ASCII.GetString(member.Content)));
        Assert.Equal(SzddFaults.TrailingData, Assert.Single(sink.Faults).Id);
    }

    [Fact]
    public void DataThatEndsEarlyIsALoss()
    {
        byte[] bytes = [.. "SZDD"u8, 0x88, 0xF0, 0x27, 0x33, (byte)'A', 0, 30, 0, 0, 0, 7, .. "abc"u8];
        var sink = SzddReader.Instance.Read(bytes);
        Assert.Equal("test.decoder-failed", Assert.Single(sink.Faults).Id);
        Assert.Equal("abc"u8.ToArray(), Assert.Single(sink.Members).Content);
    }
}
