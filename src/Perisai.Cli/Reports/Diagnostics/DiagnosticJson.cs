using System.Text.Json;
using Perisai.Cli.Reports.Json;
using Perisai.Cli.Reports.Sarif;
using Perisai.Engine;

namespace Perisai.Cli.Reports.Diagnostics;

/// <summary>Diagnostics for programs: a document of our own, or SARIF 2.1.0.</summary>
internal static class DiagnosticJson
{
    /// <summary>Writes <c>{"diagnostics": […], "errors", "warnings", "slow", "dropped", "loaded", "rules": […]}</c>.</summary>
    public static void Write(Stream output, BuildReport report, LintCounts counts)
    {
        using var json = new Utf8JsonWriter(output, ResultJson.Options(indented: true));
        json.WriteStartObject();
        json.WriteStartArray("diagnostics");
        foreach (var diagnostic in report.Diagnostics)
        {
            json.WriteStartObject();
            json.WriteString("id", diagnostic.Id);
            json.WriteString("level", LevelOf(diagnostic));
            json.WriteString("file", ResultJson.TextOf(diagnostic.File));
            json.WriteNumber("line", diagnostic.Line);
            json.WriteNumber("column", diagnostic.Column);
            if (diagnostic.EndColumn > 0)
                json.WriteNumber("endColumn", diagnostic.EndColumn);
            json.WriteString("message", diagnostic.Message);
            if (diagnostic.Rule is { } rule)
                json.WriteString("rule", rule);
            if (diagnostic.SourceLine is { } line)
                json.WriteString("sourceLine", line);
            if (diagnostic.Suggestion is { } suggestion)
                json.WriteString("suggestion", suggestion);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteNumber("errors", counts.Errors);
        json.WriteNumber("warnings", counts.Warnings);
        json.WriteNumber("slow", counts.Slow);
        json.WriteNumber("dropped", report.DiagnosticsDropped);
        json.WriteNumber("loaded", report.Loaded.Values.Sum());
        json.WriteStartArray("rules");
        foreach (var cost in report.RuleCosts)
        {
            json.WriteStartObject();
            json.WriteString("rule", cost.Rule);
            json.WriteString("file", ResultJson.TextOf(cost.File));
            json.WriteNumber("line", cost.Line);
            json.WriteString("cost", RuleCostText.NameOf(cost.Class));
            if (cost.String is not null)
            {
                json.WriteString("string", cost.String);
                json.WriteString("atom", cost.Atom);
                json.WriteNumber("placesInMebibyte", cost.PlacesInMebibyte);
            }

            json.WriteString("reason", cost.Reason);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
        json.Flush();
        output.WriteByte((byte)'\n');
    }

    /// <summary>Writes SARIF: each id is a rule, each diagnostic a result.</summary>
    public static void WriteSarif(Stream output, BuildReport report, int exitCode)
    {
        using var json = new Utf8JsonWriter(output, ResultJson.Options(indented: true));
        json.WriteStartObject();
        json.WriteString("$schema", "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json");
        json.WriteString("version", "2.1.0");
        json.WriteStartArray("runs");
        json.WriteStartObject();
        WriteTool(json, report);
        json.WriteString("columnKind", "utf16CodeUnits");
        json.WriteStartArray("results");
        foreach (var diagnostic in report.Diagnostics)
            WriteResult(json, diagnostic);
        foreach (var cost in report.RuleCosts)
            WriteResult(json, AsDiagnostic(cost), cost.Class == RuleCostClass.Slow ? "warning" : "note");
        json.WriteEndArray();
        json.WriteStartArray("invocations");
        json.WriteStartObject();
        json.WriteBoolean("executionSuccessful", true);
        json.WriteNumber("exitCode", exitCode);
        json.WriteEndObject();
        json.WriteEndArray();
        json.WriteEndObject();
        json.WriteEndArray();
        json.WriteEndObject();
        json.Flush();
        output.WriteByte((byte)'\n');
    }

    private static Diagnostic AsDiagnostic(RuleCost cost) =>
        new(RuleCostText.Id, cost.File, cost.Line, 1, $"{cost.Rule}: {RuleCostText.Of(cost)}") { IsError = false, Rule = cost.Rule };

    private static string LevelOf(Diagnostic diagnostic) => diagnostic.IsError ? "error" : "warning";

    private static void WriteTool(Utf8JsonWriter json, BuildReport report)
    {
        json.WriteStartObject("tool");
        json.WriteStartObject("driver");
        json.WriteString("name", "Perisai");
        json.WriteString("version", ProgramVersion.Full);
        json.WriteString("semanticVersion", ProgramVersion.Number);
        json.WriteStartArray("rules");
        foreach (var id in report.Diagnostics.Select(diagnostic => diagnostic.Id).Concat(report.RuleCosts.IsEmpty ? [] : [RuleCostText.Id]).Distinct().Order(StringComparer.Ordinal))
        {
            json.WriteStartObject();
            json.WriteString("id", id);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static void WriteResult(Utf8JsonWriter json, Diagnostic diagnostic, string? level = null)
    {
        json.WriteStartObject();
        json.WriteString("ruleId", diagnostic.Id);
        json.WriteString("level", level ?? LevelOf(diagnostic));
        var message = diagnostic.Suggestion is { } suggestion ? $"{diagnostic.Message} (suggestion: {suggestion})" : diagnostic.Message;
        SarifLocation.WriteMessage(json, message);
        json.WriteStartArray("locations");
        json.WriteStartObject();
        json.WriteStartObject("physicalLocation");
        json.WriteStartObject("artifactLocation");
        json.WriteString("uri", FileUri.Of(diagnostic.File));
        json.WriteEndObject();
        json.WriteStartObject("region");
        json.WriteNumber("startLine", diagnostic.Line);
        json.WriteNumber("startColumn", diagnostic.Column);
        if (diagnostic.EndColumn > diagnostic.Column)
            json.WriteNumber("endColumn", diagnostic.EndColumn);
        json.WriteEndObject();
        json.WriteEndObject();
        if (diagnostic.Rule is { } rule)
        {
            json.WriteStartArray("logicalLocations");
            json.WriteStartObject();
            json.WriteString("name", rule);
            json.WriteEndObject();
            json.WriteEndArray();
        }

        json.WriteEndObject();
        json.WriteEndArray();
        json.WriteEndObject();
    }
}

/// <summary>How many diagnostics of which kind there are.</summary>
/// <param name="Errors">Errors.</param>
/// <param name="Warnings">Warnings, those about slow strings included.</param>
/// <param name="Slow">Warnings that something slows scanning down.</param>
internal readonly record struct LintCounts(int Errors, int Warnings, int Slow);
