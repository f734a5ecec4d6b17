using System.Globalization;
using System.Text;
using Perisai.Cli.Commands;
using Perisai.Cli.Definitions;
using Perisai.Cli.Reports;
using Perisai.Cli.Scanning;
using Perisai.Cli.Walking;
using Perisai.Engine;

namespace Perisai.Cli.ClamScan;

/// <summary><c>perisai clamscan</c>, and the program when it is called as clamscan: this engine behind clamscan's options, lines and exit codes.</summary>
internal static class ClamScanCommand
{
    public const string Name = "clamscan";

    /// <summary>clamscan's own exit code for a list that cannot be opened.</summary>
    private const int ListNotOpened = 54;

    /// <summary>Programs that call clamscan look for the name and the version of what they know.</summary>
    private static string VersionLine => $"ClamAV 1.4.6 compatible: Perisai {ProgramVersion.Number}\n";

    public static int Run(IReadOnlyList<string> arguments)
    {
        try
        {
            var parsed = ClamScanArguments.Parse(arguments);
            if (parsed.Switch("help") || parsed.Switch("version"))
            {
                Console.Out.Write(parsed.Switch("help") ? ClamScanHelp.Text() : VersionLine);
                return ExitCode.Clean;
            }

            var settings = new ClamScanSettings(parsed);
            using var output = new ClamScanOutput(settings.Log, settings.IsQuiet, settings.ErrorsToOutput);
            return Scan(parsed, settings, output);
        }
        catch (Exception exception) when (exception is UsageException or IOException or UnauthorizedAccessException)
        {
            Console.Error.WriteLine($"ERROR: {exception.Message}");
            return ExitCode.Error;
        }
    }

    private static int Scan(ClamScanArguments parsed, ClamScanSettings settings, ClamScanOutput output)
    {
        if (settings.IsVerbose)
        {
            foreach (var option in parsed.WithoutEffect.Distinct())
                output.Warning($"--{option.Name} has no effect: {option.Text}.");
        }

        if (settings.TemporaryFolder is { } temporary)
        {
            if (!Directory.Exists(temporary))
                throw new UsageException($"--tempdir: {temporary} is not a folder.");
            Environment.SetEnvironmentVariable("TMPDIR", temporary);
        }

        if (TargetsOf(parsed, settings, output) is not { } targets)
            return ListNotOpened;
        using var action = InfectedFileAction.Create(settings);
        if (settings.OldestDays is { } days && DatabaseAge.FirstOlder(settings.DatedDatabases, days) is { } old)
        {
            output.Error($"{old} is older than {days} days.");
            return ExitCode.Error;
        }

        DefinitionSources sources;
        DefinitionLoader loader;
        DefinitionSet definitions;
        try
        {
            sources = settings.Definitions;
            loader = new DefinitionLoader(sources, Console.Error);
            definitions = loader.Load();
        }
        catch (UsageException) when (settings.HasSummary)
        {
            // clamscan prints its numbers all the same, and programs that call it read them.
            output.Block(Summary(0, new ScanTotals(), DateTimeOffset.Now, new ClamScanReporter(settings, output, action)));
            throw;
        }

        using var owned = definitions;
        if (sources.IncludeBuiltIn)
            output.Warning("There is no ClamAV database on this machine; only what is built in is looked for.");
        var reporter = new ClamScanReporter(settings, output, action);
        var run = new ScanRun(definitions, settings.Scanning, settings.Walking, Environment.ProcessorCount);
        run.Execute(targets, reporter, output.Flush, progress: null);
        if (run.Failure is { } failure)
        {
            loader.Forget();
            output.Error(failure);
        }

        if (settings.HasSummary)
            output.Block(Summary(definitions.Segments.Sum(segment => segment.Definitions + segment.Hashes), run.Totals, run.Started, reporter));
        if (reporter.Infected > 0)
            return ExitCode.Detected;
        return reporter.Errors > 0 || reporter.HasFailures || run.IsCancelled ? ExitCode.Error : ExitCode.Clean;
    }

    private static ScanTargets? TargetsOf(ClamScanArguments parsed, ClamScanSettings settings, ClamScanOutput output)
    {
        var screen = new ArgumentScreen(settings);
        if (settings.FileList is not { } list)
            return new(parsed.Paths.Count > 0 ? parsed.Paths : [Directory.GetCurrentDirectory()], null, false, screen.Look);
        if (parsed.Paths.Count > 0)
            output.Warning("Only scanning files from --file-list (files passed at cmdline are ignored)");
        try
        {
            var isStandardInput = list == "-";
            var file = isStandardInput ? null : File.OpenRead(list);
            return new([], new(cancellation => (Stream?)file ?? new InterruptibleInput(cancellation), (byte)'\n'), isStandardInput, screen.Look);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            output.Error($"--file-list: Can't open file {list}");
            return null;
        }
    }

    private static string Summary(long known, ScanTotals totals, DateTimeOffset started, ClamScanReporter reporter)
    {
        var seconds = totals.Elapsed.TotalSeconds;
        var ratio = reporter.Read == 0 ? 0 : (double)reporter.Scanned / reporter.Read;
        var text = new StringBuilder("\n----------- SCAN SUMMARY -----------\n");
        Add($"Known viruses: {known}");
        Add($"Engine version: Perisai {ProgramVersion.Number}");
        Add($"Scanned directories: {totals.Directories}");
        Add($"Scanned files: {reporter.Files}");
        Add($"Infected files: {reporter.Infected}");
        if (reporter.Errors > 0)
            Add($"Total errors: {reporter.Errors}");
        Add($"Data scanned: {reporter.Scanned / 1048576.0:f2} MB");
        Add($"Data read: {reporter.Read / 1048576.0:f2} MB (ratio {ratio:f2}:1)");
        Add($"Time: {seconds:f3} sec ({(long)seconds / 60} m {(long)seconds % 60} s)");
        Add($"Start Date: {started.ToLocalTime():yyyy:MM:dd HH:mm:ss}");
        Add($"End Date:   {started.ToLocalTime() + totals.Elapsed:yyyy:MM:dd HH:mm:ss}");
        return text.ToString();

        void Add(FormattableString line) => text.Append(line.ToString(CultureInfo.InvariantCulture)).Append('\n');
    }
}
