using System.CommandLine;
using Perisai.Cli.Reports;

namespace Perisai.Cli.Commands.Options;

/// <summary>What is written where.</summary>
internal sealed class OutputOptions
{
    private readonly Option<OutputFormat> _format = new("--format")
    {
        Description = "What is printed: text, json, ndjson (a line as each file is done) or sarif [default: text]",
        HelpName = "FORMAT",
        CustomParser = result =>
        {
            var text = result.Tokens[0].Value;
            OutputFormat? format = text switch
            {
                "text" => OutputFormat.Text,
                "json" => OutputFormat.Json,
                "ndjson" => OutputFormat.Ndjson,
                "sarif" => OutputFormat.Sarif,
                _ => null,
            };
            if (format is null)
                result.AddError($"--format: '{text}' is no format. Write text, json, ndjson or sarif.");
            return format ?? OutputFormat.Text;
        },
    };

    private readonly Option<string?> _page = new("--report")
    {
        Description = "Write also a report for people: one HTML page with everything in it",
        HelpName = "FILE.html",
    };

    private readonly Option<bool> _quiet = new("--quiet", "-q") { Description = "Print detections and suspicions only" };

    private readonly Option<bool> _verbose = new("--verbose", "-v") { Description = "Print also clean files, links, exclusions and malformations" };

    public void AddTo(Command command)
    {
        foreach (var option in (Option[])[_format, _page, _quiet, _verbose])
            command.Options.Add(option);
    }

    /// <exception cref="UsageException">The options contradict one another.</exception>
    public ScanOutput Open(ParseResult result)
    {
        if (result.GetValue(_quiet) && result.GetValue(_verbose))
            throw new UsageException("--quiet and --verbose contradict one another. Leave one out.");
        var verbosity = result.GetValue(_quiet) ? Verbosity.Quiet : result.GetValue(_verbose) ? Verbosity.Verbose : Verbosity.Normal;
        return new(result.GetValue(_format), verbosity, result.GetValue(_page));
    }
}
