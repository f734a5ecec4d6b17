using System.Text;

namespace Perisai.Engine.Tests.Languages.ClamAv;

/// <summary>Databases of types (.ftm), beside clamscan.</summary>
public sealed class FileTypeMarkTests
{
    private static readonly byte[] s_content = [.. "\x01\x02QQ\xFF\xFE\x03\x04"u8, .. "MARKED and what follows it\0\x1B\x7F\0\0\0"u8];

    /// <summary>An object that neither engine knows is what a line says, so that definitions for the type are tried on it.</summary>
    [Theory]
    [InlineData("0:2:5151:Own:CL_TYPE_ANY:CL_TYPE_PDF", 10, true)]
    [InlineData("0:2:5151:Own:CL_TYPE_ANY:CL_TYPE_PDF", 6, false)]
    [InlineData("0:2:5151:Own:CL_TYPE_ZIP:CL_TYPE_PDF", 10, true)]
    [InlineData("0:3:5151:Own:CL_TYPE_ANY:CL_TYPE_PDF", 10, false)]
    [InlineData("0:2:515151:Own:CL_TYPE_ANY:CL_TYPE_PDF", 10, false)]
    [InlineData("0:2:5151:Own:CL_TYPE_ANY:CL_TYPE_PDF:1:255", 10, true)]
    [InlineData("0:2:5151:Own:CL_TYPE_ANY:CL_TYPE_SWF", 11, true)]
    [InlineData("0:2:5151:Own:CL_TYPE_ANY:CL_TYPE_MSOLE2", 2, true)]
    [InlineData("0:2:5151:Own:CL_TYPE_ANY:CL_TYPE_GIF", 5, true)]
    [InlineData("0:2:5151:Own:CL_TYPE_ANY:CL_TYPE_GRAPHICS", 5, true)]
    [InlineData("0:2:5151:First:CL_TYPE_ANY:CL_TYPE_PDF\n0:2:5151:Last:CL_TYPE_ANY:CL_TYPE_SWF", 11, true)]
    [InlineData("0:2:5151:First:CL_TYPE_ANY:CL_TYPE_PDF\n0:2:5151:Last:CL_TYPE_ANY:CL_TYPE_SWF", 10, false)]
    public void Adds_to_the_types_that_the_engine_knows(string lines, int target, bool isFound)
    {
        using var directory = new TemporaryDirectory();
        Directory.CreateDirectory(directory.File("db"));
        File.WriteAllBytes(directory.File("own"), s_content);
        File.WriteAllText(directory.File("db/x.ftm"), lines + "\n");
        File.WriteAllText(directory.File("db/x.ndb"), $"Test.Marked:{target}:*:{Convert.ToHexString("MARKED"u8)}\n");
        Assert.Equal([isFound ? "Test.Marked" : null], Tests.Sources.ClamScan.Scan(directory.File("db"), false, directory.File("own")));
        Tests.Sources.ClamScan.AssertAgrees(directory, directory.File("db"), false, directory.File("own"));
    }

    /// <summary>The difference: clamscan forgets its own table for a database's, however short.</summary>
    [Fact]
    public void Takes_away_nothing_of_what_the_engine_knows()
    {
        using var directory = new TemporaryDirectory();
        Directory.CreateDirectory(directory.File("db"));
        File.WriteAllText(directory.File("page.pdf"), "%PDF-1.4\nMARKED\n%%EOF\n");
        File.WriteAllText(directory.File("db/x.ftm"), "0:0:25504446:Text:CL_TYPE_ANY:CL_TYPE_TEXT_ASCII\n0:0:5151:Own:CL_TYPE_ANY:CL_TYPE_SWF\n");
        File.WriteAllText(directory.File("db/x.ndb"), $"Test.Marked:10:*:{Convert.ToHexString("MARKED"u8)}\n");
        Assert.Equal(["Test.Marked"], Tests.Sources.ClamScan.Scan(directory.File("db"), false, directory.File("page.pdf")));
        Assert.Equal([null], Tests.Sources.ClamScan.Run(directory, directory.File("db"), false, directory.File("page.pdf")));
    }

    [Theory]
    [InlineData("0:0:4d5a:Mine", "clamav.field-count")]
    [InlineData("0:0:4d5a:Mine:CL_TYPE_ANY:CL_TYPE_PDF:1:2:3", "clamav.field-count")]
    [InlineData("0:0:4d5a:Mine:CL_TYPE_ANY:CL_TYPE_NOTHING", "clamav.container-type")]
    [InlineData("0:0:4d5a:Mine:CL_TYPE_NOTHING:CL_TYPE_PDF", "clamav.container-type")]
    [InlineData("0:0:4d5:Mine:CL_TYPE_ANY:CL_TYPE_PDF", "clamav.hex-digit")]
    [InlineData("0:0:4dxx:Mine:CL_TYPE_ANY:CL_TYPE_PDF", "clamav.hex-digit")]
    [InlineData("0:x:4d5a:Mine:CL_TYPE_ANY:CL_TYPE_PDF", "clamav.offset")]
    [InlineData("0:*:4d5a:Mine:CL_TYPE_ANY:CL_TYPE_PDF", "clamav.offset")]
    [InlineData("x:0:4d5a:Mine:CL_TYPE_ANY:CL_TYPE_PDF", "clamav.member-number")]
    [InlineData("1:0:4d??:Mine:CL_TYPE_ANY:CL_TYPE_PDF", "clamav.fixed-bytes")]
    [InlineData("0:0:4d5a:Mine:CL_TYPE_ANY:CL_TYPE_PDF:x", "clamav.level")]
    public void Refuses_the_lines_that_clamscan_refuses(string line, string id)
    {
        using var directory = new TemporaryDirectory();
        File.WriteAllText(directory.File("x.ftm"), line + "\n");
        File.WriteAllText(directory.File("plain"), "nothing");
        Assert.Equal([id], Report(directory.File("x.ftm")).Diagnostics.Select(diagnostic => diagnostic.Id));
        Assert.Null(Tests.Sources.ClamScan.TryRun(directory, directory.File("x.ftm"), false, directory.File("plain")));
    }

