using System.Collections.Immutable;

namespace Perisai.Engine.Tests.Languages.Yara;

/// <summary>Compiles rules and scans bytes with them, whole way.</summary>
internal static class YaraRun
{
    /// <summary>What came of it.</summary>
    /// <param name="Diagnostics">Of the rules.</param>
    /// <param name="Matches">Rules that hold, by name.</param>
    internal sealed record Result(ImmutableArray<Diagnostic> Diagnostics, IReadOnlyList<Detection> Matches)
    {
        public bool HasErrors => Diagnostics.Any(diagnostic => diagnostic.IsError);

        public string Names => string.Join(' ', Matches.Select(match => match.Name));
    }

    public static Result Scan(string rules, byte[] input, params (string Name, object Value)[] variables) =>
        Scan(System.Text.Encoding.Latin1.GetBytes(rules), input, variables);

    public static Result Scan(byte[] rules, byte[] input, params (string Name, object Value)[] variables) => Scan(rules, input, false, variables);

    public static Result Scan(byte[] rules, byte[] input, bool strictEscapes, params (string Name, object Value)[] variables)
    {
        var values = variables.ToImmutableDictionary(variable => variable.Name, variable => variable.Value);
        var path = Path.GetTempFileName();
        try
        {
            File.WriteAllBytes(path, rules);
            var builder = new DefinitionBuilder { Variables = values, StrictEscapes = strictEscapes, DeclareFileVariables = false };
            builder.AddRules(path, "default");
            using var definitions = builder.BuildTemporary(out var report);
            using var scanner = new Scanner(definitions, new ScanOptions { AllMatches = true, OpenContainers = false, DescribeRules = true, Variables = values });
            return new(report.Diagnostics, [.. scanner.Scan(new MemoryByteSource(input), "input").Findings.OfType<Detection>()]);
        }
        finally
        {
            File.Delete(path);
        }
    }
}
