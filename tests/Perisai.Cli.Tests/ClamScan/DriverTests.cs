using System.Text.RegularExpressions;

namespace Perisai.Cli.Tests.ClamScan;

/// <summary>
/// How programs call clamscan and read what it says: mail filters, front ends, wrappers in scripts. Each case holds the options that such a program gives and
/// the expressions by which it reads the answer, written anew; the answer of clamscan itself is read the same way.
/// </summary>
public sealed partial class DriverTests(ScannedTree tree) : IClassFixture<ScannedTree>
{
    /// <summary>A mail filter gives a folder with the parts of one mail: 0 is clean, 1 infected, and the name stands before FOUND.</summary>
    [Theory]
    [InlineData("--stdout --no-summary -r --tempdir=/tmp tree/sub")]
    [InlineData("--stdout --no-summary -r tree/sub/deep")]
    [InlineData("--stdout --disable-cache --no-summary --infected tree/a.zip")]
    [InlineData("-r --stdout --no-summary --max-recursion=10 --max-files=1000 --max-filesize=10M --max-scansize=100M tree/sub")]
    [InlineData("--unsupported tree/sub")]
    public void A_mail_filter_reads_code_and_names(string options)
    {
        var (theirs, ours) = Run(options);
        Assert.Equal(theirs.ExitCode, ours.ExitCode);
        Assert.Equal(Names(theirs), Names(ours));

        static IEnumerable<string> Names(CommandRun run) => FoundInLine().Matches(run.Output).Select(match => match.Groups[1].Value);
    }

    /// <summary>A gateway reads every line: what lies in which file; and tells OK, errors and findings apart by their ends.</summary>
    [Fact]
    public void A_gateway_reads_each_line()
    {
        var (theirs, ours) = Run("--no-summary --stdout -r tree");
        var read = Read(ours);
        Assert.Equal(Read(theirs), read);
        Assert.Equal("Test.Two.UNOFFICIAL", read["tree/name with space"]);

        static SortedDictionary<string, string> Read(CommandRun run)
        {
            var files = new SortedDictionary<string, string>(StringComparer.Ordinal);
            foreach (var line in run.Lines)
            {
                var at = line.LastIndexOf(": ", StringComparison.Ordinal);
                Assert.True(at > 0, line);
                files[line[..at]] = line[(at + 2)..].Replace(" FOUND", "", StringComparison.Ordinal);
            }

            return files;
        }
    }

    /// <summary>A front end shows the summary: every line has its name, and numbers where it expects some.</summary>
    [Fact]
    public void A_front_end_reads_the_summary()
    {
        var (theirs, ours) = Run("-r -i tree");
        string[] names = [.. Names(theirs)];
        Assert.Equal(names, Names(ours));
        Assert.Contains("Infected files", names);
        foreach (var name in new[] { "Known viruses", "Scanned directories", "Scanned files", "Infected files" })
            Assert.Equal(Value(theirs, name), Value(ours, name));
        Assert.Matches(@"^\d+\.\d\d MB$", Value(ours, "Data scanned"));
        Assert.Matches(@"^\d+\.\d\d MB \(ratio \d+\.\d\d:1\)$", Value(ours, "Data read"));
        Assert.Matches(@"^\d+\.\d{3} sec \(\d+ m \d+ s\)$", Value(ours, "Time"));
        Assert.Matches(@"^\d{4}:\d\d:\d\d \d\d:\d\d:\d\d$", Value(ours, "Start Date"));

        static IEnumerable<string> Names(CommandRun run) => SummaryLine().Matches(run.Output).Select(match => match.Groups[1].Value);

        static string Value(CommandRun run, string name) => SummaryLine().Matches(run.Output).Single(match => match.Groups[1].Value == name).Groups[2].Value;
    }

    /// <summary>A wrapper gives the content on standard input and reads what stands behind <c>stream: </c> or <c>stdin: </c>.</summary>
    [Theory]
    [InlineData("before MARK-ONE after")]
    [InlineData("nothing at all")]
    public void A_wrapper_gives_the_content_on_standard_input(string content)
    {
        var (theirs, ours) = Run("--no-summary --stdout -", content);
        Assert.Equal(theirs.Output, ours.Output);
        Assert.Equal(theirs.ExitCode, ours.ExitCode);
    }

    /// <summary>A script asks for the version first and reads a word and a number.</summary>
    [Theory]
    [InlineData("--version")]
    [InlineData("-V")]
    public void A_script_asks_for_the_version(string option)
    {
        var run = CommandRun.Start(CommandRun.Perisai, tree.Root, ["clamscan", option]);
        Assert.Equal(0, run.ExitCode);
        Assert.Matches(@"^\w+ \d+\.\d+", run.Output);
    }

    /// <summary>Every option of clamscan's help is known here: followed, without effect, or refused with a reason.</summary>
    [Fact]
    public void Every_option_of_clamscan_is_known()
    {
        if (!Tool.Exists("clamscan"))
            Assert.Skip("clamscan is not installed (Debian package clamav).");
        var help = CommandRun.Start("clamscan", tree.Root, ["--help"]).Output;
        var ours = CommandRun.Start(CommandRun.Perisai, tree.Root, ["clamscan", "--help"]).Output;
        string[] options = [.. OptionName().Matches(help).Select(match => match.Value).Distinct()];
        Assert.True(options.Length > 80, $"only {options.Length} options were read");
        Assert.DoesNotContain(options, option => !Regex.IsMatch(ours, Regex.Escape(option) + @"\b"));
    }

    private (CommandRun Theirs, CommandRun Ours) Run(string options, string input = "")
    {
        if (!Tool.Exists("clamscan"))
            Assert.Skip("clamscan is not installed (Debian package clamav).");
        string[] arguments = ["-d", "db/t.ndb", .. options.Split(' ')];
        return (CommandRun.Start("clamscan", tree.Root, arguments, input), CommandRun.Start(CommandRun.Perisai, tree.Root, ["clamscan", .. arguments], input));
    }

    [GeneratedRegex(@"^.*?: (?!Infected Archive)(.*) FOUND$", RegexOptions.Multiline)]
    private static partial Regex FoundInLine();

    [GeneratedRegex(@"^([A-Z][A-Za-z ]+): +(\S.*)$", RegexOptions.Multiline)]
    private static partial Regex SummaryLine();

    [GeneratedRegex(@"--[a-z][a-z0-9-]+")]
    private static partial Regex OptionName();
}
