using System.Text;

namespace Perisai.Engine.Tests.Containers.Mail;

public sealed class MailReaderTests
{
    private const string Samples = "/usr/share/clamav-testfiles/";

    [Theory]
    [InlineData("clam.mail", FileType.Mail)]
    [InlineData("clam.exe.mbox.base64", FileType.Mbox)]
    [InlineData("clam.exe.mbox.uu", FileType.Mbox)]
    public void ReadsTheSamplesOfClamAv(string name, FileType type)
    {
        if (!File.Exists(Samples + name))
            Assert.Skip("The package clamav-testfiles is not installed.");
        var (leaves, faults, notScanned) = MailTree.Open(File.ReadAllBytes(Samples + name), type);
        var found = Assert.Single(leaves, leaf => leaf.Content.AsSpan().SequenceEqual(File.ReadAllBytes(Samples + "clam.exe")));
        Assert.Equal("clam.exe", found.Name);
        Assert.Empty(faults);
        Assert.Empty(notScanned);
    }

    [Theory]
    [InlineData("multipart/mixed; boundary=abc")]
    [InlineData("multipart/mixed; boundary=\"abc\"")]
    [InlineData("MULTIPART/Mixed ; charset=x ; BOUNDARY = \"abc\" ")]
    [InlineData("multipart/mixed boundary=abc")]
    [InlineData("multipart/mixed; boundary='abc'")]
    [InlineData("multipart/mixed; boundary=\"abc")]
    [InlineData("multipart/mixed; boundary=\"abc\" charset=y")]
    [InlineData("multipart/mixed; boundary=abc charset=y")]
    [InlineData("multipart/mixed; (comment (nested)) boundary=(another)\"abc\"")]
    [InlineData("multipart/mixed; boundary=\"other\"; boundary=abc")]
    [InlineData("multipart/mixed; boundary=abc; boundary=\"other\"")]
    [InlineData("multipart/mixed; boundary*0=a; boundary*1=\"bc\"")]
    [InlineData("multipart/mixed; boundary*=us-ascii''%61bc")]
    [InlineData("multipart/mixed; boundary=\"a\\bc\"")]
    [InlineData("multipart/mixed;\r\n\tboundary=\"abc\"")]
    [InlineData("multipart/mixed;\r\nboundary=\"abc\"")]
    [InlineData("multipart/mixed; boundary=\"abc  \"")]
    [InlineData("multipart/mixed")]
    [InlineData("multipart/mixed; boundary=\"never found\"")]
    [InlineData("text/plain\r\nContent-Type: multipart/mixed; boundary=abc")]
    [InlineData("multipart/mixed; boundary=abc\r\nContent-Type: text/plain")]
    [InlineData("multipart/mixed; boundary=abc\r\nthis is no field")]
    public void FindsPartsBehindSloppyContentTypes(string contentType)
    {
        var mail = $"From: a@example.org\r\nContent-Type: {contentType}\r\n\r\n--abc\r\nContent-Type: text/plain\r\n\r\nhello\r\n"
            + "--abc  \r\nContent-Type: application/octet-stream; name=x.bin\r\nContent-Transfer-Encoding: base64\r\n\r\nAAEC/w==\r\n--abc--\r\nbye\r\n";
        var (leaves, _, _) = MailTree.Open(Encoding.Latin1.GetBytes(mail));
        Assert.Contains(leaves, leaf => leaf.Content.AsSpan().SequenceEqual("hello"u8));
        Assert.Contains(leaves, leaf => leaf.Name == "x.bin" && leaf.Content is [0, 1, 2, 255]);
    }
}
