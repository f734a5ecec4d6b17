using System.Text;
using Perisai.Engine.Containers.Pdf;

namespace Perisai.Engine.Tests.Containers.Pdf;

/// <summary>Documents that qpdf encrypts in every way it knows, opened with the empty, the user's and the owner's password.</summary>
public sealed class PdfEncryptionTests
{
    private static readonly byte[] _content = Encoding.ASCII.GetBytes(string.Concat(Enumerable.Range(0, 3000).Select(n => $"line {n * 7919 % 1000}\n")));

    public static TheoryData<string> Ways =>
    [
        "40", "128 --use-aes=n", "128 --use-aes=y", "128 --use-aes=n --force-V4", "128 --use-aes=y --cleartext-metadata", "256", "256 --force-R5",
    ];

    [Theory]
    [MemberData(nameof(Ways))]
    public void Every_revision_is_opened(string way)
    {
        using var work = new WorkFolder();
        work.Write("in.pdf", Document());
        foreach (var objects in (string[])["disable", "generate"])
        {
            Encrypt(work, objects, way, "", "owner");
            AssertOpened(PdfReader.Instance.Read(work.Bytes("out.pdf")), way);
            Encrypt(work, objects, way, "user", "owner");
            AssertOpened(PdfReader.Instance.Read(work.Bytes("out.pdf"), "wrong", "user"), way);
            AssertOpened(PdfReader.Instance.Read(work.Bytes("out.pdf"), "wrong", "owner"), way);
            var locked = PdfReader.Instance.Read(work.Bytes("out.pdf"), "wrong");
            Assert.Equal(NotScannedReason.Encrypted, Assert.Single(locked.NotScanned).Reason);
            Assert.DoesNotContain(locked.Members, member => member.Content.AsSpan().IndexOf("line 7"u8) >= 0);
        }
    }

    private static void AssertOpened(RecordingSink sink, string way)
    {
        Assert.True(sink.NotScanned.Count == 0 && sink.Losses.Count == 0, $"{way}: {string.Join(", ", sink.NotScanned)}; {string.Join(", ", sink.Faults)}");
        Assert.Equal(_content, Assert.Single(sink.Members, member => member.Name == "file.txt").Content);
        var script = Assert.Single(sink.Members, member => member.DeclaredType == FileType.Script);
        Assert.Equal("app.alert(1)", Encoding.ASCII.GetString(script.Content));
    }

    private static byte[] Document() => new PdfBuilder()
        .Add("<< /Type /Catalog /Pages 2 0 R /OpenAction 5 0 R /Names << /EmbeddedFiles << /Names [(file.txt) 3 0 R] >> >> >>")
        .Add("<< /Type /Pages /Kids [6 0 R] /Count 1 >>")
        .Add("<< /Type /Filespec /F (file.txt) /UF (file.txt) /EF << /F 4 0 R >> >>")
        .AddFlate("/Type /EmbeddedFile", _content)
        .Add("<< /S /JavaScript /JS (app.alert\\(1\\)) >>")
        .Add("<< /Type /Page /Parent 2 0 R /MediaBox [0 0 100 100] >>")
        .Build("/ID [<00112233445566778899aabbccddeeff> <00112233445566778899aabbccddeeff>]");

    private static void Encrypt(WorkFolder work, string objects, string way, string user, string owner)
    {
        string[] options = way.Split(' ');
        work.Run("qpdf", ["--allow-weak-crypto", $"--object-streams={objects}", "--encrypt", user, owner, .. options, "--", "in.pdf", "out.pdf"]);
    }
}
