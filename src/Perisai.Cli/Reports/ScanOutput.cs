using System.Text;
using Perisai.Cli.Commands;
using Perisai.Cli.Reports.Html;
using Perisai.Cli.Reports.Json;
using Perisai.Cli.Reports.Sarif;
using Perisai.Cli.Reports.Text;
using Perisai.Cli.Scanning;
using Perisai.Linux;

namespace Perisai.Cli.Reports;

/// <summary>Forms of what a scan prints.</summary>
internal enum OutputFormat
{
    Text,
    Json,
    Ndjson,
    Sarif,
}

/// <summary>The outputs of one scan: what is printed, and a page where one is asked for.</summary>
internal sealed class ScanOutput : IResultSink, IDisposable
{
    private readonly BufferedStream _stream;
    private readonly IScanReporter _reporter;
    private readonly string? _page;
    private readonly FindingCollector _collector = new();

    public ScanOutput(OutputFormat format, Verbosity verbosity, string? page)
    {
        Verbosity = verbosity;
        _page = page;
        _stream = new(new StandardOutput(), 32 << 10);
        _reporter = format switch
        {
            OutputFormat.Json => new JsonReporter(_stream, verbosity),
            OutputFormat.Ndjson => new NdjsonReporter(_stream, verbosity),
            OutputFormat.Sarif => new SarifReporter(_stream),
            _ => new TextReporter(new StreamWriter(_stream, new UTF8Encoding(false), 1024) { NewLine = "\n", AutoFlush = false }, verbosity, HasColours()),
        };
    }

    public Verbosity Verbosity { get; }

    public void Add(ScanResult result)
    {
        _reporter.Add(result);
        if (_page is not null)
            _collector.Add(result);
    }

    /// <summary>Lets what was found so far be read.</summary>
    public void Flush() => _reporter.Flush();

    /// <summary>Ends all outputs; returns the command's exit code.</summary>
    /// <exception cref="IOException">Standard output cannot be written. The page is written all the same.</exception>
    public int End(ScanTotals totals, ScanContext context)
    {
        if (context.Failure is { } failure)
            Console.Error.WriteLine($"perisai: {failure}");
        try
        {
            _reporter.End(totals, context);
            return WritePage(totals, context);
        }
        catch (IOException)
        {
            WritePage(totals, context);
            throw;
        }
    }

    public void Dispose()
    {
        try
        {
            _stream.Dispose();
        }
        catch (IOException)
        {
            // Said already, where it happened first.
        }
    }

    private static bool HasColours() => !Console.IsOutputRedirected && string.IsNullOrEmpty(Environment.GetEnvironmentVariable("NO_COLOR"));

    private int WritePage(ScanTotals totals, ScanContext context)
    {
        if (_page is null)
            return context.ExitCode;
        try
        {
            AtomicFile.Write(_page, new HtmlReport(_collector, totals, context).Write);
            return context.ExitCode;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            Console.Error.WriteLine($"perisai: the report {_page} cannot be written: {exception.Message}");
            return context.ExitCode == ExitCode.Detected ? ExitCode.Detected : ExitCode.Error;
        }
    }
}
