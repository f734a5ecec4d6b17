namespace Perisai.Cli.Tests.ClamScan;

/// <summary>What is taken of a folder of databases, and how many definitions that gives, beside clamscan.</summary>
public sealed class DatabaseFolderTests(ScannedTree tree) : IClassFixture<ScannedTree>
{
    private const string Digest = "0123456789abcdef0123456789abcdef";

    [Fact]
    public void Takes_the_files_that_clamscan_takes()
    {
        foreach (var (file, mark) in new[] { ("a.ndb", "MARK-A"), (".hidden.ndb", "MARK-H"), ("Upper.NDB", "MARK-U"), ("sub/deep.ndb", "MARK-D"), ("other.txt", "MARK-T") })
        {
            tree.Write($"folder/{file}", $"Found.{mark}:0:*:{Convert.ToHexString(System.Text.Encoding.ASCII.GetBytes(mark))}\n");
            tree.Write($"marks/{mark}", $"a text with {mark} in it\n");
        }

        AssertAgrees("-d folder marks", 1);
        AssertAgrees("-d folder/a.ndb -d folder/Upper.NDB marks", 1);
    }

    [Theory]
    [InlineData("-d missing tree/ok")]
    [InlineData("-d tree/hollow tree/ok")]
    [InlineData("-d db --official-db-only tree/ok")]
    [InlineData("-d wrong.ndb tree/ok")]
    [InlineData("-d wrong.cdb tree/ok")]
    public void Without_databases_the_summary_is_all_zeros_and_the_exit_code_2(string options)
    {
        tree.Write("wrong.ndb", "no signature\n");
        tree.Write("wrong.cdb", "neither:one\n");
        AssertAgrees(options, 2);
    }

    /// <summary>Duplicates count; so do allowed ones; not ignored ones, passwords, and what is meant for other levels.</summary>
    [Theory]
    [InlineData("hdb", Digest + ":544:A\n" + Digest + ":544:A\n" + Digest + ":544:B\n")]
    [InlineData("hsb", Digest + "01234567:544:A\n" + Digest + Digest + ":544:B\n")]
    [InlineData("mdb", "512:" + Digest + ":A\n")]
    [InlineData("msb", "512:" + Digest + Digest + ":A\n")]
    [InlineData("imp", Digest + ":100:A\n")]
    [InlineData("fp", Digest + ":544:A\n")]
    [InlineData("sfp", Digest + Digest + ":544:A\n")]
    [InlineData("db", "A=41414141\n")]
    [InlineData("ndb", "A:0:*:41414141\nA:0:*:41414141\nB:0:*:42424242:300\n# comment\nC:1:EP+0:43434343\n")]
    [InlineData("sdb", "A:0:*:41414141\n")]
    [InlineData("ldb", "A;Engine:51-255,Target:0;0&1;41414141;42424242\n")]
    [InlineData("cdb", "A:*:*:a:*:*:*:*:*:*\nB:*:*:b:*:*:*:*:*:*:300\n")]
    [InlineData("pwdb", "A;Engine:81-255;0;word\n")]
    [InlineData("hdu", Digest + ":544:A\n")]
    [InlineData("ndu", "A:0:*:41414141\n")]
    [InlineData("ign2", "A\n")]
    [InlineData("yar", "rule A { strings: $a = \"some text\" condition: $a }\n")]
    public void Counts_as_clamscan_counts(string extension, string lines)
    {
        tree.Write($"counted/{extension}/x.{extension}", lines);
        AssertAgrees($"-d counted/{extension} tree/ok", 0);
        AssertAgrees($"-d counted/{extension} --detect-pua tree/ok", 0);
    }

    [Fact]
    public void Rules_bear_the_names_that_clamscan_gives_them_and_are_ignored_by_their_own()
    {
        tree.Write("rules/r.yara", "rule First { strings: $a = \"MARK-ONE\" condition: $a }\nrule Second { strings: $a = \"MARK-TWO\" condition: $a }\n");
        AssertAgrees("-d rules tree/bad tree/both", 1);
        tree.Write("rules/i.ign2", "First\n");
        AssertAgrees("-d rules tree/bad tree/both", 1, withoutCount: true);
    }

    private void AssertAgrees(string options, int exitCode, bool withoutCount = false)
    {
        if (!Tool.Exists("clamscan"))
            Assert.Skip("clamscan is not installed (Debian package clamav).");
        var theirs = CommandRun.Start("clamscan", tree.Root, options.Split(' '));
        var ours = CommandRun.Start(CommandRun.Perisai, tree.Root, ["clamscan", .. options.Split(' ')]);
        Assert.Equal(exitCode, theirs.ExitCode);
        Assert.Equal(exitCode, ours.ExitCode);
        Assert.Equal(Lines(theirs), Lines(ours));

        IEnumerable<string> Lines(CommandRun run) => run.Lines
            .Where(line => line.EndsWith(" FOUND", StringComparison.Ordinal) || line.EndsWith(": OK", StringComparison.Ordinal)
                || line.StartsWith("Scanned", StringComparison.Ordinal) || line.StartsWith("Infected", StringComparison.Ordinal)
                || (!withoutCount && line.StartsWith("Known viruses:", StringComparison.Ordinal)))
            .Order(StringComparer.Ordinal);
    }
}
