using System.Globalization;
using Perisai.Cli.Commands;
using Perisai.Cli.Scanning;
using Perisai.Cli.Walking;
using Perisai.Engine;
using Perisai.Linux;

namespace Perisai.Cli.Yara;

/// <summary><c>perisai yara</c>, and the program when it is called as yara: this engine behind yara's options, lines and exit codes.</summary>
internal static class YaraCommand
{
    public const string Name = "yara";

    /// <summary>Errors of any kind; matches do not change the exit code.</summary>
    private const int Failure = 1;

    public static int Run(IReadOnlyList<string> arguments)
    {
        try
        {
            var parsed = YaraArguments.Parse(arguments, YaraOptions.Scanning);
            using var output = new YaraOutput();
            if (parsed.Has("help") || parsed.Has("version"))
            {
                output.Write(parsed.Has("version") ? YaraHelp.Version : YaraHelp.Of(YaraHelp.ScanUsage, YaraOptions.Scanning));
                return ExitCode.Clean;
            }

            if (parsed.Paths.Count >= 2)
                return Scan(new(parsed), output);
            Console.Error.Write(YaraHelp.WrongNumber(Name, YaraHelp.ScanUsage));
        }
        catch (Exception exception) when (exception is UsageException or IOException or UnauthorizedAccessException or SegmentException)
        {
            YaraOutput.PrintError(exception.Message);
        }

        return Failure;
    }

    private static int Scan(YaraSettings settings, YaraOutput output)
    {
        using var definitions = settings.IsCompiled ? CompiledRules.Open(settings) : Compile(settings, output);
        if (definitions is null)
            return Failure;
        if (settings.Scanning.FindMissingModuleData(definitions) is { } missing)
            throw new UsageException($"error: {missing}; -x takes it.");
        if (settings.PrintsStats)
        {
            var rules = definitions.ListRules().ToArray();
            output.Write($"{"number of rules",-35}: {rules.Length}\n{"number of strings",-35}: {rules.Sum(rule => (long)rule.StringCount)}\n");
        }

        if (settings.IsScanList)
            return ScanList(settings, output, definitions);
        var status = LinuxFile.Status(null, NameEncoding.EncodeTerminated(settings.Target), followLink: true, out var found) == 0 ? found : default;
        var reporter = new YaraReporter(settings, output, definitions) { IsSingle = status.Kind != FileKind.Directory };
        if (status.Kind == FileKind.Unknown && int.TryParse(settings.Target, NumberStyles.None, CultureInfo.InvariantCulture, out var process))
            return ScanProcess(settings, output, definitions, reporter, process);
        var run = Scan(settings, output, definitions, reporter, new([settings.Target], null, false, EmptyDevice));
        return run.IsCancelled || (reporter.HasErrors && reporter.IsSingle) ? Failure : ExitCode.Clean;
    }

    private static int ScanList(YaraSettings settings, YaraOutput output, DefinitionSet definitions)
    {
        FileStream list;
        try
        {
            list = File.OpenRead(settings.Target);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new UsageException($"error: could not open file \"{settings.Target}\".");
        }

        var reporter = new YaraReporter(settings, output, definitions);
        var run = Scan(settings, output, definitions, reporter, new([], new(_ => list, (byte)'\n'), true, EmptyDevice));
        return run.IsCancelled ? Failure : ExitCode.Clean;
    }

    private static ScanRun Scan(YaraSettings settings, YaraOutput output, DefinitionSet definitions, YaraReporter reporter, ScanTargets targets)
    {
        var printed = new PrintedLines();
        var run = new ScanRun(definitions, Options(settings, printed), settings.Walking, settings.Threads)
        {
            Timeout = settings.Timeout < YaraSettings.NoTimeout ? settings.Timeout : null,
            TakePrinted = printed.Take,
        };
        run.Execute(targets, reporter, output.Flush, progress: null);
        return run.Failure is { } failure ? throw new UsageException($"error: {failure}") : run;
    }

    private static int ScanProcess(YaraSettings settings, YaraOutput output, DefinitionSet definitions, YaraReporter reporter, int process)
    {
        ProcessMemory memory;
        try
        {
            memory = ProcessMemory.Open(process);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new UsageException($"error scanning {process}: can not attach to process (try running as root)");
        }

        if (settings.PrintsRegions)
            reporter.RegionOf = memory.Describe;
        var printed = new PrintedLines();
        using var source = new ProcessByteSource(memory);
        using var scanner = new Scanner(definitions, Options(settings, printed));
        var report = scanner.Scan(source, settings.Target);
        reporter.Add(new(new(null, settings.Target), report) { Printed = printed.Take() });
        return reporter.HasErrors ? Failure : ExitCode.Clean;
    }

    private static ScanOptions Options(YaraSettings settings, PrintedLines printed) => settings.Scanning with
    {
        RuleOutput = settings.PrintsConsole ? line => printed.Add(line + "\n") : null,
        ModuleFacts = settings.PrintsModuleFacts ? printed.Add : null,
    };

    /// <summary>Scripts scan the null device to see whether rules compile.</summary>
    private static WalkEntry? EmptyDevice(string path) =>
        path == "/dev/null" ? new() { Path = new(null, path), Content = new MemoryByteSource(ReadOnlyMemory<byte>.Empty), Length = 0 } : null;

    private static DefinitionSet? Compile(YaraSettings settings, YaraOutput output)
    {
        var definitions = settings.Compilation.Read(settings.RuleFiles).BuildTemporary(out var report);
        if (settings.Compilation.Accepts(report, output))
            return definitions;
        definitions.Dispose();
        return null;
    }
}
