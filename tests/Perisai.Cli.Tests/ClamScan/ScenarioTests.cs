using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;

namespace Perisai.Cli.Tests.ClamScan;

/// <summary>
/// The situations in which ClamAV's own tests drive clamscan (its unit_tests/clamscan), built anew from harmless parts: what a kind of definition finds in a kind
/// of file, under which name, with which code. Both programs are run and asked for the same lines; a name may stand in another number of lines.
/// </summary>
public sealed class ScenarioTests : IClassFixture<ScannedTree>
{
    private const string TestFiles = "/usr/share/clamav-testfiles";
    private const string Mark = "HARMLESS-MARK-OF-A-TEST";

    private readonly ScannedTree _tree;
    private readonly string _hex = Convert.ToHexStringLower(Encoding.ASCII.GetBytes(Mark));

    public ScenarioTests(ScannedTree tree)
    {
        if (!Tool.Exists("clamscan"))
            Assert.Skip("clamscan is not installed (Debian package clamav).");
        Assert.SkipUnless(Directory.Exists(TestFiles), "clamav-testfiles is not installed.");
        _tree = tree;
        tree.Write("mark.ndb", $"Mark:0:*:{_hex}\n");
        tree.Write("none.ndb", "# nothing but a comment\n");
    }

    private byte[] Program => File.ReadAllBytes(Path.Combine(TestFiles, "clam.exe"));

    /// <summary>Every kind of definition reports with --allmatch; without it, one does.</summary>
    [Fact]
    public void Each_kind_of_definition_is_reported()
    {
        var (md5, sha1, sha256) = (Hex(MD5.HashData(Program)), Hex(SHA1.HashData(Program)), Hex(SHA256.HashData(Program)));
        _tree.Write("kinds/k.ndb", "Kind.Ndb:0:*:4b45524e454c33322e444c4c00004578\n");
        _tree.Write("kinds/k.ldb", "Kind.Ldb;Engine:52-255,Target:1;0;4b45524e454c33322e444c4c000045786974\n");
        _tree.Write("kinds/k.hdb", $"{md5}:544:Kind.Md5:73\n{md5}:*:Kind.Md5.Any:73\n");
        _tree.Write("kinds/k.hsb", $"{sha256}:544:Kind.Sha256:73\n{sha256}:*:Kind.Sha256.Any:73\n{sha1}:544:Kind.Sha1:73\n{sha1}:*:Kind.Sha1.Any:73\n");
        _tree.Write("kinds/k.imp", "98c88d882f01a3f6ac1e5f7dfd761624:39:Kind.Imports\n98c88d882f01a3f6ac1e5f7dfd761624:*:Kind.Imports.Any\n");
        _tree.Write("kinds/k.mdb", "512:23db1dd3f77fae25610b6a32701313ae:Kind.Section:73\n*:23db1dd3f77fae25610b6a32701313ae:Kind.Section.Any:73\n");
        Assert.Equal(12, AssertAgrees($"-d kinds {TestFiles}/clam.exe --allmatch").Count(line => line.EndsWith(" FOUND", StringComparison.Ordinal)));
        Assert.Single(Run(CommandRun.Perisai, $"-d kinds {TestFiles}/clam.exe").Lines, line => line.EndsWith(" FOUND", StringComparison.Ordinal));
    }

    /// <summary>Something is found in the front, and something in what is appended.</summary>
    [Theory]
    [InlineData("--allmatch")]
    [InlineData("")]
    public void An_archive_behind_something_is_opened_though_its_front_matches(string option)
    {
        _tree.Write("front.ndb", "Front:0:*:4b45524e454c33322e444c4c00004578\n");
        _tree.Write("program.exe", [.. Program, .. Zip(("inner.txt", $"inside {Mark}"))]);
        _tree.Write("front.txt", [.. Encoding.ASCII.GetBytes(Mark), .. File.ReadAllBytes(TestFiles + "/clam.zip")]);
        AssertAgrees($"-d front.ndb -d mark.ndb {option} program.exe front.txt");
    }

