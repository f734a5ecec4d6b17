using System.Formats.Tar;
using System.IO.Compression;
using System.Text;

namespace Perisai.Engine.Tests.Languages.ClamAv;

/// <summary>Definitions over what containers say of their members (.cdb): each condition, beside clamscan on the same containers.</summary>
public sealed class MemberSignatureTests
{
    private static readonly string[] s_formats = ["a.zip", "folders.zip", "a.tar", "a.cpio", "plain.bin"];

    [Theory]
    [InlineData("*:*:two\\.txt$:*:*:*:*")]
    [InlineData("*:*:^two\\.txt$:*:*:*:*")]
    [InlineData("*:*:TWO:*:*:*:*")]
    [InlineData("*:*:(?i)TWO:*:*:*:*")]
    [InlineData("*:*:t[uvw]o|nothing:*:*:*:*")]
    [InlineData("*:*:o{2}:*:*:*:*")]
    [InlineData("*:*:[n-y]{2}\\.txt:*:*:*:*")]
    [InlineData("*:*:w\\x6f:*:*:*:*")]
    [InlineData("*:*:*:*:1000:*:*")]
    [InlineData("*:*:*:*:999-1001:*:*")]
    [InlineData("*:*:*:*:1001-5000:*:*")]
    [InlineData("*:*:*:1000:*:*:*")]
    [InlineData("*:*:*:*:*:*:0")]
    [InlineData("*:*:*:*:*:*:1")]
    [InlineData("*:*:*:*:*:*:3")]
    [InlineData("*:*:*:*:*:*:2-9")]
    [InlineData("*:*:*:*:*:1:*")]
    [InlineData("*:*:*:*:*:0:*")]
    [InlineData("CL_TYPE_ZIP:*:*:*:*:*:*")]
    [InlineData("CL_TYPE_POSIX_TAR:*:*:*:*:*:*")]
    [InlineData("CL_TYPE_CPIO_NEWC:*:*:*:*:*:*")]
    [InlineData("CL_TYPE_RAR:*:*:*:*:*:*")]
    [InlineData("CL_TYPE_ANY:*:two:*:*:*:*")]
    [InlineData("*:10240:*:*:*:*:*")]
    [InlineData("*:5-1:*:*:*:*:*")]
    public void Names_the_members_that_clamscan_names(string conditions)
    {
        using var directory = new TemporaryDirectory();
        WriteContainers(directory);
        File.WriteAllText(directory.File("x.cdb"), $"Test.Member:{conditions}:*:*\n");
        Tests.Sources.ClamScan.AssertAgrees(directory, directory.File("x.cdb"), false, [.. s_formats.Select(directory.File)]);
    }

    /// <summary>The one difference: clamscan asks of folders too, which are counted here and not asked of.</summary>
    [Fact]
    public void Folders_in_archives_are_counted()
    {
        using var directory = new TemporaryDirectory();
        WriteContainers(directory);
        File.WriteAllText(directory.File("x.cdb"), "Test.Third:CL_TYPE_ZIP:*:*:*:*:*:3:*:*\n");
        Assert.Equal("two.txt", Assert.Single(Scan(directory, "x.cdb", "folders.zip").Findings.OfType<Detection>()).Path[^1]);
        Tests.Sources.ClamScan.AssertAgrees(directory, directory.File("x.cdb"), false, directory.File("folders.zip"));
    }

    [Theory]
    [InlineData("M:*:*:*:*:*:*:*:*", ClamAvFault.Count)]
    [InlineData("M:*:*:*:*:*:*:*:*:*:1:2:3", ClamAvFault.Count)]
    [InlineData("M:CL_TYPE_NOTHING:*:*:*:*:*:*:*:*", "clamav.container-type")]
    [InlineData("M:*:x:*:*:*:*:*:*:*", "clamav.member-number")]
    [InlineData("M:*:*:*:*:100-:*:*:*:*", "clamav.member-number")]
    [InlineData("M:*:*:*:*:-100:*:*:*:*", "clamav.member-number")]
    [InlineData("M:*:*:(:*:*:*:*:*:*", "clamav.name-expression")]
    [InlineData("M:*:*::*:*:*:*:*:*", "clamav.name-expression")]
    [InlineData("M:*:*:*:*:*:2:*:*:*", "clamav.member-encrypted")]
    [InlineData(":*:*:*:*:*:*:*:*:*", "clamav.empty-name")]
    public void Refuses_the_lines_that_clamscan_refuses(string line, string id)
    {
        using var directory = new TemporaryDirectory();
        var database = directory.File("x.cdb");
        File.WriteAllText(database, line + "\n");
        File.WriteAllText(directory.File("plain.bin"), "nothing");
        var builder = new DefinitionBuilder();
        builder.Add(database);
        using var definitions = builder.BuildTemporary(out var report);
        Assert.Equal([id], report.Diagnostics.Select(diagnostic => diagnostic.Id));
        Assert.Null(Tests.Sources.ClamScan.TryRun(directory, database, false, directory.File("plain.bin")));
    }

