namespace Perisai.Cli.Tests.Commands;

public sealed class ScanCommandTests : IDisposable
{
    private readonly TestFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_clean_file_is_0()
    {
        var result = PerisaiProcess.Run("scan", _folder.Write("clean.txt", "nothing here"));
        Assert.Equal(0, result.ExitCode);
        Assert.Contains("detected          0", result.Output);
        Assert.Equal("", result.Error);
    }

    [Fact]
    public void A_detection_is_1_and_names_file_definition_and_source()
    {
        var path = _folder.Write("eicar.com", Eicar.Content);
        var result = PerisaiProcess.Run("scan", path);
        Assert.Equal(1, result.ExitCode);
        Assert.StartsWith($"{path}: detected {Eicar.Name} (built-in/eicar.ldb:", result.Lines[0]);
    }

    [Theory]
    [InlineData(" \t\r\n\u001a", 1)]
    [InlineData("x", 0)]
    [InlineData("                                                            ", 1)]
    [InlineData("                                                             ", 0)]
    public void The_test_file_may_end_with_white_space_up_to_128_bytes(string end, int exitCode)
    {
        _folder.Write("eicar.com", [.. Eicar.Content, .. System.Text.Encoding.ASCII.GetBytes(end)]);
        Assert.Equal(exitCode, PerisaiProcess.Run("scan", "-q", _folder.Path).ExitCode);
    }

    [Fact]
    public void What_is_missing_is_2_and_the_rest_is_scanned()
    {
        var there = _folder.Write("there", "x");
        var result = PerisaiProcess.Run("scan", _folder["missing"], there);
        Assert.Equal(2, result.ExitCode);
        Assert.Contains($"{_folder["missing"]}: not scanned (unreadable: No such file or directory)", result.Output);
        Assert.Contains("scanned           1\n", result.Output);
    }

    [Fact]
    public void A_detection_wins_over_an_error() =>
        Assert.Equal(1, PerisaiProcess.Run("scan", _folder["missing"], _folder.Write("eicar.com", Eicar.Content)).ExitCode);

    [Theory]
    [InlineData("nothing to scan", "scan")]
    [InlineData("unknown option --foo", "scan", "--foo", "/etc/hostname")]
    [InlineData("--max-object-size: '12Q' is not a size", "scan", "--max-object-size", "12Q", "/etc/hostname")]
    [InlineData("--threads: '0' is not a number from 1 to 1024", "scan", "--threads", "0", "/etc/hostname")]
    [InlineData("--max-time: 'soon' is not a time", "scan", "--max-time", "soon", "/etc/hostname")]
    [InlineData("--format: 'xml' is no format", "scan", "--format", "xml", "/etc/hostname")]
    [InlineData("--quiet and --verbose contradict one another", "scan", "-q", "-v", "/etc/hostname")]
    [InlineData("no definitions", "scan", "--no-builtin", "/etc/hostname")]
    [InlineData("--files-from", "scan", "--files-from", "/nonexistent")]
    [InlineData("--passwords-file", "scan", "--passwords-file", "/nonexistent", "/etc/hostname")]
    [InlineData("the definitions cannot be read", "scan", "--defs", "/nonexistent", "/etc/hostname")]
    [InlineData("no command was given. There are: scan, why, defs, clamscan, yara, yarac.")]
    [InlineData("scna is no command. There are: scan, why, defs, clamscan, yara, yarac.", "scna", "x")]
    [InlineData("/ is no command. To scan it: perisai scan PATH", "/")]
    [InlineData("--odd is no command", "--odd")]
    [InlineData("no command was given. There are: build,", "defs")]
    public void A_wrong_argument_is_2_and_is_named(string message, params string[] arguments)
    {
        var result = PerisaiProcess.Run(arguments);
        Assert.Equal(2, result.ExitCode);
        Assert.Contains(message, result.Error);
        Assert.Equal("", result.Output);
    }

    [Fact]
    public void Standard_input_is_scanned()
    {
        var result = PerisaiProcess.RunWith(new() { Input = Eicar.Content }, "scan", "-");
        Assert.Equal(1, result.ExitCode);
        Assert.StartsWith($"stdin: detected {Eicar.Name}", result.Output);
    }

    [Fact]
    public void Standard_input_larger_than_memory_is_scanned_to_its_end()
    {
        // The marker lies beyond what is kept in memory.
        var content = new byte[20 << 20];
        "a marker behind twenty megabytes"u8.CopyTo(content.AsSpan(content.Length - 40));
        var definitions = _folder.Write("marker.ndb", "Far.Marker:0:*:61206d61726b657220626568696e64207477656e7479\n");
        var result = PerisaiProcess.RunWith(new() { Input = content }, "scan", "-", "--defs", definitions, "-q");
        Assert.Equal("stdin: detected Far.Marker (marker.ndb:1)\n", result.Output);
    }

    [Theory]
    [InlineData("\n")]
    [InlineData("\0")]
    public void A_list_of_files_is_scanned(string end)
    {
        var list = _folder.Write("list", string.Join(end, _folder.Write("a", Eicar.Content), _folder.Write("b", "clean"), _folder["missing"]));
        string[] separator = end == "\0" ? ["-0"] : [];
        var result = PerisaiProcess.Run(["scan", "--files-from", list, .. separator]);
        Assert.Equal(1, result.ExitCode);
        Assert.Contains("found             3 in 0 directories", result.Output);
        var fromInput = PerisaiProcess.RunWith(new() { Input = File.ReadAllBytes(list) }, ["scan", "--files-from", "-", "-q", .. separator]);
        Assert.Single(fromInput.Lines);
    }

