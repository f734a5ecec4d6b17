using Perisai.Engine.Languages.Yara.Strings;
using Perisai.Engine.Languages.Yara.Syntax;

namespace Perisai.Engine.Tests.Languages.Yara.Strings;

/// <summary>What the cases of YARA's test-suite say about strings alone: errors, warnings, and captured matches.</summary>
public sealed class ConformanceStringTests
{
    [Fact]
    public void Strings_of_the_suite_are_lowered_and_its_wrong_expressions_are_refused()
    {
        var wrong = new List<string>();
        var strings = 0;
        foreach (var item in ConformanceCases.Load())
        {
            var error = "";
            foreach (var node in StringsOf(item.Rule))
            {
                strings++;
                try
                {
                    StringLowering.Lower(node, strict: false, _ => { });
                }
                catch (YaraSyntaxException exception)
                {
                    error = exception.Message;
                }
            }

            if ((item.Error == "ERROR_INVALID_REGULAR_EXPRESSION") != (error.Length > 0))
                wrong.Add($"{item}: '{error}'");
        }

        Assert.Empty(wrong);
        Assert.InRange(strings, 400, int.MaxValue);
    }

    [Fact]
    public void Slow_strings_and_open_dots_are_told_as_the_suite_has_it()
    {
        var wrong = new List<string>();
        var cases = 0;
        foreach (var item in ConformanceCases.Load().Where(item => item.Kind is "warning" or "nowarning"))
        {
            var told = new List<Diagnostic>();
            var nodes = StringsOf(item.Rule);
            foreach (var node in nodes)
                StringLowering.Lower(node, strict: true, told.Add);

            // Of two or more strings the condition is what is warned of.
            if (nodes.Count != 1 || !System.Text.Encoding.Latin1.GetString(item.Rule).Contains("condition: $a", StringComparison.Ordinal))
                continue;
            cases++;
            if ((item.Kind == "warning") != (told.Count > 0))
                wrong.Add($"{item}: {string.Join(' ', told)}");
        }

        Assert.Empty(wrong);
        Assert.InRange(cases, 30, int.MaxValue);
    }

    [Fact]
    public void Captured_matches_are_found_and_strings_that_must_not_match_do_not()
    {
        var wrong = new List<string>();
        var cases = 0;
        foreach (var (item, capture) in Captures())
        {
            var nodes = StringsOf(item.Rule);
            if (nodes.Count != 1)
                continue;
            cases++;
            using var searcher = new StringSearcher([StringLowering.Lower(nodes[0], strict: false, _ => { })]);
            var found = searcher.Search(item.Input)[0];
            var holds = capture is null ? found.Count == 0 : found.Any(match => item.Input.AsSpan((int)match.Offset, (int)match.Length).SequenceEqual(capture));
            if (!holds)
                wrong.Add($"{item}: {string.Join(' ', found)}");
        }

        Assert.Empty(wrong);
        Assert.InRange(cases, 200, int.MaxValue);
    }

    private static IReadOnlyList<StringNode> StringsOf(byte[] rule)
    {
        var parser = new Parser((name, _) => new SourceText(name, "rule foo { condition: true }"u8), _ => { });
        return [.. parser.Parse(new SourceText("rules.yar", rule)).Rules.SelectMany(one => one.Strings)];
    }

    /// <summary>Cases of one string and the condition <c>$a</c>: what a match must be, or null where there must be none.</summary>
    private static IEnumerable<(ConformanceCases.Case Item, byte[]? Capture)> Captures()
    {
        foreach (var (item, json) in ConformanceCases.LoadWithJson())
        {
            var simple = System.Text.Encoding.Latin1.GetString(item.Rule).Contains("condition: $a }", StringComparison.Ordinal);
            if (!simple || json.TryGetProperty("data_file", out _))
                continue;
            if (item.Kind == "false")
                yield return (item, null);
            else if (item.Kind == "true" && json.TryGetProperty("capture", out var capture))
                yield return (item, capture.GetBytesFromBase64());
        }
    }
}
