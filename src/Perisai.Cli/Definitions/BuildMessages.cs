using System.Text;
using Perisai.Cli.Reports;
using Perisai.Cli.Reports.Diagnostics;
using Perisai.Engine;

namespace Perisai.Cli.Definitions;

/// <summary>What a build has to say, as a compiler says it.</summary>
internal static class BuildMessages
{
    /// <summary>The diagnostics a line each, and one line for all that is not supported.</summary>
    public static string Of(BuildReport report)
    {
        var text = new StringBuilder();
        AddDiagnostics(report, text);
        var unsupported = report.Unsupported.Sum(lines => lines.Count);
        if (unsupported > 0)
        {
            var first = report.Unsupported.MaxBy(lines => lines.Count)!;
            text.Append($"perisai: warning: {Words.Count(unsupported, "definition is", "definitions are")} not supported and not looked for, ");
            text.AppendLine($"most of them because: {PrintableText.Of(first.Reason)} ({first.Kind}). 'perisai defs build' lists them.");
        }

        return text.ToString();
    }

    public static void AddDiagnostics(BuildReport report, StringBuilder text)
    {
        foreach (var diagnostic in report.Diagnostics)
            DiagnosticText.Append(text, diagnostic);
        if (report.DiagnosticsDropped > 0)
            text.AppendLine($"and {Words.Number(report.DiagnosticsDropped)} more");
    }
}
