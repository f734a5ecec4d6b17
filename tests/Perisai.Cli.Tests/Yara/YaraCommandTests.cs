using System.Diagnostics;
using System.Text.RegularExpressions;
using Perisai.Cli.Tests.ClamScan;

namespace Perisai.Cli.Tests.Yara;

/// <summary>What Debian's yara cannot be asked: newer options, compiled rules, processes.</summary>
public sealed class YaraCommandTests(YaraTree tree) : IClassFixture<YaraTree>
{
    [Fact]
    public void Prints_the_key_of_xor_and_the_text_under_it()
    {
        File.WriteAllText(At("xor.yar"), "rule x { strings: $x = \"secret\" xor $a = \"anon\" condition: any of them }");
        Assert.Equal(
            "x a.bin\n0x2a:6:$x:xor(0x21,secret): RDBSDU\n0x13:4:$a:xor(0x00,anon): anon\n", Run("-w", "-sLX", "xor.yar", "a.bin").Output);
    }

    [Fact]
    public void Keeps_the_console_quiet_on_demand() => Assert.Equal("c a.bin\n", Run("-q", "console.yar", "a.bin").Output);

    [Fact]
    public void Says_what_is_wrong_with_rules_in_one_line_each()
    {
        var wrong = Run("wrong.yar", "a.bin");
        Assert.StartsWith("error: rule \"a\" in wrong.yar(1): ", wrong.Errors, StringComparison.Ordinal);
        Assert.Equal(1, wrong.ExitCode);
        Assert.StartsWith("error: rule \"a\" in syntax.yar(1): ", Run("syntax.yar", "a.bin").Errors, StringComparison.Ordinal);
        File.WriteAllText(At("no-rule.yar"), "\nnonsense");
        Assert.StartsWith("no-rule.yar(2): error: ", Run("no-rule.yar", "a.bin").Errors, StringComparison.Ordinal);
        Assert.StartsWith("error: rule \"s\" in -(1): ", RunWith("rule s { condition: x }", "-", "a.bin").Errors, StringComparison.Ordinal);
        Assert.Equal("s a.bin\n", RunWith("rule s { condition: true }", "-", "a.bin").Output);
    }

    [Fact]
    public void Warnings_fail_on_demand()
    {
        File.WriteAllText(At("warn.yar"), "rule w { condition: \"text\" }");
        Assert.Contains("warning: rule \"w\" in warn.yar(1): ", Run("warn.yar", "a.bin").Errors, StringComparison.Ordinal);
        Assert.Equal(1, Run("--fail-on-warnings", "warn.yar", "a.bin").ExitCode);
        var quiet = Run("--fail-on-warnings", "-w", "warn.yar", "a.bin");
        Assert.Equal((0, "w a.bin\n", ""), (quiet.ExitCode, quiet.Output, quiet.Errors));
    }

    [Fact]
    public void Counts_strings_of_a_rule()
    {
        Assert.Equal(1, Run("--max-strings-per-rule=3", "plain.yar", "a.bin").ExitCode);
        Assert.Equal(0, Run("--max-strings-per-rule=4", "plain.yar", "a.bin").ExitCode);
    }

    [Fact]
    public void A_time_limit_is_an_error()
    {
        File.WriteAllText(At("slow.yar"), "rule s { condition: for all i in (1..100000000000) : (uint8(i) == 0 or true) }\nrule t { condition: true }");
        var run = Run("-a", "1", "slow.yar", "a.bin");
        Assert.Equal((1, "", "error scanning a.bin: scanning timed out\n"), (run.ExitCode, run.Output, run.Errors));
    }

    [Fact]
    public void Warns_where_a_string_matches_more_often_than_is_kept()
    {
        File.WriteAllText(At("many"), new string('a', 1_100_000));
        File.WriteAllText(At("many.yar"), "rule m { strings: $a = \"aaaaaa\" condition: #a > 10 }");
        var run = Run("many.yar", "many");
        Assert.Equal("m many\n", run.Output);
        Assert.Contains("warning: rule \"m\": too many matches for $a, results for this rule may be incorrect\n", run.Errors, StringComparison.Ordinal);
        Assert.Empty(Run("-w", "many.yar", "many").Errors);
    }