    /// <summary>Those are read and counted with the reason.</summary>
    [Theory]
    [InlineData("1:*:526172211a0700:RAR-SFX:CL_TYPE_ANY:CL_TYPE_RARSFX")]
    [InlineData("1:EOF-512:6b6f6c79:DMG:CL_TYPE_ANY:CL_TYPE_DMG")]
    [InlineData("4:1024:482b0004:HFS+:CL_TYPE_PART_ANY:CL_TYPE_PART_HFSPLUS")]
    [InlineData("0:0:ffff:Other:CL_TYPE_ANY:CL_TYPE_IGNORED")]
    [InlineData("0:0:ffff:Later:CL_TYPE_ANY:CL_TYPE_PDF:300")]
    [InlineData("9:0:ffff:Form:CL_TYPE_ANY:CL_TYPE_PDF")]
    public void Says_what_has_no_effect(string line)
    {
        using var directory = new TemporaryDirectory();
        File.WriteAllText(directory.File("x.ftm"), $"0:0:ffffff:Own:CL_TYPE_ANY:CL_TYPE_PDF\n{line}\n");
        var report = Report(directory.File("x.ftm"));
        Assert.Empty(report.Diagnostics);
        Assert.Equal("x.ftm:2", Assert.Single(report.Unsupported).FirstAt);
        File.WriteAllText(directory.File("plain"), "nothing");
        Assert.NotNull(Tests.Sources.ClamScan.TryRun(directory, directory.File("x.ftm"), false, directory.File("plain")));
    }

    [Theory]
    [InlineData("PE:0xfffff:0:255", null)]
    [InlineData("PE:0xfff7f:0:255", null)]
    [InlineData("PE:0x0:0:255", "would switch off in ClamAV's PE: all of it; definitions switch nothing off here")]
    [InlineData("PE:0xfffdf", "would switch off in ClamAV's PE: UPX; definitions switch nothing off here")]
    [InlineData("ARCHIVE:0x3ffffffd:0:255", "would switch off in ClamAV's ARCHIVE: ZIP; definitions switch nothing off here")]
    [InlineData("MAIL:0x2:0:255", "would switch off in ClamAV's MAIL: MBOX; definitions switch nothing off here")]
    [InlineData("PE:0x0:217:255", null)]
    [InlineData("PE:0x0:0:215", null)]
    [InlineData("UNKNOWN:0x0", null)]
    [InlineData("PE", null)]
    public void Features_are_not_switched_off(string line, string? reason)
    {
        using var directory = new TemporaryDirectory();
        File.WriteAllText(directory.File("x.cfg"), line + "\n");
        var report = Report(directory.File("x.cfg"));
        Assert.Empty(report.Diagnostics);
        Assert.Equal(reason is null ? [] : [reason], report.Unsupported.Select(lines => lines.Reason));
        File.WriteAllText(directory.File("plain"), "nothing");
        Assert.NotNull(Tests.Sources.ClamScan.TryRun(directory, directory.File("x.cfg"), false, directory.File("plain")));
    }

    [Theory]
    [InlineData("PE:zz:0:255")]
    [InlineData("PE:12:0:255")]
    [InlineData("PE:0x")]
    [InlineData("PCRE:")]
    public void Switches_that_clamscan_refuses_are_refused(string line)
    {
        using var directory = new TemporaryDirectory();
        File.WriteAllText(directory.File("x.cfg"), line + "\n");
        Assert.Equal(["clamav.member-number"], Report(directory.File("x.cfg")).Diagnostics.Select(diagnostic => diagnostic.Id));
        File.WriteAllText(directory.File("plain"), "nothing");
        Assert.Null(Tests.Sources.ClamScan.TryRun(directory, directory.File("x.cfg"), false, directory.File("plain")));
    }

    /// <summary>What the lines would take from ClamAV: without the reader of programs nothing for programs is tried.</summary>
    [Fact]
    public void A_database_cannot_blind_the_engine()
    {
        using var directory = new TemporaryDirectory();
        Directory.CreateDirectory(directory.File("db"));
        File.WriteAllBytes(directory.File("a.zip"), Zip());
        File.WriteAllText(directory.File("db/x.cfg"), "ARCHIVE:0x0:0:255\n");
        File.WriteAllText(directory.File("db/x.ndb"), $"Test.Marked:0:*:{Convert.ToHexString("MARKED"u8)}\n");
        Assert.Equal(["Test.Marked"], Tests.Sources.ClamScan.Scan(directory.File("db"), false, directory.File("a.zip")));
        Assert.Equal([null], Tests.Sources.ClamScan.Run(directory, directory.File("db"), false, directory.File("a.zip")));
    }

    private static byte[] Zip()
    {
        var bytes = new MemoryStream();
        using (var zip = new System.IO.Compression.ZipArchive(bytes, System.IO.Compression.ZipArchiveMode.Create))
        using (var entry = zip.CreateEntry("a").Open())
            entry.Write(Encoding.ASCII.GetBytes(new string('x', 500) + "MARKED" + new string('x', 500)));
        return bytes.ToArray();
    }

    private static BuildReport Report(string database)
    {
        var builder = new DefinitionBuilder();
        builder.Add(database);
        using var definitions = builder.BuildTemporary(out var report);
        return report;
    }
}
