using System.CommandLine;
using System.Text;
using Perisai.Cli.Reports;
using Perisai.Cli.Reports.Diagnostics;
using Perisai.Engine;
using Perisai.Linux;

namespace Perisai.Cli.Commands.Defs;

/// <summary><c>perisai defs lint</c>: what is wrong with sources, and what slows scanning down; nothing is written.</summary>
internal sealed class DefsLintCommand
{
    /// <summary>What ids of diagnostics about slow strings contain.</summary>
    private const string SlowMark = "slow";

    private readonly Argument<string[]> _sources = new("SOURCE")
    {
        Description = "YARA rules, ClamAV databases, lists of hashes, or folders of these",
        Arity = ArgumentArity.OneOrMore,
    };

    private readonly Option<string> _format = new("--format")
    {
        Description = "What is printed: text, json or sarif",
        HelpName = "FORMAT",
        DefaultValueFactory = _ => "text",
    };

    private readonly Option<bool> _denySlow = new("--deny-slow") { Description = "Exit with 2 where a rule slows scanning down" };

    private readonly Option<bool> _denyWarnings = new("--deny-warnings") { Description = "Exit with 2 where there is any warning" };

    private readonly Option<bool> _strictEscapes = new("--strict-escape") { Description = "Take unknown escapes in regular expressions of YARA rules for errors" };

    public Command Create()
    {
        var command = new Command("lint", "Check definitions: errors and warnings as from a compiler, with the line and a suggestion.") { _sources };
        foreach (var option in (Option[])[_format, _denySlow, _denyWarnings, _strictEscapes])
            command.Options.Add(option);
        _format.AcceptOnlyFromAmong("text", "json", "sarif");
        command.SetAction(Run);
        return command;
    }

    private int Run(ParseResult result)
    {
        var report = Build(result);
        var counts = new LintCounts(
            report.Diagnostics.Count(diagnostic => diagnostic.IsError),
            report.Diagnostics.Count(diagnostic => !diagnostic.IsError),
            report.Diagnostics.Count(diagnostic => !diagnostic.IsError && diagnostic.Id.Contains(SlowMark, StringComparison.Ordinal)));
        var hasSlow = counts.Slow > 0 || report.RuleCosts.Any(cost => cost.Class == RuleCostClass.Slow);
        var fails = counts.Errors > 0 || (hasSlow && result.GetValue(_denySlow)) || (counts.Warnings > 0 && result.GetValue(_denyWarnings))
            || (report.DiagnosticsDropped > 0 && result.GetValue(_denyWarnings));
        var exitCode = fails ? ExitCode.Error : ExitCode.Clean;
        using var output = new BufferedStream(new StandardOutput(), 32 << 10);
        switch (result.GetValue(_format))
        {
            case "json":
                DiagnosticJson.Write(output, report, counts);
                break;
            case "sarif":
                DiagnosticJson.WriteSarif(output, report, exitCode);
                break;
            default:
                output.Write(Encoding.UTF8.GetBytes(Text(report, counts)));
                break;
        }

        return exitCode;
    }

    private BuildReport Build(ParseResult result)
    {
        var builder = new DefinitionBuilder { PassOverSegments = true, DescribeRuleCosts = true, StrictEscapes = result.GetValue(_strictEscapes) };
        try
        {
            foreach (var source in result.GetValue(_sources)!)
                builder.Add(source);
            builder.BuildTemporary(out var report).Dispose();
            return report;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new UsageException($"the sources cannot be read: {exception.Message}");
        }
    }

    private static string Text(BuildReport report, LintCounts counts)
    {
        var text = new StringBuilder();
        Definitions.BuildMessages.AddDiagnostics(report, text);
        foreach (var lines in report.Unsupported)
            text.Append($"{PrintableText.Of(lines.FirstAt)}: not supported: {PrintableText.Of(lines.Reason)} ({Words.Count(lines.Count, "line", "lines")} of {lines.Kind})\n");
        foreach (var cost in report.RuleCosts)
            text.Append($"{PrintableText.Of(cost.File)}:{cost.Line}: {PrintableText.Of(cost.Rule)}: {RuleCostText.Of(cost)}\n");
        if (!report.RuleCosts.IsEmpty)
            text.Append($"{Words.Count(report.RuleCosts.Length, "rule", "rules")}: {RuleCostText.Summary(report.RuleCosts)}\n");
        text.Append($"{Words.Count(report.Loaded.Values.Sum(), "definition", "definitions")}, {Words.Count(counts.Errors, "error", "errors")}, ");
        text.Append($"{Words.Count(counts.Warnings, "warning", "warnings")}, {Words.Number(counts.Slow)} of them about what slows scanning down\n");
        return text.ToString();
    }
}
