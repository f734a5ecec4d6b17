using System.Text;
using Perisai.Engine.Containers.Ole2;
using Perisai.Engine.Containers.Ole2.Encryption;

namespace Perisai.Engine.Tests.Containers.Ole2;

/// <summary>Documents that Office 97 to 2003 encrypted: what comes out, with which passwords, and whether another program reads our samples as we do.</summary>
public sealed class OldEncryptionTests
{
    private const string Default = "VelvetSweatshop";

    private static readonly byte[] _content = Encoding.ASCII.GetBytes(string.Concat(Enumerable.Range(0, 1500).Select(n => $"{n * 37} ")));

    /// <summary>What Excel writes for its own password, in every workbook that is protected against changes only.</summary>
    [Fact]
    public void The_default_password_has_the_check_that_Excel_writes() => Assert.Equal(
        (0xB359, 0x9A0A), (Obfuscation.KeyOf(Encoding.ASCII.GetBytes(Default)), Obfuscation.VerifierOf(Encoding.ASCII.GetBytes(Default))));

    [Theory]
    [InlineData("xor", Default)]
    [InlineData("rc4", Default)]
    [InlineData("api", Default)]
    [InlineData("xor", "geheim")]
    [InlineData("rc4", "geheim")]
    [InlineData("api", "geheim")]
    public void AWordDocumentIsDecrypted(string kind, string password)
    {
        var (plain, encrypted) = OldEncryptionBuilder.Word(kind, _content, password);
        var file = OldEncryptionBuilder.File(encrypted);
        var sink = Ole2Reader.Instance.Read(file, "wrong", password);
        sink.AssertClean();
        foreach (var (name, content) in plain)
            Assert.Equal(content, Assert.Single(sink.Members, member => member.Name == $"{name}/decrypted").Content);
        if (password != Default)
            Assert.Equal(NotScannedReason.Encrypted, Assert.Single(Ole2Reader.Instance.Read(file, "wrong").NotScanned).Reason);
    }

    [Theory]
    [InlineData(Default)]
    [InlineData("geheim")]
    public void AWorkbookIsDeobfuscated(string password)
    {
        var (plain, encrypted) = WorkbookBuilder.Obfuscate(1, _content, password);
        var file = new Ole2Builder().Add("Workbook", encrypted).ToArray();
        var sink = Ole2Reader.Instance.Read(file, password);
        Assert.Equal(plain, Assert.Single(sink.Members, member => member.Name == "Workbook/decrypted").Content);
        Assert.Contains(Perisai.Engine.Containers.Observations.ExcelMacros, sink.Observed);
        sink.AssertClean();
        if (password != Default)
            Assert.Equal(NotScannedReason.Encrypted, Assert.Single(Ole2Reader.Instance.Read(file).NotScanned).Reason);
    }

    [Theory]
    [InlineData(Default)]
    [InlineData("geheim")]
    public void APresentationIsDecryptedWithItsObjectsPicturesAndProperties(string password)
    {
        var (plain, encrypted) = OldEncryptionBuilder.Presentation(_content, password);
        var sink = Ole2Reader.Instance.Read(OldEncryptionBuilder.File(encrypted), password);
        sink.AssertClean();
        Assert.Equal(plain["PowerPoint Document"], Member("PowerPoint Document/decrypted"));
        Assert.Equal(_content, Member("PowerPoint Document/object-1"));
        Assert.Equal(_content, Member("Pictures/picture-1"));
        Assert.Equal(plain["[5]Summary"], Member("EncryptedSummary/[5]Summary"));
        if (password != Default)
            Assert.Equal(3, Ole2Reader.Instance.Read(OldEncryptionBuilder.File(encrypted)).NotScanned.Count);

        byte[] Member(string name) => Assert.Single(sink.Members, member => member.Name == name).Content;
    }

    /// <summary>Our samples were not made by Office. msoffcrypto-tool, which reads what Office makes, decrypts them to the same bytes.</summary>
    [Theory]
    [InlineData("doc-rc4")]
    [InlineData("doc-api")]
    [InlineData("xls-rc4")]
    [InlineData("xls-api")]
    [InlineData("ppt-api")]
    public void AnotherProgramDecryptsTheSame(string kind)
    {
        Assert.SkipUnless(File.Exists("/usr/bin/msoffcrypto-tool"), "msoffcrypto-tool is not installed");
        using var work = new WorkFolder();
        var (plain, encrypted) = Sample(kind);
        work.Write("in", OldEncryptionBuilder.File(encrypted));
        work.Run("msoffcrypto-tool", "-p", Default, "in", "out");
        var theirs = Ole2Reader.Instance.Read(work.Bytes("out"), Default);
        foreach (var (name, content) in plain.Where(stream => stream.Key is "1Table" or "Data" or "Workbook" or "PowerPoint Document" or "WordDocument"))
        {
            var their = Assert.Single(theirs.Members, member => member.Name == name).Content;
            // What says that a stream is encrypted is taken away.
            var (from, to) = kind[..3] switch
            {
                "doc" when name == "WordDocument" => (18, their.Length),
                "doc" when name == "1Table" => (BitConverter.ToInt32(plain["WordDocument"], 14), their.Length),
                "doc" => (0, their.Length),
                "xls" => (20 + 4 + BitConverter.ToUInt16(content, 22), their.Length),
                _ => (0, content.AsSpan().IndexOf(new byte[] { 15, 0, 0x14, 0x2F })),
            };
            Assert.Equal(content[from..Math.Min(to, content.Length)], their[from..Math.Min(to, content.Length)]);
        }
    }

    private static (Dictionary<string, byte[]> Plain, Dictionary<string, byte[]> Encrypted) Sample(string kind)
    {
        if (kind.StartsWith("doc", StringComparison.Ordinal))
            return OldEncryptionBuilder.Word(kind[4..], _content, Default);
        if (kind.StartsWith("ppt", StringComparison.Ordinal))
            return OldEncryptionBuilder.Presentation(_content, Default);
        var (plain, encrypted) = WorkbookBuilder.Encrypt(0, _content, Default, kind == "xls-api");
        return (new() { ["Workbook"] = plain }, new() { ["Workbook"] = encrypted });
    }
}
