using Perisai.Cli.Walking;
using Perisai.Engine;

namespace Perisai.Cli.Tests.Walking;

public sealed class TreeWalkerTests : IDisposable
{
    private readonly TestFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Entries_come_sorted_by_their_bytes()
    {
        foreach (var name in (string[])["b", "a/z", "a.txt", "B", "é", "a/y"])
            _folder.Write(name, "x");
        Assert.Equal(["B", "a/y", "a/z", "a.txt", "b", "é"], Walk(new()).Select(entry => entry.Name));
    }

    [Fact]
    public void What_vanishes_or_changes_while_it_is_walked_is_said()
    {
        foreach (var name in (string[])["a", "b", "c", "d", "e/f"])
            _folder.Write(name, "x");
        var entries = Enumerate(new()).GetEnumerator();
        Assert.True(entries.MoveNext());
        File.Delete(_folder["b"]);
        File.Delete(_folder["c"]);
        Tool.RunIn(_folder.Path, "mkfifo", "c");
        File.Delete(_folder["d"]);
        File.CreateSymbolicLink(_folder["d"], "a");
        Directory.Delete(_folder["e"], true);
        var rest = new List<WalkEntry>();
        while (entries.MoveNext())
            rest.Add(entries.Current);
        Assert.Equal(["b", "c", "d", "e"], rest.Select(entry => entry.Path.Name));
        Assert.All(rest, entry => Assert.Equal(NotScannedReason.Changed, entry.Reason));
    }

    [Fact]
    public void A_tree_deeper_than_a_path_can_be_is_walked_to_its_end()
    {
        // 400 levels of 100 bytes: ten times PATH_MAX, and more levels than directories are kept open.
        Tool.Shell(_folder.Path, """
            name=$(printf 'd%.0s' $(seq 100))
            for i in $(seq 400); do mkdir "$name" && cd -P "$name" || exit 1; [ $((i % 100)) = 0 ] && echo x > z; done; true
            """);
        var entries = Walk(new());
        Assert.Equal(4, entries.Count);
        Assert.All(entries, entry => Assert.Null(entry.Reason));
        Assert.Equal(400 * 101 + 2, entries[0].Path.Length - _folder.Path.Length);
    }

    [Fact]
    public void A_directory_that_is_moved_while_a_deep_tree_is_walked_is_said()
    {
        Tool.Shell(_folder.Path, "for i in $(seq 100); do mkdir d && cd d; echo x > z; done");
        var entries = Enumerate(new()).GetEnumerator();
        Assert.True(entries.MoveNext());
        // The innermost comes first. Its fiftieth ancestor, whose handle is closed by now, gets another parent.
        Tool.Shell(_folder.Path, "mkdir other; cd -P $(printf 'd/%.0s' $(seq 20)); mv d $OLDPWD/other/d");
        var rest = new List<WalkEntry>();
        while (entries.MoveNext())
            rest.Add(entries.Current);
        Assert.Equal(99, rest.Count);
        Assert.Equal(20, rest.Count(entry => entry.Reason == NotScannedReason.Changed));
    }

    [Fact]
    public void Links_are_followed_once_when_asked_for()
    {
        _folder.Write("target/file", "x");
        File.CreateSymbolicLink(_folder["one"], "target");
        File.CreateSymbolicLink(_folder["two"], "target");
        File.CreateSymbolicLink(_folder["file"], "target/file");
        Assert.Equal(
            [("file", NotScannedReason.SymbolicLink), ("one", NotScannedReason.SymbolicLink), ("target/file", null), ("two", NotScannedReason.SymbolicLink)],
            Walk(new()).Select(entry => (entry.Name, entry.Reason)));
        Assert.Equal(
            [("file", (NotScannedReason?)null), ("one/file", null), ("target/file", null), ("two", NotScannedReason.SymbolicLink)],
            Walk(new() { FollowFileLinks = true, FollowDirectoryLinks = true }).Select(entry => (entry.Name, entry.Reason)));
    }

    [Fact]
    public void Links_that_fork_at_every_level_take_no_exponential_time()
    {
        for (var i = 0; i < 30; i++)
        {
            Directory.CreateDirectory(_folder[$"{i}"]);
            File.CreateSymbolicLink(_folder[$"{i}/x"], $"../{i + 1}");
            File.CreateSymbolicLink(_folder[$"{i}/y"], $"../{i + 1}");
        }

        Assert.InRange(Walk(new() { FollowDirectoryLinks = true }).Count, 60, 5000);
    }

    [Fact]
    public void After_cancellation_the_rest_is_accounted_for()
    {
        for (var i = 0; i < 10; i++)
            _folder.Write($"{i}/file", "x");
        using var cancellation = new CancellationTokenSource();
        var reasons = new List<NotScannedReason?>();
        foreach (var entry in new TreeWalker(new(), cancellation.Token).Walk([_folder.Path, _folder.Path]))
        {
            entry.File?.Dispose();
            reasons.Add(entry.Reason);
            if (reasons.Count == 3)
                cancellation.Cancel();
        }

        // Three files; seven folders that were not entered; the second argument.
        Assert.Equal(11, reasons.Count);
        Assert.Equal(8, reasons.Count(reason => reason == NotScannedReason.Cancelled));
    }

    private List<(string Name, string Path, NotScannedReason? Reason)> Walk(WalkOptions options) =>
        [.. Enumerate(options).Select(entry => (entry.Path.ToString()[(_folder.Path.Length + 1)..], entry.Path.ToString(), entry.Reason))];

    private IEnumerable<WalkEntry> Enumerate(WalkOptions options)
    {
        foreach (var entry in new TreeWalker(options, CancellationToken.None).Walk([_folder.Path]))
        {
            entry.File?.Dispose();
            yield return entry;
        }
    }
}
