using System.CommandLine;
using Perisai.Cli.Reports;

namespace Perisai.Cli.Commands.Options;

/// <summary>What is written where.</summary>
internal sealed class OutputOptions
{
    private readonly Option<bool> _quiet = new("--quiet", "-q") { Description = "Print detections only" };

    private readonly Option<bool> _verbose = new("--verbose", "-v") { Description = "Print also clean files, links, exclusions and malformations" };

    public void AddTo(Command command)
    {
        foreach (var option in (Option[])[_quiet, _verbose])
            command.Options.Add(option);
    }

    /// <exception cref="UsageException">The options contradict one another.</exception>
    public ScanOutput Open(ParseResult result)
    {
        if (result.GetValue(_quiet) && result.GetValue(_verbose))
            throw new UsageException("--quiet and --verbose contradict one another. Leave one out.");
        var verbosity = result.GetValue(_quiet) ? Verbosity.Quiet : result.GetValue(_verbose) ? Verbosity.Verbose : Verbosity.Normal;
        return new(verbosity);
    }
}
