using Perisai.Cli.Scanning;
using Perisai.Engine;

namespace Perisai.Cli.Reports.Text;

/// <summary>Text for a person: a line a finding, then a summary.</summary>
internal sealed class TextReporter(TextWriter output, Verbosity verbosity, bool hasColours) : IScanReporter
{
    private const string Red = "\e[1;31m", Yellow = "\e[33m", Dim = "\e[2m", Plain = "\e[0m";

    public void Add(ScanResult result)
    {
        var said = false;
        foreach (var finding in result.Report.Findings)
            said |= Write(result, finding);
        if (!said && verbosity == Verbosity.Verbose)
        {
            Line(
                PrintableText.Of(result.Path.ToString()), Dim, "clean",
                $" ({Words.Id(result.Report.Type)}, {Words.Size(result.Report.Length)}, {Words.Duration(result.Report.Elapsed)})");
        }
    }

    public void Flush() => output.Flush();

    public void End(ScanTotals totals, ScanContext context)
    {
        if (verbosity != Verbosity.Quiet)
            new TextSummary(output, hasColours).Write(totals, context);
        output.Flush();
    }

    private bool Write(ScanResult result, Finding finding)
    {
        switch (finding)
        {
            case Detection detection:
                var place = detection.Line > 0 ? $"{detection.Source}:{detection.Line}" : detection.Source;
                Line(Words.PathOf(result, finding), Red, $"detected {PrintableText.Of(detection.Name)}", $" ({PrintableText.Of(place)})");
                return true;
            case Suspicion suspicion:
                Line(Words.PathOf(result, finding), Yellow, $"suspicious {suspicion.Name}", $": {PrintableText.Of(suspicion.Detail)}");
                return true;
            case NotScanned notScanned when IsSaid(result, notScanned):
                Line(Words.PathOf(result, finding), Yellow, "not scanned", $" ({Words.Of(notScanned)})");
                return true;
            case Observation observation when verbosity == Verbosity.Verbose:
                Line(
                    Words.PathOf(result, finding), Dim, observation.Name,
                    observation.Detail.Length > 0 ? $": {PrintableText.Of(observation.Detail)}" : "");
                return true;
            case Malformation malformation when verbosity == Verbosity.Verbose:
                Line(Words.PathOf(result, finding), Dim, "malformed", $" {PrintableText.Of(malformation.Fault.ToString())}");
                return true;
            default:
                return false;
        }
    }

    private bool IsSaid(ScanResult result, NotScanned finding) => verbosity switch
    {
        Verbosity.Quiet => false,
        Verbosity.Verbose => true,
        _ => result.IsOurChoice || result.IsError || (finding.Reason != NotScannedReason.Cancelled && ScanTotals.IsIncomplete(finding.Reason)),
    };

    private void Line(string path, string colour, string what, string more)
    {
        output.Write(path);
        output.Write(": ");
        output.Write(hasColours ? $"{colour}{what}{Plain}" : what);
        output.WriteLine(more);
    }
}
