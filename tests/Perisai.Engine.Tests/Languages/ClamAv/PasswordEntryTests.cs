using System.Diagnostics;

namespace Perisai.Engine.Tests.Languages.ClamAv;

/// <summary>Passwords in databases (.pwdb).</summary>
public sealed class PasswordEntryTests
{
    [Theory]
    [InlineData("P;Engine:81-255,Container:CL_TYPE_ZIP;0;secret", true)]
    [InlineData("P;Engine:81-255;0;secret", true)]
    [InlineData("P;Engine:81-255;1;736563726574", true)]
    [InlineData("P;Engine:81-255,Container:CL_TYPE_ANY;0;secret", true)]
    [InlineData("P;Target:0;0;secret", true)]
    [InlineData("P;Engine:81-255;0;other", false)]
    public void Zip_archives_are_opened_with_them(string line, bool opens)
    {
        using var directory = new TemporaryDirectory();
        File.WriteAllText(directory.File("marked"), "some MARKED content");
        Directory.CreateDirectory(directory.File("db"));
        File.WriteAllText(directory.File("db/x.ndb"), $"Test.Marked:0:*:{Convert.ToHexString("MARKED"u8)}\n");
        File.WriteAllText(directory.File("db/x.pwdb"), line + "\n");
        Zip(directory, "e.zip");
        Assert.Equal([opens ? "Test.Marked" : null], Tests.Sources.ClamScan.Scan(directory.File("db"), false, directory.File("e.zip")));
        Tests.Sources.ClamScan.AssertAgrees(directory, directory.File("db"), false, directory.File("e.zip"));
    }

    [Theory]
    [InlineData("P;Engine:81-255;2;secret")]
    [InlineData("P;Engine:81-255;0")]
    [InlineData("P;Engine:81-255,Container:CL_TYPE_7Z;0;secret")]
    [InlineData("P;Container:CL_TYPE_ZIP;0;secret")]
    [InlineData("P;Engine:81-255;1;7365637265747")]
    [InlineData("P;Engine:81-255;1;zz")]
    [InlineData("P;;0;secret")]
    public void Lines_that_clamscan_refuses_are_refused(string line)
    {
        using var directory = new TemporaryDirectory();
        var database = directory.File("x.pwdb");
        File.WriteAllText(database, line + "\n");
        File.WriteAllText(directory.File("plain"), "nothing");
        var builder = new DefinitionBuilder();
        builder.Add(database);
        using var definitions = builder.BuildTemporary(out var report);
        Assert.Single(report.Diagnostics, diagnostic => diagnostic.IsError);
        Assert.Null(Tests.Sources.ClamScan.TryRun(directory, database, false, directory.File("plain")));
    }

    private static void Zip(TemporaryDirectory directory, string archive)
    {
        try
        {
            using var zip = Process.Start(new ProcessStartInfo("zip", ["-q", "-j", "-P", "secret", directory.File(archive), directory.File("marked")]))!;
            zip.WaitForExit();
            Assert.Equal(0, zip.ExitCode);
        }
        catch (System.ComponentModel.Win32Exception)
        {
            Assert.Skip("zip is not installed (Debian package zip).");
        }
    }
}