    [Fact]
    public void Strict_makes_2_of_what_was_not_looked_at_but_not_of_links()
    {
        _folder.Write("clean", "clean");
        File.CreateSymbolicLink(_folder["link"], "clean");
        Assert.Equal(0, PerisaiProcess.Run("scan", "--strict", _folder.Path).ExitCode);
        _folder.Write("long", new byte[5000]);
        var result = PerisaiProcess.Run("scan", "--strict", "--max-object-size", "4K", _folder.Path);
        Assert.Equal(2, result.ExitCode);
        Assert.Contains("not scanned (over budget, --max-object-size)", result.Output);
        Assert.Equal(0, PerisaiProcess.Run("scan", "--max-object-size", "4K", _folder.Path).ExitCode);
    }

    [Fact]
    public void A_bomb_is_suspicious_and_changes_the_exit_code_only_when_asked()
    {
        Tool.Shell(_folder.Path, "head -c 20000000 /dev/zero | gzip -9 > zeros.gz");
        string[] scan = ["scan", "--max-ratio", "100", "--ratio-floor", "1M", _folder.Path];
        var result = PerisaiProcess.Run(scan);
        Assert.Equal(0, result.ExitCode);
        Assert.Contains(": suspicious Bomb.ExpansionRatio: ", result.Output);
        Assert.Contains("suspicious        1", result.Output);
        Assert.Contains("(over budget, --max-ratio, in part", result.Output);
        Assert.Equal(1, PerisaiProcess.Run([.. scan, "--alert-suspicious"]).ExitCode);
        Assert.Equal(2, PerisaiProcess.Run([.. scan, "--strict"]).ExitCode);
    }

    [Fact]
    public void When_nobody_reads_on_the_scan_ends()
    {
        using (var endless = File.Create(_folder["z-endless"]))
            endless.SetLength(1L << 40);
        for (var i = 0; i < 3000; i++)
            _folder.Write($"{i}", Eicar.Content);
        // Without an end of its own, the scan of the last file would take longer than the test waits.
        var result = PerisaiProcess.RunWith(
            new() { Before = ["sh", "-c", "\"$0\" \"$@\" | head -1"] }, "scan", "--max-time", "1h", _folder.Path);
        Assert.Single(result.Lines);
        Assert.Contains("the output cannot be written: Broken pipe", result.Error);
    }

    [Fact]
    public void Includes_and_excludes_are_accounted_for()
    {
        _folder.Write("a.exe", "x");
        _folder.Write("b.txt", "x");
        _folder.Write("skip/c.exe", "x");
        var result = PerisaiProcess.Run("scan", "--include", "*.exe", "--exclude", "skip", "-v", _folder.Path);
        Assert.Contains($"{_folder["a.exe"]}: clean", result.Output);
        Assert.Contains($"{_folder["b.txt"]}: not scanned (excluded)", result.Output);
        Assert.Contains($"{_folder["skip"]}: not scanned (excluded: a directory)", result.Output);
        Assert.Contains("found             3 in 1 directory", result.Output);
        Assert.Contains("not scanned       2 (excluded 2)", result.Output);
    }

    [Fact]
    public void The_output_is_the_same_on_every_number_of_threads()
    {
        for (var i = 0; i < 600; i++)
            _folder.Write($"{i % 7}/{i}", i % 5 == 0 ? Eicar.Content : new byte[i % 11 == 0 ? 300_000 : 100]);
        var one = PerisaiProcess.Run("scan", "-q", "--threads", "1", _folder.Path);
        Assert.Equal(120, one.Lines.Count);
        foreach (var threads in (string[])["2", "3", "8"])
            Assert.Equal(one.Output, PerisaiProcess.Run("scan", "-q", "--threads", threads, _folder.Path).Output);
    }

    [Fact]
    public void Several_definitions_may_match_with_all_matches()
    {
        var path = _folder.Write("eicar.com", Eicar.Content);
        var definitions = _folder.Write("mine.hdb", "44d88612fea8a8f36de82e1278abb02f:68:Mine\n");
        Assert.Single(PerisaiProcess.Run("scan", "-q", "--defs", definitions, path).Lines);
        Assert.Equal(2, PerisaiProcess.Run("scan", "-q", "--all-matches", "--defs", definitions, path).Lines.Count);
        Assert.Equal($"{path}: detected Mine (mine.hdb:1)\n", PerisaiProcess.Run("scan", "-q", "--no-builtin", "--defs", definitions, path).Output);
    }

    [Fact]
    public void Version_and_help_are_0()
    {
        Assert.StartsWith("perisai 0.", PerisaiProcess.Run("--version").Output);
        foreach (var arguments in (string[][])[["--help"], ["scan", "--help"], ["why", "--help"], ["defs", "--help"], ["defs", "build", "--help"]])
        {
            var result = PerisaiProcess.Run(arguments);
            Assert.Equal(0, result.ExitCode);
            Assert.Contains("Examples:", result.Output);
        }
    }
}
