using System.Diagnostics.CodeAnalysis;

namespace Perisai.Cli.Tests.ClamScan;

/// <summary>
/// The real clamscan and ours, on the same tree with the same database and options: the same lines on standard output, in whatever order, and
/// the same exit code. What differs on purpose is in docs/clamscan.md and is not asked here.
/// </summary>
[SuppressMessage("Performance", "CA1861:Avoid constant arrays as arguments", Justification = "each is one case")]
public sealed class ClamScanDifferentialTests(ScannedTree tree) : IClassFixture<ScannedTree>
{
    private static readonly string[] s_ownLines = ["Known viruses:", "Engine version:", "Data scanned:", "Data read:", "Time:", "Start Date:", "End Date:"];

    [Theory]
    [InlineData("tree")]
    [InlineData("-r tree")]
    [InlineData("-r -i tree")]
    [InlineData("-ri --no-summary tree")]
    [InlineData("-r -o --no-summary tree")]
    [InlineData("--infec tree")]
    [InlineData("-r --quiet tree")]
    [InlineData("-z --no-summary tree/both tree/bad")]
    [InlineData("--allmatch=no --no-summary tree/sub")]
    [InlineData("--recursive=no --no-summary tree")]
    [InlineData("tree -r --no-summary")]
    [InlineData("tree/ tree//sub/ -r --no-summary")]
    [InlineData("tree/empty tree/ok")]
    [InlineData("tree/missing")]
    [InlineData("tree/ok tree/missing --no-summary")]
    [InlineData("--stdout --no-summary tree/missing")]
    [InlineData("-v --no-summary tree/ok")]
    [InlineData("--no-summary tree/link tree/folder-link")]
    [InlineData("--follow-file-symlinks=0 --follow-dir-symlinks=0 --no-summary tree/link tree/folder-link")]
    [InlineData("-r --follow-file-symlinks=2 --follow-dir-symlinks=2 --no-summary tree")]
    [InlineData("-r --follow-dir-symlinks=2 --no-summary tree")]
    [InlineData("-r --exclude=bad --exclude-dir=deep --no-summary tree")]
    [InlineData("-r --exclude=b[0-9]$ --no-summary tree")]
    [InlineData("-r --exclude=[[:digit:]] --no-summary tree")]
    [InlineData("-r --exclude=^tree --no-summary tree")]
    [InlineData("-r --exclude-dir=^tree tree")]
    [InlineData("-r --exclude-dir=tree/sub$ --no-summary tree/sub tree")]
    [InlineData("-r --include=bad --include=ok --no-summary tree tree/empty")]
    [InlineData("-r --include-dir=tree --include=b --no-summary tree")]
    [InlineData("-r --include-dir=sub --no-summary tree")]
    [InlineData("-r --max-dir-recursion=1 --no-summary tree")]
    [InlineData("-r --max-dir-recursion=2 --no-summary tree")]
    [InlineData("-r --max-filesize=7 --no-summary tree")]
    [InlineData("-r --max-filesize=7 --alert-exceeds-max --no-summary tree")]
    [InlineData("--max-filesize=1k --no-summary tree/bad")]
    [InlineData("--max-recursion=1 --alert-exceeds-max --no-summary tree/a.zip")]
    [InlineData("--max-files=1 --alert-exceeds-max --no-summary tree/t.tgz")]
    [InlineData("--scan-archive=no --no-summary tree/t.tgz")]
    [InlineData("-r --cross-fs=no --no-summary tree")]
    [InlineData("--scan-pe=no --bytecode=yes --no-summary tree")]
    [InlineData("--file-list=list --no-summary")]
    [InlineData("-f list -i tree")]
    [InlineData("--file-list=no-list --no-summary")]
    [InlineData("--bogus tree")]
    [InlineData("--recursive=maybe tree")]
    [InlineData("--max-filesize=abc tree")]
    [InlineData("tree/ok --max-files")]
    [InlineData("-- -r")]
    [InlineData("- --no-summary")]
    public void Says_what_clamscan_says(string options)
    {
        if (!Tool.Exists("clamscan"))
            Assert.Skip("clamscan is not installed (Debian package clamav).");
        tree.Write("list", "tree/bad\ntree/missing\ntree/sub\n");
        string[] arguments = ["-d", "db/t.ndb", .. options.Split(' ')];
        var theirs = CommandRun.Start("clamscan", tree.Root, arguments, "before MARK-ONE after");
        var ours = CommandRun.Start(CommandRun.Perisai, tree.Root, ["clamscan", .. arguments], "before MARK-ONE after");
        Assert.Equal(Comparable(theirs), Comparable(ours));
        Assert.Equal(theirs.ExitCode, ours.ExitCode);
    }

    [Theory]
    [InlineData("zip -q -P word", "e.zip", "--alert-encrypted")]
    [InlineData("zip -q -P word", "e.zip", "--alert-encrypted-archive=yes")]
    [InlineData("zip -q -P word", "e.zip", "--alert-encrypted-doc")]
    [InlineData("zip -q -P word", "e.zip", "")]
    [InlineData("7z a -pword", "e.7z", "--alert-encrypted")]
    [InlineData("7z a -pword -mhe=on", "e.7z", "--alert-encrypted")]
    public void Alerts_of_encrypted_archives_as_clamscan_does(string packer, string archive, string option)
    {
        string[] words = packer.Split(' ');
        if (!Tool.Exists("clamscan") || !Tool.Exists(words[0]))
            Assert.Skip($"clamscan and {words[0]} are needed (Debian packages clamav, zip, p7zip-full).");
        File.Delete(Path.Combine(tree.Root, archive));
        CommandRun.Start(words[0], tree.Root, [.. words[1..], archive, "tree/bad"]);
        string[] arguments = ["-d", "db/t.ndb", "--no-summary", .. option.Split(' ', StringSplitOptions.RemoveEmptyEntries), archive];
        var theirs = CommandRun.Start("clamscan", tree.Root, arguments);
        var ours = CommandRun.Start(CommandRun.Perisai, tree.Root, ["clamscan", .. arguments]);
        Assert.Equal(theirs.Lines, ours.Lines);
        Assert.Equal(theirs.ExitCode, ours.ExitCode);
    }

    private static List<string> Comparable(CommandRun run) =>
        [.. run.Lines.Where(line => !s_ownLines.Any(own => line.StartsWith(own, StringComparison.Ordinal))).Order(StringComparer.Ordinal)];
}
