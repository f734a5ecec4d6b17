using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using Perisai.Conformance.Yara.Generation;

namespace Perisai.Conformance.Yara;

/// <summary>The yara of this machine: all rules and all inputs in one process.</summary>
internal sealed partial class PeerYara(string program)
{
    /// <summary>The installed one; null where there is none.</summary>
    public static PeerYara? Find() =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator).Select(folder => Path.Combine(folder, "yara")).FirstOrDefault(File.Exists) is { } path
            ? new(path) : null;

    public int Processes { get; private set; }

    public string Version => Start(["--version"]).Output.Trim();

    public Answers Run(IReadOnlyList<RuleGroup> groups, IReadOnlyList<byte[]> inputs, string folder)
    {
        var inputFolder = Directory.CreateDirectory(Path.Combine(folder, $"inputs{Processes}")).FullName;
        for (var i = 0; i < inputs.Count; i++)
            File.WriteAllBytes(Path.Combine(inputFolder, $"i{i}"), inputs[i]);
        var refused = new Dictionary<int, string>();
        var left = groups;
        while (left.Count > 0)
        {
            var files = RuleFiles.Write(left, folder, forPeer: true);
            var (output, errors) = Start(
                ["-s", "-L", "-w", "-p", "1", .. ConditionGenerator.Externals.SelectMany(one => (string[])["-d", $"{one.Name}={one.Text}"]),
                 .. files.Select(file => $"{file.Namespace}:{file.Path}"), inputFolder]);
            var wrong = new Dictionary<RuleGroup, string>();
            foreach (Match match in CompileError().Matches(errors))
            {
                var file = files.First(file => file.Path == match.Groups[1].Value);
                wrong[file.Groups[int.Parse(match.Groups[2].ValueSpan, CultureInfo.InvariantCulture) - 1]] = match.Groups[3].Value;
            }

            if (wrong.Count == 0)
            {
                var answers = Read(output);
                foreach (Match match in ScanError().Matches(errors))
                    Divide(left, inputs, int.Parse(match.Groups[1].ValueSpan, CultureInfo.InvariantCulture), match.Groups[2].Value, folder, answers);
                if (ScanError().Replace(errors, "").Trim() is { Length: > 0 } other)
                    throw new InvalidOperationException($"yara: {other}");
                return new(refused, answers);
            }

            // A mistake in a loop makes yara refuse rules behind it that are none: each must be refused alone.
            var alone = left.Count == 1 ? [] : wrong.Keys.Where(group => Run([group], [], folder).Refused.Count > 0).ToHashSet();
            foreach (var (group, error) in wrong)
            {
                if (alone.Count == 0 || alone.Contains(group))
                    refused[group.Number] = error;
            }

            left = [.. left.Where(group => !refused.ContainsKey(group.Number))];
        }

        return new(refused, []);
    }

    /// <summary>A rule that yara cannot evaluate spoils the answers of all: asks again, with fewer rules, until it stands alone.</summary>
    private void Divide(IReadOnlyList<RuleGroup> groups, IReadOnlyList<byte[]> inputs, int input, string error, string folder, Dictionary<(int Group, int Input), string> answers)
    {
        if (groups.Count == 1)
        {
            answers[(groups[0].Number, input)] = error;
            return;
        }

        foreach (var half in groups.Chunk((groups.Count + 1) / 2))
        {
            foreach (var group in half)
                answers.Remove((group.Number, input));
            foreach (var (key, answer) in Run(half, [inputs[input]], folder).Of)
                answers[(key.Group, input)] = answer;
        }
    }

    private static Dictionary<(int Group, int Input), string> Read(string output)
    {
        var rules = new Dictionary<(int Group, int Input), List<StringBuilder>>();
        StringBuilder? current = null;
        foreach (var line in output.Split('\n'))
        {
            if (MatchLine().Match(line) is { Success: true } match)
            {
                var offset = long.Parse(match.Groups[1].ValueSpan, NumberStyles.HexNumber, CultureInfo.InvariantCulture);
                current!.Append(CultureInfo.InvariantCulture, $" {match.Groups[3].Value}@{offset}:{match.Groups[2].Value}");
            }
            else if (RuleLine().Match(line) is { Success: true } rule)
            {
                var key = (int.Parse(rule.Groups[2].ValueSpan, CultureInfo.InvariantCulture), int.Parse(rule.Groups[3].ValueSpan, CultureInfo.InvariantCulture));
                if (!rules.TryGetValue(key, out var list))
                    rules.Add(key, list = []);
                list.Add(current = new(rule.Groups[1].Value));
            }
        }

        return rules.ToDictionary(pair => pair.Key, pair => string.Join(" | ", pair.Value.Select(text => text.ToString()).Order(StringComparer.Ordinal)));
    }

    private (string Output, string Errors) Start(IReadOnlyList<string> arguments)
    {
        Processes++;
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true, StandardOutputEncoding = Encoding.Latin1 };
        using var process = Process.Start(start)!;
        var errors = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (output, errors.Result);
    }

    [GeneratedRegex(@"^0x([0-9a-f]+):(\d+):(\$\w*): ")]
    private static partial Regex MatchLine();

    [GeneratedRegex(@"^(g(\d+)_\d+) .*/i(\d+)$")]
    private static partial Regex RuleLine();

    [GeneratedRegex(@"^error scanning .*/i(\d+): (.*)$", RegexOptions.Multiline)]
    private static partial Regex ScanError();

    [GeneratedRegex(@"^(?:error: (?:rule ""[^""]*"" in )?)?([^ ]+)\((\d+)\): (.*)$", RegexOptions.Multiline)]
    private static partial Regex CompileError();
}