    [Fact]
    public void Compiled_rules_say_the_same()
    {
        Assert.Equal((0, "", ""), Yarac("-w", "first:plain.yar", "second:places.yar", "out.segment"));
        foreach (var option in (string[])["-s", "-egms", "-ns", "-fs", "-c"])
        {
            Assert.Equal(
                Run("-w", option, "first:plain.yar", "second:places.yar", "a.bin").Output, Run("-C", option, "out.segment", "a.bin").Output);
        }

        Assert.Equal((0, "", ""), Yarac("-d", "v=5", "external.yar", "out.segment"));
        Assert.Equal("e a.bin\n", Run("-C", "out.segment", "a.bin").Output);
        Assert.Equal("", Run("-C", "-d", "v=6", "out.segment", "a.bin").Output);
        Assert.Equal("invalid type for external variable\n", Run("-C", "-d", "v=x", "out.segment", "a.bin").Errors);
        Assert.Contains("without an external variable \"w\"", Run("-C", "-d", "w=1", "out.segment", "a.bin").Errors, StringComparison.Ordinal);
    }

    [Fact]
    public void Compiled_rules_that_cannot_be_used_are_refused()
    {
        Yarac("-w", "plain.yar", "out.segment");
        Assert.Contains("are read with -C", Run("out.segment", "a.bin").Errors, StringComparison.Ordinal);
        var bytes = File.ReadAllBytes(At("out.segment"));
        File.WriteAllBytes(At("cut.segment"), bytes[..(bytes.Length / 2)]);
        var cut = Run("-C", "cut.segment", "a.bin");
        Assert.Equal((1, ""), (cut.ExitCode, cut.Output));
        Assert.Contains("corrupt compiled rules file", cut.Errors, StringComparison.Ordinal);
        File.WriteAllBytes(At("other.yac"), [.. "YARA"u8, 0, 0, 0, 0]);
        Assert.Contains("was compiled by YARA", Run("-C", "other.yac", "a.bin").Errors, StringComparison.Ordinal);
        Assert.Contains("holds no compiled rules", Run("-C", "plain.yar", "a.bin").Errors, StringComparison.Ordinal);
        Assert.Contains("could not open file", Run("-C", "missing", "a.bin").Errors, StringComparison.Ordinal);
    }

    [Fact]
    public void Rules_with_errors_leave_what_was_compiled_before()
    {
        File.WriteAllText(At("kept"), "before");
        var (exitCode, _, errors) = Yarac("wrong.yar", "kept");
        Assert.Equal(1, exitCode);
        Assert.StartsWith("error: rule \"a\" in wrong.yar(1): ", errors, StringComparison.Ordinal);
        Assert.Equal("before", File.ReadAllText(At("kept")));
        Assert.Contains("cannot be written", Yarac("plain.yar", "no-folder/x").Errors, StringComparison.Ordinal);
        Assert.StartsWith("yarac: wrong number of arguments\n", Yarac("plain.yar").Errors, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("yara", "-w -c plain.yar a.bin", "2\n")]
    [InlineData("yarac", "-w plain.yar linked.segment", "")]
    public void Called_by_their_names_it_is_them(string name, string arguments, string output)
    {
        File.CreateSymbolicLink(At(name), CommandRun.Perisai);
        var run = CommandRun.Start(At(name), tree.Root, arguments.Split(' '));
        Assert.Equal((0, output, ""), (run.ExitCode, run.Output, run.Errors));
    }

    [Fact]
    public void Prints_the_facts_of_modules()
    {
        File.WriteAllText(At("math.yar"), "import \"math\"\nrule x { condition: true }");
        Assert.Equal("math\n\tMEAN_BYTES = 127.500000\nx a.bin\n", Run("-D", "math.yar", "a.bin").Output);
    }

    [Fact]
    public void Scans_a_process_and_reports_addresses()
    {
        File.WriteAllText(At("process.yar"), """
            rule needle { strings: $a = "perisai-needle-" condition: $a }
            rule size { condition: defined filesize }
            rule byte { strings: $a = "perisai-needle-" condition: uint8(@a) == 0x70 and uint8(@a + 1) == 0x65 }
            """);
        // The shell puts the text together, so that it is in its memory and nowhere else.
        using var process = Process.Start(new ProcessStartInfo("sh", ["-c", "x=perisai-; y=${x}needle-12345; echo ready; read z; echo $y"])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        })!;
        Assert.Equal("ready", process.StandardOutput.ReadLine());
        var run = Run("-sL", "process.yar", process.Id.ToString());
        process.StandardInput.WriteLine();
        process.WaitForExit();
        Assert.Equal(0, run.ExitCode);
        var lines = run.Lines.ToList();
        Assert.Equal($"needle {process.Id}", lines[0]);
        Assert.Matches("^0x[0-9a-f]{8,}:15:\\$a: perisai-needle-$", lines[1]);
        Assert.Contains($"byte {process.Id}", lines);
        Assert.DoesNotContain($"size {process.Id}", lines);
    }

