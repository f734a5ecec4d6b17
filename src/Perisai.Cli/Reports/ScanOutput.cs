using System.Text;
using Perisai.Cli.Scanning;

namespace Perisai.Cli.Reports;

/// <summary>The outputs of one scan.</summary>
internal sealed class ScanOutput : IDisposable
{
    private readonly StreamWriter _writer;

    public ScanOutput(Verbosity verbosity)
    {
        Verbosity = verbosity;
        _writer = new(Console.OpenStandardOutput(), new UTF8Encoding(false), 32 << 10) { NewLine = "\n" };
        var hasColours = !Console.IsOutputRedirected && string.IsNullOrEmpty(Environment.GetEnvironmentVariable("NO_COLOR"));
        Reporter = new TextReporter(_writer, verbosity, hasColours);
    }

    public Verbosity Verbosity { get; }

    public IScanReporter Reporter { get; }

    /// <summary>Ends all outputs; returns the command's exit code.</summary>
    public int End(ScanTotals totals, ScanContext context)
    {
        if (context.Failure is { } failure)
            Console.Error.WriteLine($"perisai: {failure}");
        Reporter.End(totals, context);
        return context.ExitCode;
    }

    public void Dispose()
    {
        try
        {
            _writer.Dispose();
        }
        catch (IOException)
        {
            // Said already, where it happened first.
        }
    }
}
