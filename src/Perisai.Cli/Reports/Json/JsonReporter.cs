using System.Text.Json;
using Perisai.Cli.Scanning;

namespace Perisai.Cli.Reports.Json;

/// <summary>One JSON document: entries with findings (all with --verbose), then the accounts. Written as results come, so that memory stays small.</summary>
internal sealed class JsonReporter : IScanReporter
{
    private const int WriteThreshold = 64 << 10;

    private readonly Stream _output;
    private readonly Verbosity _verbosity;
    private readonly Utf8JsonWriter _json;

    public JsonReporter(Stream output, Verbosity verbosity)
    {
        _output = output;
        _verbosity = verbosity;
        _json = new(output, ResultJson.Options(indented: true));
        _json.WriteStartObject();
        _json.WriteString("program", "perisai");
        _json.WriteStartArray("files");
    }

    public void Add(ScanResult result)
    {
        if (result.Report.Findings.IsEmpty && _verbosity != Verbosity.Verbose)
            return;
        _json.WriteStartObject();
        ResultJson.WriteResult(_json, result);
        _json.WriteEndObject();
        if (_json.BytesPending > WriteThreshold)
            _json.Flush();
    }

    public void Flush()
    {
    }

    public void End(ScanTotals totals, ScanContext context)
    {
        _json.WriteEndArray();
        _json.WriteStartObject("summary");
        ResultJson.WriteSummary(_json, totals, context);
        _json.WriteEndObject();
        _json.WriteEndObject();
        _json.Flush();
        _output.WriteByte((byte)'\n');
        _output.Flush();
    }
}