    [Fact]
    public void A_match_in_a_process_is_shown_with_its_region_and_file_and_a_region_begins_a_text()
    {
        // A program that runs has the first page of its file mapped: the header lies at the first byte of a region.
        File.WriteAllText(At("start.yar"), """
            rule start { strings: $a = /^\x7fELF/ condition: $a }
            rule word { strings: $a = "\x7fELF\x02" fullword condition: $a }
            rule inside { strings: $a = /^ELF/ condition: $a }
            """);
        using var process = Process.Start(new ProcessStartInfo("sh", ["-c", "echo ready; read z"]) { RedirectStandardInput = true, RedirectStandardOutput = true })!;
        Assert.Equal("ready", process.StandardOutput.ReadLine());
        var maps = File.ReadAllLines($"/proc/{process.Id}/maps");
        var run = Run("-s", "--print-regions", "start.yar", process.Id.ToString());
        process.StandardInput.WriteLine();
        process.WaitForExit();
        Assert.Equal(0, run.ExitCode);
        var lines = run.Lines.ToList();
        Assert.Contains($"start {process.Id}", lines);
        Assert.Contains($"word {process.Id}", lines);
        Assert.DoesNotContain($"inside {process.Id}", lines);
        var matches = lines.Where(line => line.StartsWith("0x", StringComparison.Ordinal)).ToList();
        Assert.Contains(matches, line => Regex.IsMatch(line, @"  in [0-9a-f]+-[0-9a-f]+ r--p /"));
        foreach (var match in matches.Select(line => Regex.Match(line, @"^0x(?<at>[0-9a-f]+):\$a: \S+  in (?<range>\S+) (?<rights>\S+) ?(?<file>.*)$")))
        {
            // The region is one of the process, with that file.
            Assert.Contains(maps, line => line.StartsWith($"{match.Groups["range"].Value} {match.Groups["rights"].Value} ", StringComparison.Ordinal)
                && line.EndsWith(match.Groups["file"].Value, StringComparison.Ordinal));
        }
    }

    private string At(string name) => Path.Combine(tree.Root, name);

    private CommandRun Run(params string[] arguments) => CommandRun.Start(CommandRun.Perisai, tree.Root, ["yara", .. arguments]);

    private CommandRun RunWith(string input, params string[] arguments) => CommandRun.Start(CommandRun.Perisai, tree.Root, ["yara", .. arguments], input);

    private (int ExitCode, string Output, string Errors) Yarac(params string[] arguments)
    {
        var run = CommandRun.Start(CommandRun.Perisai, tree.Root, ["yarac", .. arguments]);
        return (run.ExitCode, run.Output, run.Errors);
    }
}
