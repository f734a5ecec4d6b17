using Perisai.Cli.Tests.ClamScan;

namespace Perisai.Cli.Tests.Yara;

/// <summary>
/// The real yara and ours, with the same rules, files and options: the same bytes on both outputs and the same exit code. Warnings are left out, since
/// their words differ; the files of a directory come in any order.
/// </summary>
public sealed class YaraDifferentialTests(YaraTree tree) : IClassFixture<YaraTree>
{
    private static readonly string[] s_options =
    [
        "", "-s", "-L", "-sL", "-m", "-g", "-e", "-egms", "-c", "-n", "-ns", "-nsLmge", "-nc", "-f", "-fs", "-fsL", "-t tagtwo", "-t none -t tagone",
        "-i dep", "-i dep -i nothing", "-n -i nothing", "-c -i nothing", "-n -t tagtwo", "-l 1", "-l 0x2", "-c -l 1", "-n -l 2", "-n -l 3", "-l 1 -i dep",
        "--count", "--print-meta --print-tags", "--max-rules=1", "--negate=yes", "-p 2", "-a 5", "-k 100", "-z 3", "-N", "-r", "-d v=5",
    ];

    public static TheoryData<string> Options => [.. s_options];

    [Theory]
    [MemberData(nameof(Options))]
    public void Files(string options)
    {
        foreach (var rules in (string[])["a:plain.yar b:strings.yar c:places.yar d:meta.yar", "flags.yar"])
        {
            foreach (var file in (string[])["a.bin", "empty", "long.bin", "many.bin", "/dev/null"])
                Compare($"-w {options} {rules} {file}");
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("-r")]
    [InlineData("-N")]
    [InlineData("-rN")]
    [InlineData("-rc")]
    [InlineData("-z 10")]
    [InlineData("-rns")]
    [InlineData("-rs -p 1")]
    public void Directories(string options)
    {
        foreach (var target in (string[])["tree", "tree/", "./tree/sub", "tree/folder-link"])
            Compare($"-w {options} plain.yar {target}", isSorted: true);
    }

    [Theory]
    [InlineData("--scan-list plain.yar list")]
    [InlineData("-r --scan-list -s plain.yar list")]
    [InlineData("-c --scan-list plain.yar list")]
    public void Lists(string arguments) => Compare("-w " + arguments, isSorted: true);

    [Theory]
    [InlineData("-d v=5 external.yar a.bin")]
    [InlineData("-d v=-5 external.yar a.bin")]
    [InlineData("-d v=5.0 external.yar a.bin")]
    [InlineData("--define=v=5 external.yar a.bin")]
    [InlineData("-w first:plain.yar second:plain.yar -e a.bin")]
    [InlineData("-w plain.yar flags.yar a.bin")]
    [InlineData("console.yar a.bin")]
    [InlineData("-c console.yar a.bin")]
    [InlineData("-x anything=a.bin flags.yar a.bin")]
    [InlineData("flags.yar tree/link")]
    [InlineData("flags.yar a.bin -c")]
    public void Other_arguments(string arguments) => Compare(arguments);

    [Theory]
    [InlineData("flags.yar missing")]
    [InlineData("missing.yar a.bin")]
    [InlineData("first:missing.yar a.bin")]
    [InlineData("flags.yar")]
    [InlineData("")]
    [InlineData("-Z flags.yar a.bin")]
    [InlineData("--nope flags.yar a.bin")]
    [InlineData("--coun flags.yar a.bin")]
    [InlineData("flags.yar a.bin -d")]
    [InlineData("-dv=5 external.yar a.bin")]
    [InlineData("--define v=5 external.yar a.bin")]
    [InlineData("-l x flags.yar a.bin")]
    [InlineData("-l1 flags.yar a.bin")]
    [InlineData("-p=2 flags.yar a.bin")]
    [InlineData("-p 2x flags.yar a.bin")]
    [InlineData("-s- flags.yar a.bin")]
    [InlineData("--threads 2 flags.yar a.bin")]
    [InlineData("--max-strings-per-rule=x flags.yar a.bin")]
    [InlineData("-p 33 flags.yar a.bin")]
    [InlineData("-x flags.yar a.bin")]
    [InlineData("-x no flags.yar a.bin")]
    [InlineData("-x no=missing flags.yar a.bin")]
    [InlineData("-C a.bin b.bin a.bin")]
    [InlineData("--scan-list flags.yar missing")]
    [InlineData("flags.yar 999999999")]
    public void Errors(string arguments) => Compare(arguments);

    private void Compare(string arguments, bool isSorted = false)
    {
        if (!Tool.Exists("yara"))
            Assert.Skip("yara is not installed");
        var words = arguments.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        var theirs = CommandRun.Start("yara", tree.Root, words);
        var ours = CommandRun.Start(CommandRun.Perisai, tree.Root, ["yara", .. words]);
        Assert.Equal($"{arguments}\n{theirs.ExitCode}\n{Text(theirs.Output)}\n{Text(theirs.Errors)}", $"{arguments}\n{ours.ExitCode}\n{Text(ours.Output)}\n{Text(ours.Errors)}");

        string Text(string output) => isSorted ? string.Join('\n', output.Split('\n').Order(StringComparer.Ordinal)) : output;
    }
}
