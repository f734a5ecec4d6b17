using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Parsing;
using Perisai.Cli.ClamScan;
using Perisai.Cli.Commands.Defs;
using Perisai.Cli.Reports;
using Perisai.Cli.Yara;
using Perisai.Linux;

namespace Perisai.Cli.Commands;

/// <summary>The whole command line.</summary>
internal static class PerisaiCommand
{
    /// <summary>Runs a command; returns its exit code. What is wrong with the arguments is said on standard error.</summary>
    public static int Run(string[] arguments)
    {
        arguments = RawArguments.Restore(arguments);
        if (OtherProgram(Path.GetFileName(RawArguments.ProgramName())) is { } called)
            return called(arguments);
        if (arguments is [var first, .. var others] && OtherProgram(first) is { } named)
            return named(others);
        var root = new RootCommand("Perisai, an open antivirus: it finds what definitions name, and says what it could not look at.");
        root.Subcommands.Add(new ScanCommand().Create());
        root.Subcommands.Add(new WhyCommand().Create());
        root.Subcommands.Add(DefsCommand.Create());
        // For the help: their arguments are parsed as the programs of these names parse them, above.
        root.Subcommands.Add(new Command(ClamScanCommand.Name, "Scan as clamscan does: its options, its output, its exit codes."));
        root.Subcommands.Add(new Command(YaraCommand.Name, "Scan with YARA rules as yara does: its options, its output, its exit codes."));
        root.Subcommands.Add(new Command(YaracCommand.Name, "Compile YARA rules as yarac does."));
        var help = root.Options.OfType<HelpOption>().Single();
        help.Action = new HelpWithExamples();
        root.Options.OfType<VersionOption>().Single().Action = new VersionAction();
        var result = root.Parse(arguments, new() { ResponseFileTokenReplacer = null });
        // Help is for those whose command is not right yet.
        if (result.GetResult(help) is { Implicit: false })
            return new HelpWithExamples().Invoke(result);
        var errors = MissingCommand(result) is { } missing ? [missing]
            : UnknownOptions(result).Concat(result.Errors.Select(error => error.Message)).Distinct().ToList();
        if (errors.Count > 0)
        {
            foreach (var error in errors)
                Console.Error.WriteLine($"perisai: {error}");
            Console.Error.WriteLine($"'perisai {string.Join("", NamesOf(result).Reverse())}--help' says what there is.");
            return ExitCode.Error;
        }

        try
        {
            return result.Invoke(new() { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null });
        }
        catch (UsageException exception)
        {
            Console.Error.WriteLine($"perisai: {exception.Message}");
        }
        catch (IOException exception)
        {
            Console.Error.WriteLine($"perisai: the output cannot be written: {exception.Message}");
        }

        return ExitCode.Error;
    }

    /// <summary>What is wrong where no command was named, or one that there is not; null where a command is known.</summary>
    private static string? MissingCommand(ParseResult result)
    {
        var group = result.CommandResult.Command;
        if (group.Subcommands.Count == 0 || result.Action is VersionAction)
            return null;
        var known = string.Join(", ", group.Subcommands.Select(command => command.Name));
        return result.UnmatchedTokens switch
        {
            [] => $"no command was given. There are: {known}.",
            [var path, ..] when group is RootCommand && Path.Exists(path) => $"{PrintableText.Of(path)} is no command. To scan it: perisai scan PATH",
            [var word, ..] => $"{PrintableText.Of(word)} is no command. There are: {known}.",
        };
    }

    /// <summary>The program whose place this one takes under a name; null for our own.</summary>
    private static Func<string[], int>? OtherProgram(string name) => name switch
    {
        ClamScanCommand.Name => ClamScanCommand.Run,
        YaraCommand.Name => YaraCommand.Run,
        YaracCommand.Name => YaracCommand.Run,
        _ => null,
    };

    /// <summary>What looks like an option and is none would otherwise be taken for a path.</summary>
    private static IEnumerable<string> UnknownOptions(ParseResult result)
    {
        for (var i = 0; i < result.Tokens.Count && result.Tokens[i].Type != TokenType.DoubleDash; i++)
        {
            var token = result.Tokens[i];
            if (token.Type == TokenType.Argument && token.Value is ['-', _, ..] && (i == 0 || result.Tokens[i - 1].Type != TokenType.Option))
                yield return $"unknown option {token.Value}. For a file of this name, write ./{token.Value}.";
        }
    }

    private static IEnumerable<string> NamesOf(ParseResult result)
    {
        for (var at = result.CommandResult; at?.Command is not (null or RootCommand); at = at.Parent as CommandResult)
            yield return at.Command.Name + " ";
    }
}
