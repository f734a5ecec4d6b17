using System.IO.Compression;

namespace Perisai.Engine.Tests.Languages.ClamAv;

/// <summary>The old definitions over members of zip and RAR archives (.zmd, .rmd), beside clamscan.</summary>
public sealed class OldMemberSignatureTests
{
    [Theory]
    [InlineData("0:two\\.txt:1000:*:*:*:2:*", true)]
    [InlineData("*:two\\.txt:*:*:*:*:*:*", true)]
    [InlineData("*:*:1000:*:*:*:*:*", true)]
    [InlineData("*:*:999:*:*:*:*:*", false)]
    [InlineData("1:two\\.txt:*:*:*:*:*:*", false)]
    [InlineData("*:^two$:*:*:*:*:*:*", false)]
    [InlineData("*:*:*:1000:*:*:*:*", false)]
    [InlineData("*:two:*:*:*:*:1:*", false)]
    [InlineData("*:two:*:*:*:*:2:77", true)]
    [InlineData("*:two:*:*:*:77:*:*", true)]
    public void Names_the_members_that_clamscan_names(string conditions, bool isFound)
    {
        using var directory = new TemporaryDirectory();
        WriteZip(directory);
        File.WriteAllText(directory.File("x.zmd"), $"Test.Member:{conditions}\n");
        Assert.Equal([isFound ? "Test.Member" : null], Tests.Sources.ClamScan.Scan(directory.File("x.zmd"), false, directory.File("a.zip")));
        Tests.Sources.ClamScan.AssertAgrees(directory, directory.File("x.zmd"), false, directory.File("a.zip"));
        File.WriteAllText(directory.File("x.rmd"), $"Test.Member:{conditions}\n");
        Tests.Sources.ClamScan.AssertAgrees(directory, directory.File("x.rmd"), false, directory.File("a.zip"));
    }

    [Theory]
    [InlineData("M:*:*:*:*:*:*:*", "clamav.field-count")]
    [InlineData("M:*:*:*:*:*:*:*:*:1", "clamav.field-count")]
    [InlineData("M:x:*:*:*:*:*:*:*", "clamav.member-number")]
    [InlineData("M:*:*:1-2:*:*:*:*:*", "clamav.member-number")]
    [InlineData("M:*:*:*:x:*:*:*:*", "clamav.member-number")]
    [InlineData("M:*:*:*:*:1:*:*:*", "clamav.member-number")]
    [InlineData("M:*:(:*:*:*:*:*:*", "clamav.name-expression")]
    [InlineData("M:*::*:*:*:*:*:*", "clamav.name-expression")]
    [InlineData(":*:*:*:*:*:*:*:*", "clamav.empty-name")]
    public void Refuses_the_lines_that_clamscan_refuses(string line, string id)
    {
        using var directory = new TemporaryDirectory();
        WriteZip(directory);
        File.WriteAllText(directory.File("x.zmd"), line + "\n");
        var builder = new DefinitionBuilder();
        builder.Add(directory.File("x.zmd"));
        using var definitions = builder.BuildTemporary(out var report);
        Assert.Equal([id], report.Diagnostics.Select(diagnostic => diagnostic.Id));
        Assert.Null(Tests.Sources.ClamScan.TryRun(directory, directory.File("x.zmd"), false, directory.File("a.zip")));
    }

    private static void WriteZip(TemporaryDirectory directory)
    {
        using var zip = ZipFile.Open(directory.File("a.zip"), ZipArchiveMode.Create);
        foreach (var (name, length) in new[] { ("one.txt", 5), ("two.txt", 1000) })
        {
            using var entry = zip.CreateEntry(name).Open();
            entry.Write(new byte[length]);
        }
    }
}
