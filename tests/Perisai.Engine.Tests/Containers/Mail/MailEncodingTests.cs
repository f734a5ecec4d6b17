using System.Text;
using Perisai.Engine.Containers.Mail;

namespace Perisai.Engine.Tests.Containers.Mail;

/// <summary>Transfer encodings, well-formed and not, and headers that disagree with the body or with themselves.</summary>
public sealed class MailEncodingTests
{
    private static readonly byte[] _program = [.. "MZ"u8, .. Enumerable.Range(0, 300).Select(n => (byte)(n * 7))];

    [Theory]
    [InlineData("QUJD", "ABC")]
    [InlineData("QUI=", "AB")]
    [InlineData("QUI", "AB")]
    [InlineData("QQ", "A")]
    [InlineData("QQ==QUI=QUJD", "AABABC")]
    [InlineData("Q!U\u00e4J*D", "ABC")]
    [InlineData("Q\nU\r\nJ\n\nD", "ABC")]
    [InlineData("  Q U J D  ", "ABC")]
    [InlineData("====QUJD", "ABC")]
    [InlineData("Q=QUJD", "ABC")]
    public void Base64IsReadAsMailProgramsDo(string text, string expected)
    {
        var sink = Read("Content-Transfer-Encoding: base64", text);
        Assert.Equal(expected, Encoding.Latin1.GetString(sink.Members[0].Content));
    }

    [Theory]
    [InlineData("a=3Db=3db", "a=b=b")]
    [InlineData("a=\nb", "ab")]
    [InlineData("a=\r\nb", "ab")]
    [InlineData("a= \t\r\nb", "ab")]
    [InlineData("a=ZZb=", "a=ZZb")]
    [InlineData("a=4", "a=4")]
    [InlineData("a==3D", "a==")]
    [InlineData("a \r\nb", "a \r\nb")]
    public void QuotedPrintableIsReadAsMailProgramsDo(string text, string expected)
    {
        var sink = Read("Content-Transfer-Encoding: quoted-printable", text);
        Assert.Equal(expected, Encoding.Latin1.GetString(sink.Members[0].Content));
    }

    [Theory]
    [InlineData("Content-Transfer-Encoding: base64")]
    [InlineData("content-transfer-encoding:BASE64")]
    [InlineData("Content-Transfer-Encoding: \"base64\"")]
    [InlineData("Content-Transfer-Encoding: base64;")]
    [InlineData("Content-Transfer-Encoding: (a comment) base64 (another)")]
    [InlineData("Content-Transfer-Encoding :\r\n base64")]
    [InlineData("Content-Transfer-Encoding: 7bit")]
    [InlineData("Content-Transfer-Encoding: made-up")]
    [InlineData("Content-Transfer-Encoding: base64\r\nContent-Transfer-Encoding: 7bit")]
    [InlineData("Content-Transfer-Encoding: quoted-printable\r\nContent-Transfer-Encoding: base64")]
    [InlineData("this is no field\r\nContent-Transfer-Encoding: base64")]
    [InlineData("X-None: 1")]
    public void ABase64BodyIsFoundWhateverTheHeaderSays(string field)
    {
        var text = Convert.ToBase64String(_program, Base64FormattingOptions.InsertLineBreaks);
        Assert.Contains(Read(field, text).Members, m => m.Content.AsSpan().SequenceEqual(_program));
    }

    [Fact]
    public void ABodyWithoutAnEmptyLineBeforeItIsFound()
    {
        var text = Convert.ToBase64String(_program, Base64FormattingOptions.InsertLineBreaks);
        var mail = $"From: a\r\nContent-Transfer-Encoding: base64\r\n{text}\r\n";
        Assert.Contains(MailReader.Instance.Read(Encoding.Latin1.GetBytes(mail)).Members, m => m.Content.AsSpan().SequenceEqual(_program));
    }

