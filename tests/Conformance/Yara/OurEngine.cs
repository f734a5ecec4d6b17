using System.Collections.Immutable;
using System.Globalization;
using Perisai.Conformance.Yara.Generation;
using Perisai.Engine;

namespace Perisai.Conformance.Yara;

/// <summary>What a program says of groups of rules and inputs.</summary>
/// <param name="Refused">Groups that it does not compile, by number, and why.</param>
/// <param name="Of">By group and input: the rules that hold and their matches; nothing where none does.</param>
internal sealed record Answers(Dictionary<int, string> Refused, Dictionary<(int Group, int Input), string> Of)
{
    public string Get(int group, int input) => Refused.ContainsKey(group) ? "refused" : Of.GetValueOrDefault((group, input), "");
}

/// <summary>This engine.</summary>
internal static class OurEngine
{
    public static Answers Run(IReadOnlyList<RuleGroup> groups, IReadOnlyList<byte[]> inputs, string folder)
    {
        var refused = new Dictionary<int, string>();
        var left = groups;
        while (left.Count > 0)
        {
            var files = RuleFiles.Write(left, folder, forPeer: false);
            var builder = new DefinitionBuilder
            {
                Variables = ConditionGenerator.Externals.ToImmutableDictionary(one => one.Name, one => one.Value), DeclareFileVariables = false,
            };
            foreach (var file in files)
                builder.AddRules(file.Path, file.Namespace);
            using var definitions = builder.BuildTemporary(out var report);
            var wrong = report.Diagnostics.Where(found => found.IsError).ToList();
            foreach (var diagnostic in wrong)
                refused[files.First(file => file.Path == diagnostic.File).Groups[diagnostic.Line - 1].Number] = diagnostic.ToString();
            if (wrong.Count == 0)
                return new(refused, Scan(definitions, inputs));
            left = [.. left.Where(group => !refused.ContainsKey(group.Number))];
        }

        return new(refused, []);
    }

    private static Dictionary<(int Group, int Input), string> Scan(DefinitionSet definitions, IReadOnlyList<byte[]> inputs)
    {
        var answers = new Dictionary<(int Group, int Input), string>();
        var options = new ScanOptions
        {
            AllMatches = true, OpenContainers = false, DescribeRules = true,
            Variables = ConditionGenerator.Externals.ToImmutableDictionary(one => one.Name, one => one.Value),
        };
        using var scanner = new Scanner(definitions, options);
        for (var input = 0; input < inputs.Count; input++)
        {
            var found = scanner.Scan(new MemoryByteSource(inputs[input]), "input").Findings.OfType<Detection>();
            foreach (var group in found.GroupBy(one => RuleFiles.GroupOf(one.Name)))
            {
                answers[(group.Key, input)] = string.Join(" | ", group.OrderBy(one => one.Name, StringComparer.Ordinal).Select(one =>
                    one.Name + string.Concat(one.Rule!.Strings.Select(match => string.Create(CultureInfo.InvariantCulture, $" {match.Identifier}@{match.Offset}:{match.Length}")))));
            }
        }

        return answers;
    }
}

/// <summary>A file of rules, one group a line.</summary>
internal sealed record RuleFile(string Path, string Namespace, IReadOnlyList<RuleGroup> Groups);

/// <summary>Writes groups into files: together, but those with global rules.</summary>
internal static class RuleFiles
{
    public static List<RuleFile> Write(IReadOnlyList<RuleGroup> groups, string folder, bool forPeer)
    {
        var files = new List<RuleFile>();
        if (groups.Any(group => !group.IsAlone))
            Add("all", [.. groups.Where(group => !group.IsAlone)]);
        foreach (var group in groups.Where(group => group.IsAlone))
            Add($"n{group.Number}", [group]);
        return files;

        void Add(string name, List<RuleGroup> lines)
        {
            var path = Path.Combine(folder, $"{name}{(forPeer ? ".peer" : "")}.yar");
            File.WriteAllText(path, string.Concat(lines.Select(group => group.Write(forPeer) + "\n")), System.Text.Encoding.Latin1);
            files.Add(new(path, name, lines));
        }
    }

    /// <summary>The group of a rule by the rule's name.</summary>
    public static int GroupOf(string name) => int.Parse(name.AsSpan(1, name.IndexOf('_', StringComparison.Ordinal) - 1), CultureInfo.InvariantCulture);
}