    /// <summary>Container and Intermediates, with each of ClamAV's names of types, in archives of several kinds and in documents.</summary>
    [Fact]
    public void Names_of_containers_mean_what_they_mean_in_clamscan()
    {
        string[] names =
        [
            "ANY", "ZIP", "ZIPSFX", "7Z", "7ZSFX", "GZ", "BZ", "XZ", "MAIL", "HTML", "TEXT_ASCII", "MSCAB", "CABSFX", "ARJ", "ISO9660", "OOXML_WORD", "OOXML_XL",
            "OOXML_PPT", "MSOLE2", "PDF", "BINARY_DATA", "SCRIPT", "PNG",
        ];
        _tree.Write("containers.ldb", string.Concat(names.Select(name => $"In.{name};Engine:81-255,Container:CL_TYPE_{name},Target:0;0;{_hex}\n")));
        _tree.Write("intermediates.ldb", string.Concat(
            names.Except(["ANY"]).Select(name => $"Through.{name};Engine:81-255,Intermediates:CL_TYPE_ZIP>CL_TYPE_{name},Target:0;0;{_hex}\n")));
        var packed = Encoding.ASCII.GetBytes(string.Concat(Enumerable.Repeat(Mark + " ", 20)));
        const string Types = "[Content_Types].xml";
        _tree.Write("in/plain", $"text {Mark}");
        _tree.Write("in/packed.zip", Zip(("a.bin", Encoding.Latin1.GetString(packed))));
        _tree.Write("in/a.docx", Zip((Types, "<Types/>"), ("_rels/.rels", "<a/>"), ("word/document.xml", "<a/>"), ("word/a.bin", Encoding.Latin1.GetString(packed))));
        _tree.Write("in/a.xlsx", Zip((Types, "<Types/>"), ("_rels/.rels", "<a/>"), ("xl/workbook.xml", "<a/>"), ("xl/a.bin", Encoding.Latin1.GetString(packed))));
        _tree.Write("in/a.pptx", Zip((Types, "<Types/>"), ("_rels/.rels", "<a/>"), ("ppt/presentation.xml", "<a/>"), ("ppt/a.bin", Encoding.Latin1.GetString(packed))));
        _tree.Write("in/a.gz", Gzip(packed));
        _tree.Write("in/gz.zip", Zip(("a.gz", Encoding.Latin1.GetString(Gzip(packed)))));
        _tree.Write("in/zip.gz", Gzip(Zip(("a.bin", Encoding.Latin1.GetString(packed)))));
        _tree.Write("in/a.eml", "From: a@example.org\r\nTo: b@example.org\r\nSubject: x\r\nDate: Mon, 1 Jan 2024 00:00:00 +0000\r\nMIME-Version: 1.0\r\n"
            + $"Content-Type: application/octet-stream; name=x\r\nContent-Transfer-Encoding: base64\r\n\r\n{Convert.ToBase64String(packed)}\r\n");
        AssertAgrees("-d containers.ldb --allmatch -r in");
        AssertAgrees("-d intermediates.ldb --allmatch -r in");
    }

    /// <summary>A file that is allowed by its digest, by that of what is in it, or by that of its normalised content.</summary>
    [Fact]
    public void Allowed_digests_hold_for_views_and_archives()
    {
        var page = Encoding.ASCII.GetBytes("<?php\nKEEP_User_Abort(one) Some(two];\n<script>three</script>\n?>\n");
        var view = Encoding.ASCII.GetBytes("keep_user_abort(one)");
        var archive = Zip(("page.php", Encoding.ASCII.GetString(page)));
        _tree.Write("allowed/page.php", page);
        _tree.Write("allowed/page.zip", archive);
        _tree.Write("view.ndb", $"View:0:*:{Convert.ToHexStringLower(view)}\n");
        _tree.Write("page.fp", $"{Hex(MD5.HashData(page))}:{page.Length}:page\n");
        _tree.Write("any.fp", $"{Hex(MD5.HashData(page))}:*:page:73\n");
        _tree.Write("archive.fp", $"{Hex(MD5.HashData(archive))}:{archive.Length}:archive\n");
        foreach (var databases in new[] { "-d view.ndb", "-d view.ndb -d page.fp", "-d view.ndb -d any.fp", "-d view.ndb -d archive.fp" })
            AssertAgrees($"{databases} -r allowed");
    }

