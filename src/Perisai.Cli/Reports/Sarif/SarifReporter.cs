using System.Text.Json;
using Perisai.Cli.Reports.Json;
using Perisai.Cli.Scanning;
using Perisai.Engine;

namespace Perisai.Cli.Reports.Sarif;

/// <summary>
/// SARIF 2.1.0 (https://docs.oasis-open.org/sarif/sarif/v2.1.0/): definitions are rules, detections and suspicions are results, and what was not
/// scanned, or is malformed, is a notification of the invocation. Results are written as they come, notifications wait for their place after them.
/// </summary>
internal sealed class SarifReporter : IScanReporter
{
    private const int WriteThreshold = 64 << 10;

    private readonly Stream _output;
    private readonly Utf8JsonWriter _json;
    private readonly SarifNotifications _notifications = new();
    private readonly Dictionary<string, int> _rules = new(StringComparer.Ordinal);

    public SarifReporter(Stream output)
    {
        _output = output;
        _json = new(output, ResultJson.Options(indented: true));
        _json.WriteStartObject();
        _json.WriteString("$schema", "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json");
        _json.WriteString("version", "2.1.0");
        _json.WriteStartArray("runs");
        _json.WriteStartObject();
        _json.WriteStartArray("results");
    }

    public void Add(ScanResult result)
    {
        foreach (var finding in result.Report.Findings)
        {
            switch (finding)
            {
                case Detection detection:
                    WriteResult(result, finding, detection.Name, detection.IsPotentiallyUnwanted ? "warning" : "error", $"{detection.Name} is detected");
                    break;
                case Suspicion suspicion:
                    WriteResult(result, finding, suspicion.Name, "warning", $"{suspicion.Name}: {suspicion.Detail}");
                    break;
                default:
                    _notifications.Add(result, finding);
                    break;
            }
        }

        if (_json.BytesPending > WriteThreshold)
            _json.Flush();
    }

    public void Flush()
    {
    }

    public void End(ScanTotals totals, ScanContext context)
    {
        _json.WriteEndArray();
        WriteInvocation(totals, context);
        WriteTool();
        _json.WriteEndObject();
        _json.WriteEndArray();
        _json.WriteEndObject();
        _json.Flush();
        _output.WriteByte((byte)'\n');
        _output.Flush();
    }

    private void WriteResult(ScanResult result, Finding finding, string rule, string level, string message)
    {
        if (!_rules.TryGetValue(rule, out var index))
            _rules.Add(rule, index = _rules.Count);
        _json.WriteStartObject();
        _json.WriteString("ruleId", rule);
        _json.WriteNumber("ruleIndex", index);
        _json.WriteString("level", level);
        SarifLocation.WriteMessage(_json, $"{message} in {Words.PathOf(result, finding)}");
        SarifLocation.Write(_json, result, finding);
        if (finding is Detection detection)
        {
            _json.WriteStartObject("fingerprints");
            _json.WriteString("sha256/v1", detection.Digests.Sha256);
            _json.WriteEndObject();
            _json.WriteStartObject("properties");
            _json.WriteString("source", detection.Line > 0 ? $"{detection.Source}:{detection.Line}" : detection.Source);
            _json.WriteString("segment", detection.Segment);
            _json.WriteBoolean("signed", detection.IsFromSignedSource);
            _json.WriteString("md5", detection.Digests.Md5);
            _json.WriteString("sha1", detection.Digests.Sha1);
            _json.WriteEndObject();
        }

        _json.WriteEndObject();
    }

    private void WriteInvocation(ScanTotals totals, ScanContext context)
    {
        _json.WriteStartArray("invocations");
        _json.WriteStartObject();
        _json.WriteBoolean("executionSuccessful", context.ExitCode != Commands.ExitCode.Error && !context.IsCancelled);
        _json.WriteNumber("exitCode", context.ExitCode);
        _json.WriteString("startTimeUtc", context.Started.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ss.fffZ"));
        _json.WriteString("endTimeUtc", (context.Started + totals.Elapsed).UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ss.fffZ"));
        _json.WriteStartArray("toolExecutionNotifications");
        _notifications.WriteTo(_json);
        _json.WriteEndArray();
        _json.WriteStartObject("properties");
        ResultJson.WriteSummary(_json, totals, context);
        _json.WriteEndObject();
        _json.WriteEndObject();
        _json.WriteEndArray();
    }

    private void WriteTool()
    {
        _json.WriteStartObject("tool");
        _json.WriteStartObject("driver");
        _json.WriteString("name", "Perisai");
        _json.WriteString("version", ProgramVersion.Full);
        _json.WriteString("semanticVersion", ProgramVersion.Number);
        _json.WriteStartArray("rules");
        foreach (var (rule, _) in _rules.OrderBy(rule => rule.Value))
        {
            _json.WriteStartObject();
            _json.WriteString("id", rule);
            _json.WriteEndObject();
        }

        _json.WriteEndArray();
        _json.WriteStartArray("notifications");
        foreach (var id in _notifications.Ids)
        {
            _json.WriteStartObject();
            _json.WriteString("id", id);
            _json.WriteEndObject();
        }

        _json.WriteEndArray();
        _json.WriteEndObject();
        _json.WriteEndObject();
    }
}
