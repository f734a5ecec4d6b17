using System.Text.Json;
using Perisai.Cli.Scanning;

namespace Perisai.Cli.Reports.Json;

/// <summary>One JSON object a line as results come: entries with findings (all with --verbose), then the accounts.</summary>
internal sealed class NdjsonReporter(Stream output, Verbosity verbosity) : IScanReporter
{
    private readonly Utf8JsonWriter _json = new(output, ResultJson.Options(indented: false));

    public void Add(ScanResult result)
    {
        if (result.Report.Findings.IsEmpty && verbosity != Verbosity.Verbose)
            return;
        Begin("file");
        ResultJson.WriteResult(_json, result);
        EndLine();
    }

    public void Flush() => output.Flush();

    public void End(ScanTotals totals, ScanContext context)
    {
        Begin("summary");
        ResultJson.WriteSummary(_json, totals, context);
        EndLine();
        output.Flush();
    }

    private void Begin(string type)
    {
        _json.Reset(output);
        _json.WriteStartObject();
        _json.WriteString("type", type);
    }

    private void EndLine()
    {
        _json.WriteEndObject();
        // Into the buffer of the output; it is the output's flush that writes.
        _json.Flush();
        output.WriteByte((byte)'\n');
    }
}