    [Fact]
    public void A_detection_says_which_member_and_which_line()
    {
        using var directory = new TemporaryDirectory();
        WriteContainers(directory);
        File.WriteAllText(directory.File("x.cdb"), "# members\nTest.Two:*:*:^two:*:*:*:*:*:*\nTest.Other:*:*:^twofold:*:*:*:*:*:*\n");
        var report = Scan(directory, "x.cdb", "a.zip");
        var detection = Assert.Single(report.Findings.OfType<Detection>());
        Assert.Equal("Test.Two", detection.Name);
        Assert.Equal("two.txt", detection.Path[^1]);
        Assert.Equal(("x.cdb", 2), (detection.Source, detection.Line));
    }

    [Fact]
    public void Ignored_and_allowed_ones_are_not_reported()
    {
        using var directory = new TemporaryDirectory();
        WriteContainers(directory);
        Directory.CreateDirectory(directory.File("db"));
        File.WriteAllText(directory.File("db/x.cdb"), "Test.Two:*:*:^two:*:*:*:*:*:*\n");
        Assert.Single(Scan(directory, "db", "a.zip").Findings.OfType<Detection>());
        var zip = File.ReadAllBytes(directory.File("a.zip"));
        File.WriteAllText(directory.File("db/x.fp"), $"{Convert.ToHexStringLower(System.Security.Cryptography.MD5.HashData(zip))}:{zip.Length}:Allowed\n");
        Assert.Empty(Scan(directory, "db", "a.zip").Findings.OfType<Detection>());
        Tests.Sources.ClamScan.AssertAgrees(directory, directory.File("db"), false, directory.File("a.zip"), directory.File("a.tar"));
        File.Delete(directory.File("db/x.fp"));
        File.WriteAllText(directory.File("db/x.ign2"), "Test.Two\n");
        Assert.Empty(Scan(directory, "db", "a.zip").Findings.OfType<Detection>());
        Tests.Sources.ClamScan.AssertAgrees(directory, directory.File("db"), false, directory.File("a.zip"), directory.File("a.tar"));
    }

    private static ScanReport Scan(TemporaryDirectory directory, string database, string file)
    {
        var builder = new DefinitionBuilder();
        builder.Add(directory.File(database));
        using var definitions = builder.BuildTemporary(out _);
        using var scanner = new Scanner(definitions);
        using var source = new MemoryByteSource(File.ReadAllBytes(directory.File(file)));
        return scanner.Scan(source, file);
    }

    /// <summary>Three members, the second with 1,000 bytes; once with a folder before the second; and what is no container.</summary>
    private static void WriteContainers(TemporaryDirectory directory)
    {
        (string Name, byte[] Content)[] members =
            [("one.txt", "first"u8.ToArray()), ("two.txt", Encoding.ASCII.GetBytes(new string('x', 1000))), ("sub/zoo", "third"u8.ToArray())];
        foreach (var (file, hasFolder) in new[] { ("a.zip", false), ("folders.zip", true) })
        {
            using var zip = ZipFile.Open(directory.File(file), ZipArchiveMode.Create);
            foreach (var (name, content) in members)
            {
                if (hasFolder && name == "two.txt")
                    zip.CreateEntry("sub/");
                using var entry = zip.CreateEntry(name).Open();
                entry.Write(content);
            }
        }

        var cpio = new MemoryStream();
        using (var tar = new TarWriter(File.Create(directory.File("a.tar")), TarEntryFormat.Ustar))
        {
            foreach (var (name, content) in members)
            {
                tar.WriteEntry(new UstarTarEntry(TarEntryType.RegularFile, name) { DataStream = new MemoryStream(content) });
                WriteCpio(cpio, name, content);
            }
        }

        WriteCpio(cpio, "TRAILER!!!", []);
        File.WriteAllBytes(directory.File("a.cpio"), cpio.ToArray());
        File.WriteAllText(directory.File("plain.bin"), "two.txt and nothing else");
    }

    private static void WriteCpio(MemoryStream output, string name, byte[] content)
    {
        var mode = name == "TRAILER!!!" ? 0 : 0x81A4;
        output.Write(Encoding.ASCII.GetBytes(
            $"070701{1:x8}{mode:x8}{0:x8}{0:x8}{1:x8}{0:x8}{content.Length:x8}{0:x8}{0:x8}{0:x8}{0:x8}{name.Length + 1:x8}{0:x8}{name}\0"));
        Pad();
        output.Write(content);
        Pad();

        void Pad()
        {
            while (output.Length % 4 != 0)
                output.WriteByte(0);
        }
    }

    private static class ClamAvFault
    {
        public const string Count = "clamav.field-count";
    }
}
