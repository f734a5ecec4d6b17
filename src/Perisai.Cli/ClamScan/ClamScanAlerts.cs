using Perisai.Cli.Reports;
using Perisai.Engine;

namespace Perisai.Cli.ClamScan;

/// <summary>Names of findings in clamscan's words.</summary>
internal static class ClamScanAlerts
{
    /// <summary>The definition's name; <c>.UNOFFICIAL</c> marks those whose source bore no signature of ClamAV's publisher.</summary>
    public static string NameOf(Detection detection) =>
        detection.IsFromSignedSource || detection.Source.StartsWith("built-in/", StringComparison.Ordinal) ? detection.Name : detection.Name + ".UNOFFICIAL";

    /// <summary>The names under which what was not looked at, or is shaped like an attack, is reported by choice; each once.</summary>
    public static IEnumerable<string> Of(ScanReport report, ClamScanSettings settings) =>
        report.Findings.Select(finding => Of(finding, settings)).OfType<string>().Distinct();

    /// <summary>Why something was not looked at, for a warning.</summary>
    public static string Describe(NotScanned finding)
    {
        var reason = finding.Reason == NotScannedReason.OverBudget ? LimitName(finding.Limit) : Words.Of(finding.Reason);
        return finding.Detail.Length > 0 ? $"{reason}: {finding.Detail}" : reason;
    }

    private static string? Of(Finding finding, ClamScanSettings settings) => finding switch
    {
        Suspicion { Name: "Bomb.OverlappingEntries" } when settings.AlertsHeuristics => "Heuristics.Zip.OverlappingFiles",
        NotScanned { Reason: NotScannedReason.OverBudget } part when settings.AlertsExceededLimits => LimitName(part.Limit),
        NotScanned { Reason: NotScannedReason.Encrypted } part => EncryptionName(part.Container, settings),
        _ => null,
    };

    private static string LimitName(BudgetLimit limit) => "Heuristics.Limits.Exceeded." + limit switch
    {
        BudgetLimit.ObjectBytes => "MaxFileSize",
        BudgetLimit.ProducedBytes => "MaxScanSize",
        BudgetLimit.Depth => "MaxRecursion",
        BudgetLimit.Objects => "MaxFiles",
        BudgetLimit.Time => "MaxScanTime",
        // Limits that clamscan has not.
        _ => limit.ToString(),
    };

    private static string? EncryptionName(FileType container, ClamScanSettings settings)
    {
        var (name, isDocument) = container switch
        {
            FileType.Zip => ("Zip", false),
            FileType.SevenZip => ("7Zip", false),
            FileType.Rar4 or FileType.Rar5 => ("RAR", false),
            FileType.Pdf => ("PDF", true),
            FileType.Ole2 => ("Doc", true),
            _ => (null, false),
        };
        return name is not null && (isDocument ? settings.AlertsEncryptedDocuments : settings.AlertsEncryptedArchives)
            ? "Heuristics.Encrypted." + name
            : null;
    }
}