    /// <summary>A broken picture before a program that a definition names: which of the two is said, and in which order.</summary>
    [Theory]
    [InlineData("")]
    [InlineData("--heuristic-scan-precedence")]
    [InlineData("--allmatch")]
    [InlineData("--allmatch --heuristic-scan-precedence")]
    public void What_is_shaped_like_an_attack_comes_last_unless_it_has_precedence(string options)
    {
        byte[] picture = [0x89, .. "PNG\r\n\u001a\n"u8, 0, 0, 0, 13, .. "IHDR"u8, 0, 0, 0, 1, 0, 0, 0, 1, 8, 0, 0, 0, 0, 0x3a, 0x7e, 0x9b, 0x55, 0, 0, 0x20, 0, .. "IDAT"u8, 1, 2, 3];
        _tree.Write("order.zip", Zip(("a.png", Encoding.Latin1.GetString(picture)), ("b.txt", $"inside {Mark}")));
        var (theirs, ours) = Both($"-d mark.ndb --alert-broken-media {options} order.zip");
        Assert.Contains("FOUND", theirs.Output, StringComparison.Ordinal);
        Assert.Equal(theirs.Lines.Where(IsVerdict).Distinct(), ours.Lines.Where(IsVerdict).Distinct());
        AssertAgrees($"-d none.ndb --alert-broken-media {options} order.zip");
    }

    /// <summary>Offsets in version information, YARA rules with places, over all of ClamAV's test files.</summary>
    [Theory]
    [InlineData("version.ldb", "Version;Engine:52-255,Target:1;(0&1);VI:43006f006d00700061006e0079004e0061006d0065000000000063006f006d00700061006e007900;VI:500072006f0064007500630074004e0061006d0065000000000063006c0061006d00\n", 2)]
    [InlineData("at.yara", "rule at_place { strings: $tar = { 75 73 74 61 72 } condition: $tar at 257 }\n", 2)]
    [InlineData("in.yara", "rule in_range { strings: $tar = { 75 73 74 61 72 } condition: $tar in (200..300) }\n", 2)]
    public void Places_are_those_of_clamscan(string database, string definition, int atLeast)
    {
        _tree.Write(database, definition);
        Assert.True(AssertAgrees($"-d {database} {TestFiles}").Count(line => line.EndsWith(" FOUND", StringComparison.Ordinal)) >= atLeast);
    }

    [Theory]
    [InlineData("0&1;68656c6c6f20;0/hello blee/")]
    [InlineData("0&1;68656c6c6f20;5:0/hello blee/")]
    [InlineData("0&1;68656c6c6f20;5:0/llo blee/")]
    [InlineData("0&1;68656c6c6f20;0/BLAH/")]
    [InlineData("0&1;68656c6c6f20;0/blah/i")]
    [InlineData("0&1&2;68656c6c6f20;0/hello blee/;0/blah/i")]
    [InlineData("0&1&2;68656c6c6f20;0/hello blee/;0/bloh/i")]
    [InlineData("0&1&2;68656c6c6f20;0/hella blee/;0/blah/i")]
    [InlineData(@"1;68656c6c6f20;0/blee \/ b:?lah/i")]
    public void Expressions_match_where_those_of_clamscan_do(string expression)
    {
        _tree.Write("expression.ldb", $"Expression;Engine:81-255,Target:0;{expression}\n");
        _tree.Write("expression.sample", "M hello blee / BlAh");
        AssertAgrees("-d expression.ldb expression.sample");
    }

