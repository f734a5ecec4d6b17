using System.Text;

namespace Perisai.Engine.Tests.Scanning.Links;

/// <summary>What is left out of a search for links is said.</summary>
public sealed class LinkSearchTests
{
    [Theory]
    [InlineData(3, 0, null)]
    [InlineData(10_500, 0, "Not all links were compared: only the first 10000.")]
    [InlineData(3, 2 << 20, "The links were not compared: the text is too long.")]
    public void ALetterWithTooManyLinksIsSaidToBe(int links, int text, string? expected)
    {
        using var work = new Containers.WorkFolder();
        work.Write("hosts.pdb", Encoding.ASCII.GetBytes("H:example.com\n"));
        var builder = new DefinitionBuilder();
        builder.Add(work.Path("hosts.pdb"));
        using var set = builder.BuildTemporary(out _);
        using var scanner = new Scanner(set, new ScanOptions());
        var mail = new StringBuilder("From: a@example.org\r\nTo: b@example.org\r\nSubject: x\r\nDate: Mon, 1 Jan 2024 00:00:00 +0000\r\nMIME-Version: 1.0\r\nContent-Type: text/html\r\n\r\n<html>");
        for (var i = 0; i < links; i++)
            mail.Append("<a href=\"http://a.org/").Append(i).Append("\">t</a>\r\n");
        for (var length = 0; length < text; length += 64)
            mail.Append("A line of the letter, which says nothing at all to its readers.\r\n");
        var report = scanner.Scan(new MemoryByteSource(Encoding.ASCII.GetBytes(mail.Append("</html>\r\n").ToString())), "mail");
        Assert.Equal(expected, report.Findings.OfType<NotScanned>().SingleOrDefault(finding => finding.Detail.Contains("links", StringComparison.Ordinal))?.Detail);
    }
}
