using Perisai.Cli.Scanning;
using Perisai.Engine;

namespace Perisai.Cli.Reports.Text;

/// <summary>The summary at the end of the text output.</summary>
internal sealed class TextSummary(TextWriter output, bool hasColours)
{
    public void Write(ScanTotals totals, ScanContext context)
    {
        output.WriteLine();
        if (context.IsCancelled)
            output.WriteLine(context.Failure is null ? "The scan was cancelled; this is what was found so far." : "The scan ended early.");
        Line("found", $"{Words.Number(totals.Found)} in {Words.Count(totals.Directories, "directory", "directories")}");
        Line("scanned", Words.Number(totals.Scanned) + (totals.ScannedInPart > 0 ? $" ({Words.Number(totals.ScannedInPart)} of them in part)" : ""));
        Line("detected", Words.Number(totals.Detected), totals.Detected > 0 ? "\e[1;31m" : "\e[32m");
        if (totals.Suspicious > 0)
            Line("suspicious", Words.Number(totals.Suspicious), "\e[33m");
        Line("not scanned", Words.Number(totals.NotScanned) + ByReason(totals.CountOf));
        if (totals.ScannedInPart > 0)
            Line("parts not scanned", Words.Number(ScanTotals.Reasons.Sum(totals.PartsOf)) + ByReason(totals.PartsOf));
        Line("objects", $"{Words.Number(totals.Objects)}, {Words.Size(totals.ScannedBytes)} looked at in {Words.Size(totals.FileBytes)} of files");
        var seconds = Math.Max(totals.Elapsed.TotalSeconds, 1e-6);
        Line("time", $"{Words.Duration(totals.Elapsed)}, {Words.Size(totals.FileBytes / seconds)}/s, {Words.Count(context.Threads, "thread", "threads")}");
        Line("definitions", Definitions(context));
    }

    private static string Definitions(ScanContext context)
    {
        var count = context.Definitions.Sum(segment => segment.Definitions + segment.Hashes);
        return $"{Words.Number(count)} in {Words.Count(context.Definitions.Count, "segment", "segments")}";
    }

    private static string ByReason(Func<NotScannedReason, long> countOf)
    {
        var parts = ScanTotals.Reasons.Where(reason => countOf(reason) > 0).Select(reason => $"{Words.Of(reason)} {Words.Number(countOf(reason))}");
        var text = string.Join(", ", parts);
        return text.Length > 0 ? $" ({text})" : "";
    }

    private void Line(string name, string value, string colour = "") =>
        output.WriteLine(hasColours && colour.Length > 0 ? $"{name,-18}{colour}{value}\e[0m" : $"{name,-18}{value}");
}
