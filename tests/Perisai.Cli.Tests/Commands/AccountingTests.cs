using System.Text.Json;

namespace Perisai.Cli.Tests.Commands;

/// <summary>Every entry of a tree is accounted for, whatever it is: scanned + not scanned = found.</summary>
public sealed class AccountingTests : IDisposable
{
    private readonly TestFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_tree_of_odd_things_adds_up()
    {
        _folder.Write("plain", "x");
        _folder.Write("eicar.com", Eicar.Content);
        _folder.Write("empty", "");
        Directory.CreateDirectory(_folder["hollow"]);
        File.CreateSymbolicLink(_folder["dangling"], "nowhere");
        File.CreateSymbolicLink(_folder["hollow/up"], "..");
        File.CreateSymbolicLink(_folder["self"], "self");
        Tool.Shell(_folder.Path, """mkfifo pipe; ln plain hardlink; printf x > "$(printf 'bad\377name\nline')" """);
        using var socket = new System.Net.Sockets.Socket(
            System.Net.Sockets.AddressFamily.Unix, System.Net.Sockets.SocketType.Stream, System.Net.Sockets.ProtocolType.Unspecified);
        socket.Bind(new System.Net.Sockets.UnixDomainSocketEndPoint(_folder["socket"]));

        var names = Tool.Run("find", _folder.Path, "-mindepth", "1", "!", "-type", "d", "-printf", "x").Length;
        foreach (var follow in (string[][])[[], ["-L"]])
        {
            var result = PerisaiProcess.Run(["scan", "-v", .. follow, _folder.Path]);
            Assert.Equal(1, result.ExitCode);
            Assert.Contains("pipe: not scanned (special file: a named pipe)", result.Output);
            Assert.Contains("socket: not scanned (special file: a socket)", result.Output);
            Assert.Contains("/bad\\xffname\\nline: clean", result.Output);
            Assert.Contains("hardlink: clean", result.Output);
            Assert.Contains("dangling: not scanned (symbolic link", result.Output);
            var summary = Summary(["scan", "--format", "ndjson", .. follow, _folder.Path]);
            Assert.Equal(names, summary.GetProperty("found").GetInt64());
        }

        Assert.Contains("hollow/up: not scanned (symbolic link: a loop", PerisaiProcess.Run("scan", "-v", "-L", _folder.Path).Output);
    }

    [Fact]
    public void A_name_that_is_not_utf8_can_be_an_argument()
    {
        Tool.Shell(_folder.Path, """printf '%s' 'x' > "$(printf 'bad\377')" """);
        var output = Tool.Shell(_folder.Path, $"""XDG_CACHE_HOME=. '{PerisaiProcess.Binary}' scan -v "$(printf 'bad\377')" """);
        Assert.StartsWith("bad\\xff: clean", output);
    }

    [Fact]
    public void What_may_not_be_read_is_said()
    {
        _folder.Write("open", "x");
        _folder.Write("closed", Eicar.Content);
        _folder.Write("closed-folder/file", Eicar.Content);
        Tool.Shell(_folder.Path, "chmod 755 .; chmod 000 closed closed-folder");
        var isRoot = Environment.UserName == "root";
        if (isRoot && !Tool.Exists("setpriv"))
            Assert.Skip("setpriv is not installed");
        string[] before = isRoot ? ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"] : [];
        var result = PerisaiProcess.RunWith(new() { Before = before, Cache = "/nonexistent" }, "scan", _folder.Path);
        Assert.Equal(0, result.ExitCode);
        Assert.Contains($"{_folder["closed"]}: not scanned (unreadable: Permission denied)", result.Output);
        Assert.Contains($"{_folder["closed-folder"]}: not scanned (unreadable: Permission denied)", result.Output);
        Assert.Contains("found             3 in 1 directory", result.Output);
        Assert.Contains("not scanned       2 (unreadable 2)", result.Output);
        Assert.Equal(2, PerisaiProcess.RunWith(new() { Before = before, Cache = "/nonexistent" }, "scan", "--strict", _folder.Path).ExitCode);
    }

    [Fact]
    public void File_systems_without_files_are_passed_over_and_said()
    {
        if (!Directory.Exists("/proc/self"))
            Assert.Skip("there is no /proc");
        var folder = _folder["proc"];
        Directory.CreateDirectory(folder);
        if (Environment.UserName != "root" || !Tool.Exists("unshare"))
            Assert.Skip("mounting needs root and unshare");
        string[] before = ["unshare", "-m", "sh", "-c", $"mount -t proc proc '{folder}' || exit 99; exec \"$0\" \"$@\""];
        var result = PerisaiProcess.RunWith(new() { Before = before }, "scan", _folder.Path);
        if (result.ExitCode == 99)
            Assert.Skip("proc cannot be mounted here");
        Assert.Contains($"{folder}: not scanned (excluded: the kernel's proc file system holds no files", result.Output);
        Assert.Contains("found             1 in 1 directory", result.Output);
        // Named, it is walked; its files without a length are not passed off as empty.
        var named = PerisaiProcess.Run("scan", "/proc/self/status");
        Assert.Contains("not scanned (special file: the kernel's state", named.Output);
    }

    [Fact]
    public void The_real_tree_of_this_machine_adds_up()
    {
        var summary = Summary(["scan", "--format", "ndjson", "/usr/lib", "--max-object-size", "64K", "--exclude", "*.so*"]);
        Assert.True(summary.GetProperty("found").GetInt64() > 100);
    }

    private static JsonElement Summary(string[] arguments)
    {
        var result = PerisaiProcess.Run(arguments);
        Assert.Equal("", result.Error);
        var summary = JsonDocument.Parse(result.Lines[^1]).RootElement;
        Assert.Equal(
            summary.GetProperty("found").GetInt64(),
            summary.GetProperty("scanned").GetInt64() + summary.GetProperty("notScanned").GetProperty("total").GetInt64());
        return summary;
    }
}
