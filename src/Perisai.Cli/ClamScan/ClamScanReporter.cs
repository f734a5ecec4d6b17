using Perisai.Cli.Scanning;
using Perisai.Engine;
using Perisai.Linux;

namespace Perisai.Cli.ClamScan;

/// <summary>
/// Writes each result as clamscan does, counts, and deals with the files in which something was found. Where clamscan passes over in silence
/// that a part of a file was not looked at, the line on standard output is the same and a warning says it.
/// </summary>
internal sealed class ClamScanReporter(ClamScanSettings settings, ClamScanOutput output, InfectedFileAction? action) : IResultSink
{
    private readonly ClamScanMetadata? _metadata = settings.WritesMetadata ? new(settings, output) : null;

    /// <summary>Files whose bytes were looked at, and those that were too large.</summary>
    public long Files { get; private set; }

    public long Infected { get; private set; }

    /// <summary>Files that could be opened and not be scanned, or not be dealt with: the summary's number.</summary>
    public long Errors { get; private set; }

    /// <summary>Whether something else could not be had.</summary>
    public bool HasFailures { get; private set; }

    /// <summary>Bytes of the files.</summary>
    public long Read { get; private set; }

    /// <summary>Bytes matched, what came out of archives included.</summary>
    public long Scanned { get; private set; }

    public void Add(ScanResult result)
    {
        var path = result.Path.ToString();
        var whole = result.NotScanned;
        if (whole is not null && whole.Reason != NotScannedReason.OverBudget)
        {
            AddNotScanned(result, whole, path);
            return;
        }

        // Standard input is looked at whatever its length.
        if (result.Report.Length == 0 && result.Status is not null)
        {
            if (!settings.OnlyInfected)
                output.Plain($"{path}: Empty file");
            return;
        }

        Files++;
        Read += result.Report.Length;
        Scanned += result.Report.ScannedBytes;
        if (settings.IsVerbose)
            output.Plain($"Scanning {path}");
        _metadata?.Add(result);
        if (AddFindings(result, path))
        {
            Infected++;
            if (settings.RingsBell)
                output.Bell();
            // Content of standard input lies nowhere.
            if (action is not null && result.Status is { } status)
                Errors += action.Take(result.Path.ToString(), status, output) ? 0 : 1;
            return;
        }

        if (!settings.SuppressesOk)
            output.Plain($"{path}: OK");
        WarnOfGaps(result, path);
    }

    private bool AddFindings(ScanResult result, string path)
    {
        var found = false;
        foreach (var (name, detection) in ClamScanAlerts.Named(result.Report, settings))
        {
            if (found && !settings.AllMatches)
                break;
            found = true;
            output.Finding($"{path}: {name} FOUND");
            if (settings.ShowsMembers && detection is { Path.Length: > 1 })
                output.Plain($"{path} > {string.Join(" > ", detection.Path[1..])}: {name} FOUND");
        }

        return found;
    }

    private void AddNotScanned(ScanResult result, NotScanned finding, string path)
    {
        switch (finding.Reason)
        {
            case NotScannedReason.Excluded when result.IsTooDeep:
                if (settings.Recurses)
                    output.Warning($"{path}: Not entered, --max-dir-recursion");
                break;
            case NotScannedReason.Excluded:
                if (!settings.OnlyInfected)
                    output.Plain($"{path}: Excluded");
                break;
            case NotScannedReason.SymbolicLink:
                if (!settings.OnlyInfected)
                    output.Plain($"{path}: Symbolic link");
                break;
            case NotScannedReason.SpecialFile when result.IsError:
                HasFailures = true;
                output.Warning($"{path}: Not supported file type");
                break;
            case NotScannedReason.SpecialFile or NotScannedReason.Cancelled:
                break;
            case NotScannedReason.Unreadable when result.Kind == FileKind.Directory:
                HasFailures = true;
                output.Plain($"{path}: Can't open directory.");
                break;
            case NotScannedReason.Unreadable when result.Kind == FileKind.File && finding.Detail == Errno.Text(Errno.AccessDenied):
                Errors++;
                output.Plain($"{path}: Access denied");
                break;
            case NotScannedReason.Unreadable or NotScannedReason.Changed:
                HasFailures = true;
                output.Remark($"{path}: {finding.Detail}");
                output.Warning($"{path}: Can't access file");
                break;
            default:
                Errors++;
                output.Warning($"{path}: Not scanned: {ClamScanAlerts.Describe(finding)}");
                break;
        }
    }

    private void WarnOfGaps(ScanResult result, string path)
    {
        var gaps = result.Report.Findings.OfType<NotScanned>().Where(gap => gap.Reason != NotScannedReason.Cancelled).ToList();
        if (gaps.Count == 0)
            return;
        var member = gaps[0].Path.Length > 1 ? string.Join(" > ", gaps[0].Path[1..]) + ": " : "";
        var more = gaps.Count > 1 ? $", and {gaps.Count - 1} more" : "";
        output.Warning($"{path}: Not looked at whole: {member}{ClamScanAlerts.Describe(gaps[0])}{more}");
    }
}