    /// <summary>Several archives one after another behind a picture, and programs within a program's overlay.</summary>
    [Fact]
    public void Archives_behind_one_another_are_all_opened()
    {
        byte[] picture = [0x89, .. "PNG\r\n\u001a\n"u8, 0, 0, 0, 0, .. "IEND"u8, 0xae, 0x42, 0x60, 0x82];
        var contents = Enumerable.Range(1, 4).Select(number => $"content number {number} of {Mark[..8]}").ToArray();
        _tree.Write("each.hdb", string.Concat(contents.Select((content, i) => $"{Hex(MD5.HashData(Encoding.ASCII.GetBytes(content)))}:{content.Length}:Each.{i}\n")));
        _tree.Write("several.png", [.. picture, .. Zip(("a", contents[0]), ("b", contents[1])), .. Zip(("c", contents[2]), ("d", contents[3]))]);
        Assert.Equal(4, AssertAgrees("-d each.hdb --allmatch several.png").Count(line => line.EndsWith(" FOUND", StringComparison.Ordinal)));
    }

    /// <summary>What a program reads from --gen-json: every object with its name, type, length and digest, and what was found in it.</summary>
    [Fact]
    public void Files_are_described_in_the_members_that_clamscan_writes()
    {
        _tree.Write("described.zip", Zip(("inner.txt", $"inside {Mark}")));
        _tree.Write("left/empty", "");
        var folder = Path.Combine(_tree.Root, "left");
        var run = Run(CommandRun.Perisai, $"-d mark.ndb --gen-json --debug --leave-temps --tempdir={folder} described.zip");
        Assert.Equal(1, run.ExitCode);
        var text = File.ReadAllText(Assert.Single(Directory.GetFiles(folder, "metadata.json", SearchOption.AllDirectories)));
        Assert.Contains(text.Trim(), run.Errors, StringComparison.Ordinal);
        var digest = Hex(MD5.HashData(Encoding.ASCII.GetBytes($"inside {Mark}")));
        Assert.Contains("\"Magic\":\"CLAMJSONv0\",\"RootFileType\":\"CL_TYPE_ZIP\",\"FileName\":\"described.zip\",\"FileType\":\"CL_TYPE_ZIP\",", text, StringComparison.Ordinal);
        Assert.Contains($"\"ContainedObjects\":[{{\"FileName\":\"inner.txt\",\"FileType\":\"CL_TYPE_TEXT_ASCII\",\"FileSize\":{7 + Mark.Length},\"FileMD5\":\"{digest}\",\"Viruses\":[\"Mark.UNOFFICIAL\"]}}]", text, StringComparison.Ordinal);
    }

    private static string Hex(byte[] bytes) => Convert.ToHexStringLower(bytes);

    private static byte[] Gzip(byte[] content)
    {
        using var output = new MemoryStream();
        using (var stream = new GZipStream(output, CompressionLevel.Optimal))
            stream.Write(content);
        return output.ToArray();
    }

    private static byte[] Zip(params (string Name, string Content)[] entries)
    {
        using var output = new MemoryStream();
        using (var zip = new ZipArchive(output, ZipArchiveMode.Create))
        {
            foreach (var (name, content) in entries)
            {
                using var stream = zip.CreateEntry(name).Open();
                stream.Write(Encoding.Latin1.GetBytes(content));
            }
        }

        return output.ToArray();
    }

    private static bool IsVerdict(string line) => line.EndsWith(" FOUND", StringComparison.Ordinal) || line.EndsWith(": OK", StringComparison.Ordinal)
        || line.StartsWith("Infected files:", StringComparison.Ordinal) || line.StartsWith("Scanned files:", StringComparison.Ordinal)
        || line.StartsWith("Known viruses:", StringComparison.Ordinal);

    private CommandRun Run(string program, string options) =>
        CommandRun.Start(program, _tree.Root, [.. program == CommandRun.Perisai ? ["clamscan"] : Array.Empty<string>(), .. options.Split(' ', StringSplitOptions.RemoveEmptyEntries)]);

    private (CommandRun Theirs, CommandRun Ours) Both(string options) => (Run("clamscan", options), Run(CommandRun.Perisai, options));

    private List<string> AssertAgrees(string options)
    {
        var (theirs, ours) = Both(options);
        var expected = theirs.Lines.Where(IsVerdict).Distinct().Order(StringComparer.Ordinal).ToList();
        Assert.Equal(expected, ours.Lines.Where(IsVerdict).Distinct().Order(StringComparer.Ordinal));
        Assert.Equal(theirs.ExitCode, ours.ExitCode);
        return expected;
    }
}
