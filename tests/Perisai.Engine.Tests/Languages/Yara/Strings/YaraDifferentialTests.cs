using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using Perisai.Engine.Definitions.Ir;
using Perisai.Engine.Languages.Yara.Syntax;

namespace Perisai.Engine.Tests.Languages.Yara.Strings;

/// <summary>The same strings and inputs for this engine and for an installed yara (4.2 or later); skipped where there is none.</summary>
public sealed partial class YaraDifferentialTests
{
    private const int Rules = 60;

    [Fact]
    public void Offsets_and_lengths_are_those_of_yara()
    {
        var program = Program();
        var rounds = int.TryParse(Environment.GetEnvironmentVariable("PERISAI_YARA_ROUNDS"), CultureInfo.InvariantCulture, out var asked) ? asked : 25;
        using var directory = new TemporaryDirectory();
        var compared = 0;
        var withMatches = 0;
        var different = new List<string>();
        for (var round = 0; round < rounds; round++)
        {
            // Yara knows negations from 4.3 on.
            var random = new RandomStrings(1000 + round, withNegations: false);
            var definitions = Enumerable.Range(0, Rules).Select(_ => random.Next()).ToList();
            Run(program, directory, random, definitions, different, ref compared, ref withMatches);
        }

        TestContext.Current.SendDiagnosticMessage($"{compared} pairs compared, {withMatches} with matches, {different.Count} different");
        Assert.True(
            different.Count * 2000 <= compared && withMatches * 8 > compared,
            $"{different.Count} of {compared} differ, {withMatches} have matches\n{string.Join('\n', different.Take(40))}");
    }

    private static void Run(
        string program, TemporaryDirectory directory, RandomStrings random, List<string> definitions, List<string> different, ref int compared, ref int withMatches)
    {
        var rules = directory.File("rules.yar");
        var lowered = new List<RuleString>();
        var used = new List<string>();
        foreach (var definition in definitions)
        {
            try
            {
                // Yara before 4.3 does not report matches of no bytes.
                var one = YaraStrings.Lower(definition);
                if (one.Parts.Any(part => part.Searches.OfType<AutomatonSearch>().Any(search => search.Automaton.MinimumLength == 0)))
                    continue;
                lowered.Add(one);
                used.Add(definition);
            }
            catch (YaraSyntaxException exception)
            {
                // Yara must refuse it as well.
                File.WriteAllText(rules, $"rule r {{ strings: $a = {definition} condition: $a }}");
                if (Start(program, rules, rules).Errors.Contains("error", StringComparison.Ordinal) == false)
                    different.Add($"{definition}: {exception.Message}, and yara takes it");
            }
        }

        using var searcher = new StringSearcher(lowered);
        File.WriteAllText(rules, string.Join('\n', used.Select((definition, i) => $"rule r{i} {{ strings: $a = {definition} condition: $a }}")), Encoding.Latin1);
        for (var k = 0; k < 4; k++)
        {
            var input = random.Input(lowered);
            var file = directory.File("input");
            File.WriteAllBytes(file, input);
            var (output, errors, code) = Start(program, rules, file);
            // Yara gives up where an expression needs more than 1024 threads.
            if (code != 0 || errors.Contains("error scanning", StringComparison.Ordinal))
                continue;
            Assert.False(errors.Contains("error:", StringComparison.Ordinal), errors);
            var theirs = Read(output, used.Count);
            var ours = searcher.Search(input);
            for (var i = 0; i < used.Count; i++)
            {
                var mine = ours[i];
                compared++;
                withMatches += theirs[i].Count > 0 ? 1 : 0;
                if (!mine.SequenceEqual(theirs[i].Order()) && !IsKnown(used[i], mine, theirs[i]))
                    different.Add($"{used[i]} on {Show(input)}\n    only yara {Show(theirs[i].Except(mine))}\n    only ours {Show(mine.Except(theirs[i]))}");
            }
        }
    }

    /// <summary>
    /// In wide expressions yara overlooks matches: of a quantified dot behind something optional, and of the wide form where the ASCII form goes
    /// on from the same atom. Version 4.2 takes a word for bounded where less than a wide character stands before it.
    /// </summary>
    private static bool IsKnown(string definition, List<(long Offset, long Length)> ours, List<(long Offset, long Length)> theirs) =>
        definition[0] == '/' && definition.Contains(" wide", StringComparison.Ordinal)
        && (definition.Contains("\\b", StringComparison.OrdinalIgnoreCase)
            || ((definition.Contains(" wide ascii", StringComparison.Ordinal) || definition.Contains(".{", StringComparison.Ordinal)) && !theirs.Except(ours).Any()));

    private static string Show(byte[] input) =>
        string.Concat(input.Select(value => value is >= 0x20 and < 0x7F ? ((char)value).ToString() : $"\\x{value:x2}"));

    private static string Show(IEnumerable<(long Offset, long Length)> matches) => string.Join(' ', matches.Order().Take(12).Select(match => $"{match.Offset}:{match.Length}"));

    private static List<(long Offset, long Length)>[] Read(string output, int count)
    {
        var found = Enumerable.Range(0, count).Select(_ => new List<(long Offset, long Length)>()).ToArray();
        var rule = -1;
        foreach (var line in output.Split('\n'))
        {
            if (Match().Match(line) is { Success: true } match)
            {
                found[rule].Add((
                    long.Parse(match.Groups[1].ValueSpan, NumberStyles.HexNumber, CultureInfo.InvariantCulture),
                    long.Parse(match.Groups[2].ValueSpan, CultureInfo.InvariantCulture)));
            }
            else if (Name().Match(line) is { Success: true } name)
            {
                rule = int.Parse(name.Groups[1].ValueSpan, CultureInfo.InvariantCulture);
            }
        }

        return found;
    }

    private static (string Output, string Errors, int Code) Start(string program, string rules, string file)
    {
        var start = new ProcessStartInfo(program, ["-s", "-L", "-w", rules, file]) { RedirectStandardOutput = true, RedirectStandardError = true, StandardOutputEncoding = Encoding.Latin1 };
        using var process = Process.Start(start)!;
        var errors = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (output, errors.Result, process.ExitCode);
    }

    private static string Program()
    {
        var path = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator).Select(folder => Path.Combine(folder, "yara")).FirstOrDefault(File.Exists);
        if (path is null)
            Assert.Skip("There is no yara on this machine.");
        return path;
    }

    [GeneratedRegex(@"^0x([0-9a-f]+):(\d+):\$a")]
    private static partial System.Text.RegularExpressions.Regex Match();

    [GeneratedRegex(@"^r(\d+) ")]
    private static partial System.Text.RegularExpressions.Regex Name();
}
