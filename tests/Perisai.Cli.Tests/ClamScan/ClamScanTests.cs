namespace Perisai.Cli.Tests.ClamScan;

/// <summary>What clamscan has not, or does otherwise.</summary>
public sealed class ClamScanTests(ScannedTree tree) : IClassFixture<ScannedTree>
{
    [Fact]
    public void Refuses_what_it_cannot_do()
    {
        var run = Run("--leave-temps", "tree/bad");
        Assert.Equal(2, run.ExitCode);
        Assert.Contains("cannot be followed", run.Errors, StringComparison.Ordinal);
        Assert.Empty(run.Output);
    }

    [Fact]
    public void The_default_of_what_it_cannot_do_is_no_reason_to_refuse() => Assert.Equal(1, Run("--leave-temps=no", "tree/bad").ExitCode);

    [Fact]
    public void Says_under_verbose_which_options_have_no_effect() =>
        Assert.Contains("--disable-cache has no effect", Run("-v", "--disable-cache", "tree/ok").Errors, StringComparison.Ordinal);

    [Fact]
    public void Called_as_clamscan_it_is_clamscan()
    {
        var link = Path.Combine(tree.Root, "clamscan");
        File.CreateSymbolicLink(link, CommandRun.Perisai);
        var run = CommandRun.Start(link, tree.Root, ["-d", "db/t.ndb", "--no-summary", "tree/bad"]);
        Assert.Equal(["tree/bad: Test.One.UNOFFICIAL FOUND"], run.Lines);
    }

    [Fact]
    public void A_line_break_in_a_name_forges_no_line()
    {
        tree.Write("odd/x\ny: OK", "nothing");
        Assert.Equal(["odd/x\\x0ay: OK: OK"], Run("odd").Lines);
    }

    [Fact]
    public void What_is_cut_off_by_a_limit_is_said()
    {
        var run = Run("--max-filesize=3", "tree/bad");
        Assert.Equal(["tree/bad: OK"], run.Lines);
        Assert.Contains("Not looked at whole", run.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public void An_archive_that_is_not_opened_is_ok_and_a_warning_says_so()
    {
        tree.Write("archives/a.sit", "SIT!\0\x01\0\0\0\x16rLau\x02\0");
        var run = Run("archives/a.sit");
        Assert.Equal((0, "archives/a.sit: OK"), (run.ExitCode, Assert.Single(run.Lines)));
        Assert.Contains("what it holds was not opened", run.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public void The_log_holds_findings_and_the_summary()
    {
        CommandRun.Start(CommandRun.Perisai, tree.Root, ["clamscan", "-d", "db/t.ndb", "-l", "log", "tree/bad", "tree/ok"]);
        var log = File.ReadAllText(Path.Combine(tree.Root, "log"));
        Assert.Contains("tree/bad: Test.One.UNOFFICIAL FOUND", log, StringComparison.Ordinal);
        Assert.Contains("Infected files: 1", log, StringComparison.Ordinal);
        Assert.DoesNotContain("tree/ok", log, StringComparison.Ordinal);
    }

    [Fact]
    public void An_old_database_can_be_an_error()
    {
        var month = DateTimeOffset.UtcNow.AddDays(-30);
        tree.Write("old.cvd", $"ClamAV-VDB:x:1:1:90:x:x:builder:{month.ToUnixTimeSeconds()}".PadRight(512));
        var run = CommandRun.Start(CommandRun.Perisai, tree.Root, ["clamscan", "-d", "old.cvd", "--fail-if-cvd-older-than=7", "tree/ok"]);
        Assert.Equal(2, run.ExitCode);
        Assert.Contains("older than 7 days", run.Errors, StringComparison.Ordinal);
    }

    private CommandRun Run(params string[] arguments) =>
        CommandRun.Start(CommandRun.Perisai, tree.Root, ["clamscan", "-d", "db/t.ndb", "--no-summary", .. arguments]);
}
