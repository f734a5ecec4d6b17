using System.Globalization;
using Perisai.Cli.Scanning;
using Perisai.Engine;

namespace Perisai.Cli.Reports.Html;

/// <summary>
/// One page with everything in it: no script, no font, no picture from elsewhere, and a policy that forbids them all.
/// </summary>
internal sealed class HtmlReport(FindingCollector findings, ScanTotals totals, ScanContext context)
{
    public void Write(TextWriter output)
    {
        var page = new HtmlPage(output);
        page.Markup($"""
            <!DOCTYPE html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
            <title>Perisai scan report</title>
            <style>
            {HtmlStyle.Sheet}
            </style>
            </head>
            <body>
            <h1>Perisai scan report</h1>

            """);
        page.Element(
            "p", $"{context.Started.ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture)} UTC, Perisai {ProgramVersion.Full}", "class=\"soft\"");
        WriteVerdict(page);
        WriteFacts(page);
        WriteThreats(page);
        WriteNotScanned(page);
        TypeChart.Write(page, totals);
        WriteDefinitions(page);
        page.Markup("</body>\n</html>\n");
    }

    private void WriteVerdict(HtmlPage page)
    {
        if (context.IsCancelled)
        {
            var why = context.Failure is null ? "The scan was cancelled; this is what was found so far." : $"The scan ended early: {context.Failure}";
            page.Element("p", why, "class=\"verdict warn\"");
        }

        if (totals.Detected > 0)
            page.Element("p", $"Detected in {Words.Count(totals.Detected, "file", "files")}.", "class=\"verdict bad\"");
        else if (totals.Suspicious > 0)
            page.Element("p", $"Suspicious: {Words.Count(totals.Suspicious, "file", "files")}.", "class=\"verdict warn\"");
        else if (totals.Incomplete > 0)
            page.Element("p", "Nothing was detected in what could be looked at; not everything could be.", "class=\"verdict warn\"");
        else
            page.Element("p", "Nothing was detected.", "class=\"verdict good\"");
    }

    private void WriteFacts(HtmlPage page)
    {
        page.Markup("<dl class=\"facts\">\n");
        Fact(page, "found", Words.Number(totals.Found));
        Fact(page, "scanned", Words.Number(totals.Scanned));
        Fact(page, "not scanned", Words.Number(totals.NotScanned));
        Fact(page, "scanned in part", Words.Number(totals.ScannedInPart));
        Fact(page, "detected", Words.Number(totals.Detected));
        Fact(page, "suspicious", Words.Number(totals.Suspicious));
        Fact(page, "objects", Words.Number(totals.Objects));
        Fact(page, "bytes of files", Words.Size(totals.FileBytes));
        Fact(page, "bytes looked at", Words.Size(totals.ScannedBytes));
        Fact(page, "time", Words.Duration(totals.Elapsed));
        Fact(page, "speed", $"{Words.Size(totals.FileBytes / Math.Max(1e-6, totals.Elapsed.TotalSeconds))}/s");
        Fact(page, "threads", Words.Number(context.Threads));
        page.Markup("</dl>\n");
    }

    private void WriteThreats(HtmlPage page)
    {
        page.Element("h2", "Findings");
        if (findings.ThreatCount == 0)
            page.Element("p", "None.");
        foreach (var (path, finding) in findings.Threats)
        {
            page.Markup("<article>\n");
            if (finding is Detection detection)
                WriteDetection(page, path, detection);
            else if (finding is Suspicion suspicion)
                page.Element("h3", suspicion.Name, "class=\"warn\"").Element("p", path, "class=\"path\"").Element("p", suspicion.Detail);
            page.Markup("</article>\n");
        }

        if (findings.ThreatCount > findings.Threats.Count)
            page.Element("p", $"{Words.Number(findings.ThreatCount - findings.Threats.Count)} more are not listed here.");
    }

    private static void WriteDetection(HtmlPage page, string path, Detection detection)
    {
        page.Element("h3", detection.Name + (detection.IsPotentiallyUnwanted ? " (potentially unwanted)" : ""), "class=\"bad\"");
        page.Element("p", path, "class=\"path\"");
        page.Markup("<dl class=\"rows\">\n");
        Row(page, "object", $"{Words.Id(detection.Type)}, {Words.Number(detection.Length)} bytes");
        Row(page, "definition", $"{detection.Source}{(detection.Line > 0 ? $", line {detection.Line}" : "")}, {(detection.IsFromSignedSource ? "signed" : "not signed")}");
        if (detection.Matches.Length > 0)
            Row(page, "matches", string.Join(", ", detection.Matches.Select(match => $"{match.Length} bytes at {match.Offset}")));
        Row(page, "MD5", detection.Digests.Md5);
        Row(page, "SHA-256", detection.Digests.Sha256);
        page.Markup("</dl>\n");
    }

    private void WriteNotScanned(HtmlPage page)
    {
        page.Element("h2", "Not scanned, and why");
        var none = true;
        foreach (var reason in ScanTotals.Reasons)
        {
            var count = totals.CountOf(reason) + totals.PartsOf(reason);
            if (count == 0)
                continue;
            none = false;
            var list = findings.NotScannedFor(reason);
            page.Markup(ScanTotals.IsIncomplete(reason) && count <= 50 ? "<details open>\n" : "<details>\n");
            page.Element("summary", $"{Words.Of(reason)}: {Words.Number(count)}").Markup("<ul>\n");
            foreach (var (path, finding) in list)
                page.Markup("<li><span class=\"path\">").Text(path).Markup("</span> <span class=\"soft\">").Text(Words.Of(finding)).Markup("</span></li>\n");
            if (count > list.Count)
                page.Element("li", $"and {Words.Number(count - list.Count)} more");
            page.Markup("</ul>\n</details>\n");
        }

        if (none)
            page.Element("p", "Everything was looked at.");
    }

    private void WriteDefinitions(HtmlPage page)
    {
        page.Element("h2", "Definitions");
        foreach (var segment in context.Definitions)
        {
            page.Markup("<article>\n").Element("p", $"{Words.Number(segment.Definitions + segment.Hashes)} from {string.Join(", ", segment.Sources.Take(20))}");
            page.Element("p", $"segment {segment.Sha256}", "class=\"soft\"").Markup("</article>\n");
        }
    }

    private static void Fact(HtmlPage page, string name, string value) =>
        page.Markup("<div>").Element("dt", name).Element("dd", value).Markup("</div>\n");

    private static void Row(HtmlPage page, string name, string value) => page.Element("dt", name).Element("dd", value);
}
