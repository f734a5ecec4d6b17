using System.Security.Cryptography;

namespace Perisai.Engine.Tests.Containers.Mail;

/// <summary>Mails through the public scanner: a program in them is found by the digest of its content.</summary>
public sealed class MailScanTests
{
    private const string Samples = "/usr/share/clamav-testfiles/";

    [Theory]
    [InlineData("clam.mail", "clam.exe")]
    [InlineData("clam.exe.mbox.base64", "message-1 > clam.exe")]
    [InlineData("clam.exe.mbox.uu", "message-1 > clam.exe")]
    [InlineData("clam.tnef", "clam.exe")]
    public void FindsTheProgramInTheSamplesOfClamAv(string name, string path)
    {
        if (!File.Exists(Samples + name))
            Assert.Skip("The package clamav-testfiles is not installed.");
        var program = File.ReadAllBytes(Samples + "clam.exe");
        using var directory = new TemporaryDirectory();
        var database = directory.File("one.hdb");
        File.WriteAllText(database, $"{Convert.ToHexStringLower(MD5.HashData(program))}:{program.Length}:Clamav.Test.File-7\n");
        var builder = new DefinitionBuilder();
        builder.Add(database);
        builder.Build(directory.File("one.psg"));
        using var definitions = DefinitionSet.Open(directory.File("one.psg"));
        using var scanner = new Scanner(definitions);
        using var source = new FileByteSource(Samples + name);
        var report = scanner.Scan(source, name);
        Assert.Equal(Verdict.Detected, report.Verdict);
        var detection = Assert.Single(report.Findings.OfType<Detection>());
        Assert.Equal("Clamav.Test.File-7", detection.Name);
        Assert.Equal($"{name} > {path}", detection.DisplayPath);
    }
}
