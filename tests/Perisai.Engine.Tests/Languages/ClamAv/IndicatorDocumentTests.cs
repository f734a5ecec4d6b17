using System.Security.Cryptography;

namespace Perisai.Engine.Tests.Languages.ClamAv;

/// <summary>Documents of indicators (.ioc): which digests are taken from them, and under which name, beside clamscan.</summary>
public sealed class IndicatorDocumentTests
{
    private static readonly byte[] s_content = "an object that an indicator knows"u8.ToArray();

    private static string Md5 => Convert.ToHexStringLower(MD5.HashData(s_content));

    private static string Sha1 => Convert.ToHexStringLower(SHA1.HashData(s_content));

    private static string Sha256 => Convert.ToHexStringLower(SHA256.HashData(s_content));

    public static TheoryData<string> Items => new(
        $"<Context document=\"FileItem\" search=\"FileItem/Md5sum\" type=\"mir\"/><Content type=\"md5\"> {Md5}\n</Content>",
        $"<Context document=\"FileItem\" search=\"FileItem/Sha1sum\" type=\"mir\"/><Content type=\"string\">{Sha1}</Content>",
        $"<Context document=\"FileItem\" search=\"FileItem/Sha256sum\"/><Content type=\"string\">{Sha256.ToUpperInvariant()}</Content>",
        $"<Content type=\"SHA256\">{Sha256}</Content>",
        $"<Content type=\"string\">{Sha256}</Content>",
        $"<Content>{Md5}</Content>",
        $"<Context document=\"Network\" search=\"FileItem/Md5sum\"/><Content type=\"string\">{Md5}</Content>",
        $"<Context document=\"FileItem\" search=\"FileItem/FileName\"/><Content type=\"string\">{Md5}</Content>",
        $"<Content type=\"md5\"><!-- a comment -->{Md5}</Content>",
        $"<Content type=\"md5\"><b>{Md5}</b></Content>",
        "<Content type=\"md5\"></Content>",
        "<Content type=\"md5\"/>",
        $"<Context document=\"FileItem\" search=\"FileItem/Md5sum\"/></IndicatorItem><IndicatorItem><Content type=\"string\">{Md5}</Content>");

    [Theory]
    [MemberData(nameof(Items))]
    public void Takes_the_digests_that_clamscan_takes(string item)
    {
        using var directory = new TemporaryDirectory();
        File.WriteAllBytes(directory.File("known"), s_content);
        File.WriteAllText(directory.File("a b.ioc"), Document($"<IndicatorItem>{item}</IndicatorItem>"));
        Tests.Sources.ClamScan.AssertAgrees(directory, directory.File("a b.ioc"), false, directory.File("known"));
    }

    [Theory]
    [InlineData("{0}", true)]
    [InlineData("<Indicator operator=\"AND\">{0}</Indicator>", true)]
    [InlineData("</Indicator>{0}<Indicator>", false)]
    public void Items_within_indicators_count(string around, bool isFound)
    {
        using var directory = new TemporaryDirectory();
        File.WriteAllBytes(directory.File("known"), s_content);
        var item = $"<IndicatorItem><Content type=\"md5\">{Md5}</Content></IndicatorItem>";
        File.WriteAllText(directory.File("x.ioc"), Document(string.Format(System.Globalization.CultureInfo.InvariantCulture, around, item)));
        Assert.Equal([isFound ? $"x.ioc.{Md5}" : null], Tests.Sources.ClamScan.Scan(directory.File("x.ioc"), false, directory.File("known")));
        Tests.Sources.ClamScan.AssertAgrees(directory, directory.File("x.ioc"), false, directory.File("known"));
    }

    /// <summary>clamscan keeps silent about it and takes what it came by; here the author is told.</summary>
    [Theory]
    [InlineData("<ioc><Indicator><IndicatorItem><Content type=\"md5\">", "clamav.document")]
    [InlineData("no XML", "clamav.document")]
    [InlineData("<!DOCTYPE ioc [<!ENTITY a \"b\">]><ioc>&a;</ioc>", "clamav.document")]
    [InlineData("<ioc/>", "clamav.no-digests")]
    [InlineData("<ioc><Indicator><IndicatorItem><Content type=\"md5\">xyz</Content></IndicatorItem></Indicator></ioc>", "clamav.digest")]
    public void What_is_wrong_is_said(string document, string id)
    {
        using var directory = new TemporaryDirectory();
        File.WriteAllText(directory.File("x.ioc"), document);
        var builder = new DefinitionBuilder();
        builder.Add(directory.File("x.ioc"));
        using var definitions = builder.BuildTemporary(out var report);
        Assert.Equal(id, report.Diagnostics[0].Id);
        Assert.Equal(id == "clamav.document", report.Diagnostics[0].IsError);
    }

    [Fact]
    public void Ignored_ones_are_left_out()
    {
        using var directory = new TemporaryDirectory();
        File.WriteAllBytes(directory.File("known"), s_content);
        Directory.CreateDirectory(directory.File("db"));
        File.WriteAllText(directory.File("db/x.ioc"), Document($"<IndicatorItem><Content type=\"md5\">{Md5}</Content></IndicatorItem>"));
        File.WriteAllText(directory.File("db/x.ign2"), $"x.ioc.{Md5}\n");
        Assert.Equal([null], Tests.Sources.ClamScan.Scan(directory.File("db"), false, directory.File("known")));
    }

    private static string Document(string items) =>
        "<?xml version=\"1.0\" encoding=\"us-ascii\"?>\n<ioc xmlns=\"http://schemas.mandiant.com/2010/ioc\">\n"
        + $"<definition><Indicator operator=\"OR\">\n{items}\n</Indicator></definition></ioc>\n";
}
