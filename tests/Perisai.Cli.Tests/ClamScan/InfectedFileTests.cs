using Perisai.Cli.ClamScan;
using Perisai.Linux;

namespace Perisai.Cli.Tests.ClamScan;

/// <summary>--move, --copy and --remove: what they do, and what a tree that changes under them cannot make them do.</summary>
public sealed class InfectedFileTests : IDisposable
{
    private readonly ScannedTree _tree = new();

    public void Dispose() => _tree.Dispose();

    [Fact]
    public void Moves_under_names_that_are_free()
    {
        _tree.Write("taken/bad", "was here before");
        var run = Run("--move=taken", "tree/bad");
        Assert.Equal(1, run.ExitCode);
        Assert.Equal("was here before", Read("taken/bad"));
        Assert.Equal("MARK-ONE", Read("taken/bad.001"));
        Assert.False(File.Exists(At("tree/bad")));
        Assert.Contains($"tree/bad (real path: '{At("tree/bad")}'): moved to '{At("taken/bad.001")}'", run.Lines);
    }

    [Fact]
    public void Copies_for_the_owner_alone()
    {
        Directory.CreateDirectory(At("copies"));
        Assert.Equal(1, Run("--copy=copies", "-r", "tree/sub").ExitCode);
        Assert.Equal("MARK-TWO", Read("copies/b2"));
        Assert.Equal("MARK-TWO", Read("tree/sub/b2"));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(At("copies/b2")));
    }

    [Fact]
    public void Removes_only_where_something_was_found()
    {
        Assert.Equal(1, Run("--remove", "-r", "tree").ExitCode);
        Assert.False(File.Exists(At("tree/bad")));
        Assert.False(File.Exists(At("tree/a.zip")));
        Assert.True(File.Exists(At("tree/ok")));
        Assert.True(File.Exists(At("tree/empty")));
    }

    [Fact]
    public void A_folder_that_is_not_there_ends_the_scan_before_it_begins()
    {
        var run = Run("--move=nowhere", "tree/bad");
        Assert.Equal(2, run.ExitCode);
        Assert.True(File.Exists(At("tree/bad")));
    }

    [Fact]
    public void A_link_put_in_the_place_of_the_file_is_not_followed()
    {
        _tree.Write("precious", "MARK-ONE");
        var scanned = StatusOf("tree/bad");
        File.Delete(At("tree/bad"));
        File.CreateSymbolicLink(At("tree/bad"), At("precious"));
        Assert.False(Take("tree/bad", scanned, "--remove"));
        Assert.Equal("MARK-ONE", Read("precious"));
        Assert.True(File.Exists(At("tree/bad")));
    }

    [Fact]
    public void A_file_that_was_replaced_is_left_alone()
    {
        var scanned = StatusOf("tree/bad");
        File.Delete(At("tree/bad"));
        _tree.Write("tree/bad", "another");
        Assert.False(Take("tree/bad", scanned, "--remove"));
        Assert.Equal("another", Read("tree/bad"));
    }

    [Fact]
    public void A_folder_that_became_a_link_leads_nowhere_else()
    {
        _tree.Write("other/b2", "MARK-TWO");
        var scanned = StatusOf("tree/sub/b2");
        Directory.Move(At("tree/sub"), At("tree/moved"));
        Directory.CreateSymbolicLink(At("tree/sub"), At("other"));
        Directory.CreateDirectory(At("quarantine"));
        Assert.False(Take("tree/sub/b2", scanned, "--move=" + At("quarantine")));
        Assert.Equal("MARK-TWO", Read("other/b2"));
        Assert.Empty(Directory.GetFiles(At("quarantine")));
    }

    [Fact]
    public void A_link_that_was_scanned_through_leads_to_the_file_itself()
    {
        Assert.Equal(1, Run("--remove", "tree/link").ExitCode);
        Assert.False(File.Exists(At("tree/bad")));
        Assert.NotNull(new FileInfo(At("tree/link")).LinkTarget);
    }

    private CommandRun Run(params string[] arguments) =>
        CommandRun.Start(CommandRun.Perisai, _tree.Root, ["clamscan", "-d", "db/t.ndb", "--no-summary", .. arguments]);

    private bool Take(string path, FileStatus scanned, string option)
    {
        using var output = new ClamScanOutput(null, isQuiet: true, errorsToOutput: false);
        using var action = InfectedFileAction.Create(new ClamScanSettings(ClamScanArguments.Parse([option])))!;
        return action.Take(At(path), scanned, output);
    }

    private FileStatus StatusOf(string path)
    {
        Assert.Equal(0, LinuxFile.Status(null, NameEncoding.EncodeTerminated(At(path)), followLink: false, out var status));
        return status;
    }

    private string At(string path) => Path.Combine(_tree.Root, path);

    private string Read(string path) => File.ReadAllText(At(path));
}
