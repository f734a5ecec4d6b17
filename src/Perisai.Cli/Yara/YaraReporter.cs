using System.Text;
using Perisai.Cli.Scanning;
using Perisai.Engine;

namespace Perisai.Cli.Yara;

/// <summary>Prints what is found in each file as yara does.</summary>
internal sealed class YaraReporter(YaraSettings settings, YaraOutput output, DefinitionSet definitions) : IResultSink
{
    /// <summary>The fault that a string matches more often than is kept.</summary>
    private const string TooManyMatches = "yara.too-many-matches";

    /// <summary>All rules. Listing ten thousand takes longer than to scan a small file, and few calls need it.</summary>
    private readonly Lazy<RuleInfo[]> _rules = new(() => [.. definitions.ListRules()]);
    private long _matching;

    /// <summary>Whether something was not scanned that should have been.</summary>
    public bool HasErrors { get; private set; }

    /// <summary>What lies at an address, where a process is scanned and somebody wants to know.</summary>
    public Func<long, string>? RegionOf { get; set; }

    /// <summary>Whether the target is one file or process: the count is then printed without its name.</summary>
    public bool IsSingle { get; init; }

    public void Add(ScanResult result)
    {
        var path = YaraOutput.PathOf(result.Path);
        if (result.NotScanned is { } left)
        {
            Skip(result, left, path);
            return;
        }

        foreach (var line in result.Printed)
            output.Write(line);
        var isReliable = true;
        foreach (var finding in result.Report.Findings)
        {
            if (finding is NotScanned part)
            {
                Error(path, TextOf(part));
                isReliable &= part.Reason is not (NotScannedReason.OverBudget or NotScannedReason.Cancelled);
            }
            else if (finding is Malformation { Fault.Id: TooManyMatches } many && settings.HasWarnings)
            {
                output.Error("warning: " + many.Fault.Detail);
            }
        }

        // What a scan that was cut short does not find is no statement about the file.
        if (isReliable)
            Print(result.Report, path);
        else
            PrintCount(0, path);
    }

    private void Skip(ScanResult result, NotScanned left, string path)
    {
        if (left.Reason == NotScannedReason.OverBudget && left.Length > settings.SkipLarger)
            output.Error($"skipping {path} ({left.Length} bytes) because it's larger than {settings.SkipLarger} bytes.");
        else if (result.IsOurChoice)
            output.Error($"skipping {path}: {left.Detail}");
        else if (result.IsError || left.Reason is not (NotScannedReason.SymbolicLink or NotScannedReason.SpecialFile or NotScannedReason.Excluded))
        {
            Error(path, TextOf(left));
            PrintCount(0, path);
        }
    }

    private void Error(string path, string text)
    {
        HasErrors = true;
        output.Error($"error scanning {path}: {text}");
    }

    private static string TextOf(NotScanned left) => left.Reason switch
    {
        NotScannedReason.Unreadable when !left.IsPartial => "could not open file",
        NotScannedReason.OverBudget when left.Limit == BudgetLimit.Time => "scanning timed out",
        NotScannedReason.Cancelled => "scanning timed out",
        _ => left.Detail.Length > 0 ? left.Detail : left.Reason.ToString(),
    };

    private void Print(ScanReport report, string path)
    {
        var count = settings.Negate ? PrintFailing(report, path) : PrintMatching(report, path);
        if (IsSingle && settings.Count)
            output.Write($"{count}\n");
        else
            PrintCount(count, path);
    }

    /// <summary>The count behind a file's name; yara prints 0 also where a file among others could not be scanned.</summary>
    private void PrintCount(long count, string path)
    {
        if (!settings.Count || IsSingle)
            return;
        output.WriteName(path);
        output.Write($": {count}\n");
    }

    /// <summary>Returns how many match; a limit counts over all files, as in yara.</summary>
    private long PrintMatching(ScanReport report, string path)
    {
        long count = 0;
        foreach (var detection in report.Findings.OfType<Detection>())
        {
            if (detection.Rule is not { } match)
                continue;
            // An earlier rule would have ended the file.
            if (IsAtLimit && match.Number > Array.FindIndex(_rules.Value, rule => !rule.IsPrivate))
                break;
            if (!settings.Count && IsWanted(detection.Name, match))
                PrintRule(detection.Name, match, path);
            count++;
            _matching++;
            if (IsAtLimit)
                break;
        }

        return count;
    }

    private long PrintFailing(ScanReport report, string path)
    {
        var matching = report.Findings.OfType<Detection>().Select(detection => detection.Rule?.Number ?? -1).ToHashSet();
        var strings = report.FailingRules.ToDictionary(match => match.Number);
        var rules = _rules.Value;
        long count = 0;
        for (var number = 0; number < rules.Length; number++)
        {
            var rule = rules[number];
            if (rule.IsPrivate)
                continue;
            if (matching.Contains(number))
            {
                count++;
                _matching++;
            }
            else
            {
                var match = strings.GetValueOrDefault(number) ?? new() { Number = number, Namespace = rule.Namespace, Tags = rule.Tags, Meta = rule.Meta };
                if (!settings.Count && IsWanted(rule.Name, match))
                    PrintRule(rule.Name, match, path);
            }

            if (IsAtLimit)
                break;
        }

        return count;
    }

    private bool IsAtLimit => settings.MaximumRules > 0 && _matching >= settings.MaximumRules;

    private bool IsWanted(string name, RuleMatch match) =>
        (settings.Identifiers.Count == 0 || settings.Identifiers.Contains(name, StringComparer.Ordinal))
        && (settings.Tags.Count == 0 || match.Tags.Any(tag => settings.Tags.Contains(tag, StringComparer.Ordinal)));

    private void PrintRule(string name, RuleMatch match, string path)
    {
        var line = new StringBuilder();
        if (settings.PrintsNamespace)
            output.WriteName(match.Namespace + ":");
        line.Append(name).Append(' ');
        if (settings.PrintsTags)
            line.Append('[').AppendJoin(',', match.Tags).Append("] ");
        if (settings.PrintsMeta)
            line.Append(YaraText.Meta(match.Meta)).Append(' ');
        output.Write(line.ToString());
        output.WriteName(path);
        output.WriteByte((byte)'\n');
        if (!settings.PrintsStrings && !settings.PrintsLengths && !settings.PrintsXorKeys && RegionOf is null)
            return;
        foreach (var found in match.Strings)
        {
            line.Clear();
            YaraText.AppendMatch(line, found, settings);
            if (RegionOf is not null)
                line.Append("  in ").Append(RegionOf(found.Offset));
            line.Append('\n');
            output.Write(line.ToString());
        }
    }
}
