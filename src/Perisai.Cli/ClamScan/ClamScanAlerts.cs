using Perisai.Cli.Reports;
using Perisai.Engine;

namespace Perisai.Cli.ClamScan;

/// <summary>Names of findings in clamscan's words.</summary>
internal static class ClamScanAlerts
{
    /// <summary>What follows is the format and what is wrong, as clamscan writes them: <c>GIF.MissingImageData</c>.</summary>
    private const string BrokenImage = "Image.Broken.";

    /// <summary>
    /// The definition's name, behind <c>YARA.</c> that of a rule; <c>.UNOFFICIAL</c> marks those whose source bore no signature of ClamAV's publisher, but never
    /// rules about certificates.
    /// </summary>
    public static string NameOf(Detection detection)
    {
        var kind = Path.GetExtension(detection.Source).ToLowerInvariant();
        var name = kind is ".yar" or ".yara" ? "YARA." + detection.Name : detection.Name;
        return detection.IsFromSignedSource || kind == ".crb" || detection.Source.StartsWith("built-in/", StringComparison.Ordinal) ? name : name + ".UNOFFICIAL";
    }

    /// <summary>
    /// What is to be printed of a file: the names of detections, and those under which what was not looked at, or is shaped like an attack, is reported by
    /// choice (each of these once); they come last, or each where it was met.
    /// </summary>
    public static IEnumerable<(string Name, Detection? Detection)> Named(ScanReport report, ClamScanSettings settings)
    {
        var seen = new HashSet<string>();
        var later = new List<string>();
        foreach (var finding in report.Findings)
        {
            if (finding is Detection detection)
                yield return (NameOf(detection), detection);
            else if (Of(finding, settings) is { } alert && seen.Add(alert))
            {
                if (settings.AlertsInOrder)
                    yield return (alert, null);
                else
                    later.Add(alert);
            }
        }

        foreach (var alert in later)
            yield return (alert, null);
    }

    /// <summary>Why something was not looked at, for a warning.</summary>
    public static string Describe(NotScanned finding)
    {
        // Long texts and pages are no alert of clamscan's.
        var reason = finding.Reason == NotScannedReason.OverBudget && finding.Limit != BudgetLimit.View ? LimitName(finding.Limit) : Words.Of(finding.Reason);
        return finding.Detail.Length > 0 ? $"{reason}: {finding.Detail}" : reason;
    }

    private static string? Of(Finding finding, ClamScanSettings settings) => finding switch
    {
        Suspicion { Name: "Bomb.OverlappingEntries", Type: FileType.Zip } when settings.AlertsHeuristics => "Heuristics.Zip.OverlappingFiles",
        Suspicion { Name: var name } when name.StartsWith("Phishing.", StringComparison.Ordinal) || name.StartsWith("Safebrowsing.", StringComparison.Ordinal) =>
            "Heuristics." + name,
        Observation observation => Of(observation, settings),
        NotScanned { Limit: BudgetLimit.View } => null,
        NotScanned { Reason: NotScannedReason.OverBudget } part when settings.AlertsExceededLimits => LimitName(part.Limit),
        NotScanned { Reason: NotScannedReason.Encrypted } part => EncryptionName(part.Container, settings),
        _ => null,
    };

    /// <summary>Names of observations that clamscan has a name for, each under its option. The one for partition tables of PCs is spelled so there.</summary>
    private static string? Of(Observation observation, ClamScanSettings settings) => observation.Name switch
    {
        "Document.VbaMacros" when settings.AlertsMacros => "Heuristics.OLE2.ContainsMacros.VBA",
        "Document.ExcelMacros" when settings.AlertsMacros => "Heuristics.OLE2.ContainsMacros.XLM",
        "Executable.Broken" when settings.AlertsBrokenPrograms => "Heuristics.Broken.Executable",
        "Disk.MbrPartitionsIntersect" when settings.AlertsPartitions => "Heuristics.MBRPartitionnIntersect",
        "Disk.GptPartitionsIntersect" when settings.AlertsPartitions => "Heuristics.GPTPartitionIntersection",
        "Disk.ApmPartitionsIntersect" when settings.AlertsPartitions => "Heuristics.APMPartitionIntersection",
        "Pdf.ObfuscatedName" when settings.AlertsHeuristics => "Heuristics.PDF.ObfuscatedNameObject",
        "Structured.CreditCardNumber" or "Structured.SSN" => "Heuristics." + observation.Name,
        // Observed where the options ask for them.
        "Link.SSL-Spoof" or "Link.Cloaked.Null" => "Heuristics.Phishing.Email." + observation.Name["Link.".Length..],
        BrokenImage + "JPEG.CommentExploit" when settings.AlertsBrokenMedia => "Heuristics.Exploit.W32.MS04-028",
        _ when observation.Name.StartsWith(BrokenImage, StringComparison.Ordinal) && settings.AlertsBrokenMedia =>
            "Heuristics.Broken.Media." + observation.Name[BrokenImage.Length..],
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
