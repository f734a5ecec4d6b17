using System.CommandLine;
using Perisai.Cli.Commands.Options;
using Perisai.Cli.Definitions;
using Perisai.Cli.Reports;
using Perisai.Cli.Scanning;

namespace Perisai.Cli.Commands;

/// <summary><c>perisai scan</c>.</summary>
internal sealed class ScanCommand
{
    private readonly WalkingOptions _walking = new();
    private readonly DefinitionOptions _definitions = new();
    private readonly ObjectOptions _objects = new();
    private readonly OutputOptions _output = new();

    private readonly Option<int?> _threads = QuantityText.NumberOption("--threads", "Scanning threads [default: one a core]", 1, 1024);

    private readonly Option<bool> _strict = new("--strict")
    {
        Description = "Exit with 2 where content was not looked at or is suspicious (links, devices and exclusions do not count)",
    };

    private readonly Option<bool> _alertSuspicious = new("--alert-suspicious") { Description = "Exit with 1 where something is suspicious, such as a decompression bomb" };

    public Command Create()
    {
        var command = new Command("scan", "Scan files and folders, and everything inside archives, mails and disk images.");
        _walking.AddTo(command);
        _definitions.AddTo(command);
        _objects.AddTo(command);
        command.Options.Add(_threads);
        command.Options.Add(_strict);
        command.Options.Add(_alertSuspicious);
        _output.AddTo(command);
        command.SetAction(Run);
        return command;
    }

    private int Run(ParseResult result)
    {
        var targets = _walking.Targets(result);
        var options = _objects.Read(result);
        using var output = _output.Open(result);
        var loader = new DefinitionLoader(_definitions.Read(result), Console.Error);
        using var definitions = loader.Load();
        var threads = result.GetValue(_threads) ?? Environment.ProcessorCount;
        var run = new ScanRun(definitions, options, _walking.Read(result), threads);
        run.Execute(targets, output, output.Flush, ProgressDisplay.ForTerminal(output.Verbosity));
        if (run.Failure is not null)
            loader.Forget();
        var exitCode = ExitCodeOf(result, run);
        return output.End(run.Totals, new(definitions.Segments, threads, run.Started, run.IsCancelled, exitCode, run.Failure));
    }

    private int ExitCodeOf(ParseResult result, ScanRun run)
    {
        var totals = run.Totals;
        if (totals.Detected > 0 || (totals.Suspicious > 0 && result.GetValue(_alertSuspicious)))
            return ExitCode.Detected;
        var isStrictError = result.GetValue(_strict) && (totals.Incomplete > 0 || totals.Suspicious > 0);
        return run.IsCancelled || totals.Errors > 0 || isStrictError ? ExitCode.Error : ExitCode.Clean;
    }
}
