namespace Perisai.Cli.Tests.Reports;

public sealed class HtmlReportTests : IDisposable
{
    private readonly TestFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void The_page_is_whole_self_contained_and_safe_from_names()
    {
        _folder.Write("tree/<script>alert(1)<\u2215script>\"'&.com", Eicar.Content);
        _folder.Write("tree/turned\u202egpj.exe", Eicar.Content);
        _folder.Write("tree/clean", new byte[1000]);
        Tool.RunIn(_folder["tree"], "mkfifo", "pipe");
        var result = PerisaiProcess.Run("scan", "--report", _folder["report.html"], _folder["tree"]);
        Assert.Equal(1, result.ExitCode);
        var page = File.ReadAllText(_folder["report.html"]);
        Assert.EndsWith("</html>\n", page);
        Assert.DoesNotContain("<script", page, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("&lt;script&gt;alert(1)", page);
        Assert.DoesNotContain('\u202e', page);
        Assert.Contains("turned\\u202egpj.exe", page);
        Assert.DoesNotContain("http", page.Replace("http-equiv", ""), StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("src=", page.Replace("default-src", ""), StringComparison.OrdinalIgnoreCase);
        Assert.Contains("Content-Security-Policy", page);
        Assert.Contains("Detected in 2 files.", page);
        Assert.Contains("34 bytes at 0, 34 bytes at 34", page);
        Assert.Contains("special file: 1", page);
        Assert.Contains("<svg viewBox", page);
        Assert.Equal(["report.html"], Directory.GetFiles(_folder.Path).Select(Path.GetFileName));
    }

    [Fact]
    public void A_page_that_cannot_be_written_is_2_and_loses_nothing_else()
    {
        var clean = _folder.Write("clean", "clean");
        var eicar = _folder.Write("eicar.com", Eicar.Content);
        foreach (var page in (string[])["/dev/full", _folder["no/such/folder.html"]])
        {
            var result = PerisaiProcess.Run("scan", "--report", page, clean);
            Assert.Equal(2, result.ExitCode);
            Assert.Contains($"the report {page} cannot be written", result.Error);
            Assert.Contains("scanned           1", result.Output);
            Assert.Equal(1, PerisaiProcess.Run("scan", "--report", page, eicar).ExitCode);
        }
    }

    [Fact]
    public void On_a_full_disk_the_old_page_stays()
    {
        if (Environment.UserName != "root" || !Tool.Exists("unshare"))
            Assert.Skip("mounting needs root and unshare");
        var disk = _folder["disk"];
        Directory.CreateDirectory(disk);
        // 16 KiB of disk: the old page fits, and filling it leaves nothing for a new one.
        string[] before =
        [
            "unshare", "-m", "sh", "-c",
            $"mount -t tmpfs -o size=16k tmpfs '{disk}' || exit 99; echo old > '{disk}/page.html'; cat /dev/zero > '{disk}/fill' 2>/dev/null;"
            + $" \"$0\" \"$@\"; code=$?; cat '{disk}/page.html'; ls '{disk}'; exit $code",
        ];
        var result = PerisaiProcess.RunWith(new() { Before = before }, "scan", "--report", disk + "/page.html", _folder.Write("clean", "clean"));
        if (result.ExitCode == 99)
            Assert.Skip("tmpfs cannot be mounted here");
        Assert.Equal(2, result.ExitCode);
        Assert.Contains("No space left on device", result.Error);
        Assert.Contains("scanned           1", result.Output);
        Assert.EndsWith("old\nfill\npage.html\n", result.Output);
    }

    [Fact]
    public void Standard_output_that_is_full_or_closed_is_2()
    {
        _folder.Write("eicar.com", Eicar.Content);
        var full = PerisaiProcess.RunWith(new() { Before = ["sh", "-c", "\"$0\" \"$@\" > /dev/full"] }, "scan", _folder.Path);
        Assert.Equal(2, full.ExitCode);
        Assert.Contains("the output cannot be written: No space left on device", full.Error);
    }
}
