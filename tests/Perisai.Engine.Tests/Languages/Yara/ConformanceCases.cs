using System.Text;
using System.Text.Json;

namespace Perisai.Engine.Tests.Languages.Yara;

/// <summary>
/// The cases of YARA's own test-suite (VirusTotal/yara, BSD-3-Clause), kept beside the project; tests that use them are skipped where they are missing.
/// </summary>
internal static class ConformanceCases
{
    /// <summary>A case.</summary>
    /// <param name="Id">Where it stands in the suite.</param>
    /// <param name="Kind">What is expected: true, false, error, warning, nowarning, compiles.</param>
    /// <param name="Error">The suite's name of the error; empty otherwise.</param>
    /// <param name="Rule">The rules.</param>
    /// <param name="Input">The bytes that are scanned.</param>
    internal sealed record Case(string Id, string Kind, string Error, byte[] Rule, byte[] Input)
    {
        /// <summary>Bytes that a string must match; null where that is not asked.</summary>
        public byte[]? Capture { get; init; }

        /// <summary>How many rules match, where that is asked.</summary>
        public int? RuleCount { get; init; }

        public int MinimumWarnings { get; init; } = 1;

        /// <summary>Whether unknown escapes are told.</summary>
        public bool IsStrict { get; init; }

        /// <summary>External variables.</summary>
        public (string Name, object Value)[] Variables { get; init; } = [];

        /// <summary>Whether files of the suite are needed that are not kept.</summary>
        public bool NeedsFiles { get; init; }

        public override string ToString() => $"{Id} ({Kind} {Error}): {Encoding.Latin1.GetString(Rule)}";
    }

    public static IReadOnlyList<Case> Load() => [.. LoadWithJson().Select(pair => pair.Case)];

    /// <summary>The cases, each with all that the file says of it.</summary>
    public static IReadOnlyList<(Case Case, JsonElement Json)> LoadWithJson()
    {
        var path = Find();
        if (path is null)
            Assert.Skip("shared/conformance/yara/cases.json is not beside the project.");
        using var document = JsonDocument.Parse(File.ReadAllBytes(path));
        return [.. document.RootElement.EnumerateArray().Select(item => (new Case(
            item.GetProperty("id").GetString()!,
            item.GetProperty("kind").GetString()!,
            item.TryGetProperty("error", out var error) ? error.GetString()! : "",
            item.GetProperty("rule").ValueKind == JsonValueKind.Null
                ? item.GetProperty("rule_b64").GetBytesFromBase64()
                : Encoding.UTF8.GetBytes(item.GetProperty("rule").GetString()!),
            item.TryGetProperty("input", out var input) ? input.GetBytesFromBase64() : "dummy"u8.ToArray())
        {
            Capture = item.TryGetProperty("capture", out var capture) ? capture.GetBytesFromBase64() : null,
            RuleCount = item.TryGetProperty("rule_match_count", out var count) ? count.GetInt32() : null,
            MinimumWarnings = item.TryGetProperty("min_warnings", out var warnings) ? warnings.GetInt32() : 1,
            Variables = item.TryGetProperty("vars", out var variables)
                ? [.. variables.EnumerateObject().Select(variable => (variable.Name, ValueOf(variable.Value)))] : [],
            IsStrict = item.TryGetProperty("strict_escape", out _),
            NeedsFiles = item.TryGetProperty("needs_data_subst", out _),
        }, item.Clone()))];
    }

    private static object ValueOf(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.True or JsonValueKind.False => value.GetBoolean(),
        JsonValueKind.Number => value.TryGetInt64(out var integer) ? integer : value.GetDouble(),
        _ => value.GetString()!,
    };

    private static string? Find()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            var path = Path.Combine(folder.FullName, "shared", "conformance", "yara", "cases.json");
            if (File.Exists(path))
                return path;
        }

        return null;
    }
}
