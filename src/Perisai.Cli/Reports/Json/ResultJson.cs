using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Unicode;
using Perisai.Cli.Scanning;
using Perisai.Engine;
using Perisai.Linux;

namespace Perisai.Cli.Reports.Json;

/// <summary>How results and accounts look in JSON; the same in <c>--format json</c> and <c>ndjson</c>.</summary>
internal static class ResultJson
{
    public static JsonWriterOptions Options(bool indented) => new()
    {
        Indented = indented,
        // Letters of all scripts as they are; controls and what turns the direction of writing stay escaped.
        Encoder = JavaScriptEncoder.Create(UnicodeRanges.All),
        SkipValidation = true,
    };

    /// <summary>Members of one entry's object.</summary>
    public static void WriteResult(Utf8JsonWriter json, ScanResult result)
    {
        var report = result.Report;
        WritePath(json, result.Path.ToString());
        json.WriteString("verdict", IdOf(report.Verdict));
        if (result.NotScanned is null)
        {
            json.WriteString("fileType", Words.Id(report.Type));
            json.WriteNumber("length", report.Length);
            json.WriteNumber("objects", report.ObjectCount);
            json.WriteNumber("scannedBytes", report.ScannedBytes);
            json.WriteNumber("milliseconds", Math.Round(report.Elapsed.TotalMilliseconds, 3));
        }

        json.WriteStartArray("findings");
        foreach (var finding in report.Findings)
            WriteFinding(json, result, finding);
        json.WriteEndArray();
    }

    /// <summary>Members of the accounts' object.</summary>
    public static void WriteSummary(Utf8JsonWriter json, ScanTotals totals, ScanContext context)
    {
        json.WriteString("version", ProgramVersion.Full);
        json.WriteString("started", context.Started);
        json.WriteNumber("seconds", Math.Round(totals.Elapsed.TotalSeconds, 6));
        json.WriteNumber("threads", context.Threads);
        json.WriteBoolean("cancelled", context.IsCancelled);
        json.WriteNumber("exitCode", context.ExitCode);
        if (context.Failure is not null)
            json.WriteString("failure", context.Failure);
        json.WriteNumber("directories", totals.Directories);
        json.WriteNumber("found", totals.Found);
        json.WriteNumber("scanned", totals.Scanned);
        json.WriteNumber("scannedInPart", totals.ScannedInPart);
        json.WriteNumber("detected", totals.Detected);
        json.WriteNumber("suspicious", totals.Suspicious);
        WriteReasons(json, "notScanned", totals.CountOf);
        WriteReasons(json, "partsNotScanned", totals.PartsOf);
        json.WriteNumber("objects", totals.Objects);
        json.WriteNumber("fileBytes", totals.FileBytes);
        json.WriteNumber("scannedBytes", totals.ScannedBytes);
        json.WriteStartArray("definitions");
        foreach (var segment in context.Definitions)
        {
            json.WriteStartObject();
            json.WriteString("sha256", segment.Sha256);
            json.WriteNumber("definitions", segment.Definitions + segment.Hashes);
            json.WriteStartArray("sources");
            foreach (var source in segment.Sources)
                json.WriteStringValue(source);
            json.WriteEndArray();
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    /// <summary>A name in which bytes that are not UTF-8 stand as <c>\xff</c>.</summary>
    public static string TextOf(string name) => NameEncoding.IsLossless(name) ? name : PrintableText.Of(name);

    private static void WritePath(Utf8JsonWriter json, string path)
    {
        json.WriteString("path", TextOf(path));
        if (!NameEncoding.IsLossless(path))
            json.WriteBase64String("pathBytes", NameEncoding.Encode(path));
    }

    private static void WriteReasons(Utf8JsonWriter json, string name, Func<NotScannedReason, long> countOf)
    {
        json.WriteStartObject(name);
        json.WriteNumber("total", ScanTotals.Reasons.Sum(countOf));
        foreach (var reason in ScanTotals.Reasons)
        {
            if (countOf(reason) > 0)
                json.WriteNumber(Words.Id(reason), countOf(reason));
        }

        json.WriteEndObject();
    }

    private static void WriteFinding(Utf8JsonWriter json, ScanResult result, Finding finding)
    {
        json.WriteStartObject();
        json.WriteString("kind", KindOf(finding));
        json.WriteStartArray("path");
        json.WriteStringValue(TextOf(result.Path.ToString()));
        foreach (var name in finding.Path.Skip(1))
            json.WriteStringValue(TextOf(name));
        json.WriteEndArray();
        json.WriteString("type", Words.Id(finding.Type));
        if (finding.Length >= 0)
            json.WriteNumber("length", finding.Length);
        WriteMembers(json, finding);
        json.WriteEndObject();
    }

    private static void WriteMembers(Utf8JsonWriter json, Finding finding)
    {
        switch (finding)
        {
            case Detection detection:
                WriteDetection(json, detection);
                break;
            case Suspicion suspicion:
                json.WriteString("name", suspicion.Name);
                json.WriteString("detail", suspicion.Detail);
                break;
            case Observation observation:
                json.WriteString("name", observation.Name);
                json.WriteString("detail", TextOf(observation.Detail));
                break;
            case NotScanned notScanned:
                json.WriteString("reason", Words.Id(notScanned.Reason));
                if (Words.OptionOf(notScanned.Limit) is { Length: > 0 } option)
                    json.WriteString("limit", option);
                json.WriteBoolean("partial", notScanned.IsPartial);
                json.WriteString("detail", TextOf(notScanned.Detail));
                break;
            case Malformation malformation:
                json.WriteString("id", malformation.Fault.Id);
                json.WriteNumber("offset", malformation.Fault.Offset);
                json.WriteString("detail", TextOf(malformation.Fault.Detail));
                break;
        }
    }

    private static void WriteDetection(Utf8JsonWriter json, Detection detection)
    {
        json.WriteString("name", detection.Name);
        json.WriteString("source", detection.Source);
        json.WriteNumber("line", detection.Line);
        json.WriteString("segment", detection.Segment);
        json.WriteBoolean("signed", detection.IsFromSignedSource);
        json.WriteBoolean("unwanted", detection.IsPotentiallyUnwanted);
        json.WriteStartObject("digests");
        json.WriteString("md5", detection.Digests.Md5);
        json.WriteString("sha1", detection.Digests.Sha1);
        json.WriteString("sha256", detection.Digests.Sha256);
        json.WriteEndObject();
        json.WriteStartArray("matches");
        foreach (var match in detection.Matches)
        {
            json.WriteStartObject();
            json.WriteNumber("subpattern", match.Subpattern);
            json.WriteNumber("offset", match.Offset);
            json.WriteNumber("length", match.Length);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static string KindOf(Finding finding) => finding switch
    {
        Detection => "detection",
        Suspicion => "suspicion",
        Observation => "observation",
        NotScanned => "not-scanned",
        _ => "malformation",
    };

    private static string IdOf(Verdict verdict) => verdict == Verdict.NotScanned ? "not-scanned" : verdict.ToString().ToLowerInvariant();
}