    [Fact]
    public void WhatFollowsPaddingIsReadBothWays()
    {
        var sink = Read("Content-Transfer-Encoding: base64", "QUI=QUJD");
        Assert.Equal(["ABABC", "AB"], sink.Members.Select(m => Encoding.Latin1.GetString(m.Content)));
        Assert.Contains(sink.Faults, f => f.Id == MailFaults.DataBehindPadding);
    }

    [Fact]
    public void ABodyThatIsDeclaredBase64AndIsTextIsReadBothWays()
    {
        var sink = Read("Content-Transfer-Encoding: base64", "This, however, is (plain) text - with blanks.");
        Assert.Contains(sink.Members, m => m.Content.AsSpan().IndexOf("however"u8) >= 0);
    }

    [Fact]
    public void LargeBase64IsDecodedAsItsEncoderWouldHaveIt()
    {
        var random = new Random(3);
        foreach (var length in new[] { 1, 1000, 49_151, 49_152, 49_153, 1_000_000 })
        {
            var content = new byte[length];
            random.NextBytes(content);
            var text = Convert.ToBase64String(content);
            foreach (var width in new[] { 1, 3, 76, 77, 1000, 100_000, text.Length })
            {
                var lines = new StringBuilder();
                for (var at = 0; at < text.Length; at += width)
                    lines.Append(text, at, Math.Min(width, text.Length - at)).Append(random.Next(2) == 0 ? "\n" : "\r\n").Append(random.Next(50) == 0 ? " *" : "");
                var sink = Read("Content-Transfer-Encoding: base64", lines.ToString());
                Assert.True(content.AsSpan().SequenceEqual(sink.Members[0].Content), $"{length} bytes in lines of {width}");
            }
        }
    }

    [Fact]
    public void ADelimiterThatBelongsToTwoMultipartsIsReadBothWays()
    {
        var mail = "From: a\nContent-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: multipart/mixed; boundary=\"b--\"\n\n"
            + "--b--\nContent-Type: text/plain\n\nhidden\n--b----\n--b\n\nshown\n--b--\n";
        var (leaves, _, _) = MailTree.Open(Encoding.Latin1.GetBytes(mail));
        Assert.Contains(leaves, leaf => leaf.Content.AsSpan().SequenceEqual("hidden"u8));
        Assert.Contains(leaves, leaf => leaf.Content.AsSpan().SequenceEqual("shown"u8));
    }

    [Fact]
    public void AnEncodedMultipartIsDecodedAndOpened()
    {
        var inner = Convert.ToBase64String("--b\n\nhidden\n--b--\n"u8, Base64FormattingOptions.InsertLineBreaks);
        var (leaves, _, _) = MailTree.Open(Encoding.Latin1.GetBytes($"From: a\nContent-Type: multipart/mixed; boundary=b\nContent-Transfer-Encoding: base64\n\n{inner}\n"));
        Assert.Contains(leaves, leaf => leaf.Content.AsSpan().SequenceEqual("hidden"u8));
    }

    [Fact]
    public void WhatCannotBeSeenIsReported()
    {
        var partial = Read("Content-Type: message/partial; id=x; number=2; total=3", "fragment");
        Assert.Equal(NotScannedReason.MissingVolume, Assert.Single(partial.NotScanned).Reason);
        var smime = Read("Content-Type: application/pkcs7-mime; smime-type=enveloped-data", "x");
        Assert.Equal(NotScannedReason.Encrypted, Assert.Single(smime.NotScanned).Reason);
        var pgp = Read("Content-Type: multipart/encrypted; boundary=b", "--b\n\nVersion: 1\n--b\n\nx\n--b--\n");
        Assert.Equal(NotScannedReason.Encrypted, Assert.Single(pgp.NotScanned).Reason);
    }

