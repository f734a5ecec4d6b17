using System.IO.Compression;
using Perisai.Engine.Containers.Cpio;
using Perisai.Engine.Containers.Rpm;

namespace Perisai.Engine.Tests.Containers.Rpm;

public sealed class RpmReaderTests
{
    [Fact]
    public void HandsOnThePayload()
    {
        using var work = new WorkFolder();
        var package = Build(work, "w9.gzdio", out var content);
        var sink = RpmReader.Instance.Read(package);
        sink.AssertClean();
        Assert.True(sink.Members.Single().FromSlice);
        using var gzip = new GZipStream(new MemoryStream(sink.Members[0].Content), CompressionMode.Decompress);
        using var cpio = new MemoryStream();
        gzip.CopyTo(cpio);
        var inner = CpioReader.Instance.Read(cpio.ToArray());
        inner.AssertClean();
        Assert.True(inner.Members.Single().Content.AsSpan().SequenceEqual(content));
    }

    [Theory]
    [InlineData("w9.bzdio", "BZh")]
    [InlineData("w6.xzdio", "\u00FD7zXZ")]
    [InlineData("w3.zstdio", "(\u00B5/\u00FD")]
    public void HandsOnOtherCompressorsAsTheyAre(string payload, string magic)
    {
        using var work = new WorkFolder();
        var sink = RpmReader.Instance.Read(Build(work, payload, out _));
        Assert.StartsWith(magic, System.Text.Encoding.Latin1.GetString(sink.Members.Single().Content), StringComparison.Ordinal);
    }

    /// <summary>Found by changing bytes: a payload that nobody can open was passed over in silence.</summary>
    [Fact]
    public void APayloadOfUnknownTypeIsALoss()
    {
        using var work = new WorkFolder();
        var package = Build(work, "w9.gzdio", out _);
        var payload = RpmReader.Instance.Read(package).Members.Single().Content;
        package[package.Length - payload.Length] ^= 0xFF;
        Assert.Equal(RpmFaults.UnknownPayload, Assert.Single(RpmReader.Instance.Read(package).Losses).Id);
    }

    [Fact]
    public void SurvivesDamage()
    {
        using var work = new WorkFolder();
        RpmReader.Instance.AssertSurvivesDamage(Build(work, "w9.gzdio", out _), 6);
    }

    private static byte[] Build(WorkFolder work, string payload, out byte[] content)
    {
        content = work.Write("payload.txt", System.Text.Encoding.ASCII.GetBytes(string.Concat(Enumerable.Repeat("payload ", 5000))));
        work.Write("p.spec", System.Text.Encoding.ASCII.GetBytes($"""
            Name: p
            Version: 1
            Release: 1
            Summary: s
            License: none
            BuildArch: noarch
            AutoReqProv: no
            %description
            d
            %install
            mkdir -p %buildroot/opt
            cp {work.Path("payload.txt")} %buildroot/opt/payload.txt
            %files
            /opt/payload.txt
            """));
        work.Run("rpmbuild", "-bb", "--quiet", "--define", $"_topdir {work.Path("rpm")}", "--define", $"_binary_payload {payload}", "p.spec");
        return File.ReadAllBytes(Directory.GetFiles(work.Path("rpm/RPMS"), "*.rpm", SearchOption.AllDirectories).Single());
    }
}