    [Theory]
    [InlineData("7bit")]
    [InlineData("quoted-printable")]
    [InlineData("base64")]
    public void BlocksWithinTextAreFound(string encoding)
    {
        // The mark lies far from the beginning, where the identification of the text does not look.
        var text = string.Concat(Enumerable.Repeat("A line of text before it.\n", 400)) + "begin 644 a.bin\n#04)#\n`\nend\nafter\n";
        var body = encoding == "base64" ? Convert.ToBase64String(Encoding.Latin1.GetBytes(text), Base64FormattingOptions.InsertLineBreaks) : text;
        var sink = Read($"Content-Type: text/plain\nContent-Transfer-Encoding: {encoding}", body);
        var found = Assert.Single(sink.Members, m => m.Name == "a.bin");
        Assert.Equal("ABC"u8, found.Content);
        Assert.Equal(2, sink.Members.Count);
    }

    [Fact]
    public void AMailReturnedWithinTextIsOpened()
    {
        var text = Convert.ToBase64String(_program, Base64FormattingOptions.InsertLineBreaks);
        var mail = "From: MAILER-DAEMON\n\nHi. This is the mail program.\nI could not deliver it.\n\n--- Below this line is a copy of the message.\n\n"
            + $"Return-Path: <a@example.org>\nReceived: from x\nFrom: a@example.org\nMIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: application/octet-stream\n"
            + $"Content-Transfer-Encoding: base64\n\n{text}\n--b--\n";
        var (leaves, _, _) = MailTree.Open(Encoding.Latin1.GetBytes(mail));
        Assert.Single(leaves, leaf => leaf.Content.AsSpan().SequenceEqual(_program));
    }

    [Fact]
    public void MailboxesAreSplitAtSeparatorsOnly()
    {
        var mailbox = "From a Thu Jul 31 13:49:50 2008\nFrom: a\n\nFrom here on it is text.\n>From a quoted line\nno empty line before\nFrom me to you\nmore\n\n"
            + "From b Thu Jul 31 13:49:51 2008\r\nFrom: b\r\n\r\nsecond\r\n\r\nFrom c Thu Jul 31 13:49:51 2008\r\nFrom: c\r\n\r\nthird\r\n";
        var sink = MboxReader.Instance.Read(Encoding.Latin1.GetBytes(mailbox));
        Assert.Equal(["message-1", "message-2", "message-3"], sink.Members.Select(m => m.Name));
        Assert.All(sink.Members, m => Assert.True(m.FromSlice && m.DeclaredType == FileType.Mail));
        Assert.StartsWith("From: b\r\n\r\nsecond", Encoding.Latin1.GetString(sink.Members[1].Content));
        var (leaves, _, _) = MailTree.Open(Encoding.Latin1.GetBytes(mailbox), FileType.Mbox);
        Assert.Contains(leaves, leaf => leaf.Name.EndsWith(":unquoted", StringComparison.Ordinal) && leaf.Content.AsSpan().IndexOf("\nFrom a quoted line"u8) >= 0);
    }

    [Theory]
    [InlineData("attachment; filename=a b.exe", "a b.exe")]
    [InlineData("attachment; filename=\"a;b.exe\"; size=1", "a;b.exe")]
    [InlineData("attachment; filename=\"=?iso-8859-1?Q?gr=FCn_x?=.exe\"", "grün x.exe")]
    [InlineData("attachment; filename=\"=?utf-8?B?Z3I=?= =?utf-8?B?w7xu?=\"", "grün")]
    [InlineData("attachment; filename*=iso-8859-1'de'gr%FCn", "grün")]
    [InlineData("attachment; filename=fallback; filename*=utf-8''better", "better")]
    [InlineData("attachment; filename*1=b.exe; filename*0=\"a\"", "ab.exe")]
    [InlineData("attachment; filename*0*=utf-8''gr%C3; filename*1*=%BCn", "grün")]
    [InlineData("attachment; FileName = \"C:\\folder\\a.exe\"", "C:\\folder\\a.exe")]
    [InlineData("attachment; filename=\"a\\\"b\"", "a\"b")]
    public void NamesAreDecoded(string disposition, string expected) =>
        Assert.Equal(expected, Read($"Content-Disposition: {disposition}", "x").Members.Single().Name);

    private static RecordingSink Read(string fields, string body) => MailReader.Instance.Read(Encoding.Latin1.GetBytes($"From: a@example.org\r\n{fields}\r\n\r\n{body}"));
}
