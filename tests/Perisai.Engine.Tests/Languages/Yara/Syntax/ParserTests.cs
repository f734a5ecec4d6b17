using System.Text;
using Perisai.Engine.Languages.Yara.Syntax;

namespace Perisai.Engine.Tests.Languages.Yara.Syntax;

public sealed class ParserTests
{
    [Fact]
    public void Rules_of_the_test_suite_parse_and_its_syntax_errors_are_errors()
    {
        var wrong = new List<string>();
        foreach (var item in ConformanceCases.Load())
        {
            var (_, diagnostics) = Parse(item.Rule);
            var isError = item.Error is "ERROR_SYNTAX_ERROR" or "ERROR_INVALID_HEX_STRING" or "ERROR_INVALID_MODIFIER";
            if (item.Kind != "error" && diagnostics.Count > 0)
                wrong.Add($"{item}\n    {diagnostics[0]}");
            else if (isError && diagnostics.Count == 0)
                wrong.Add($"{item}\n    parses");
        }

        Assert.True(wrong.Count == 0, $"{wrong.Count} wrong\n{string.Join('\n', wrong)}");
    }

    [Theory]
    [InlineData("1 + 2 * 3", "(1 + (2 * 3))")]
    [InlineData("1 - 2 - 3", "((1 - 2) - 3)")]
    [InlineData("1 | 2 ^ 3 & 4 << 5 + 6 * -7", "(1 | (2 ^ (3 & (4 << (5 + (6 * -7))))))")]
    [InlineData("1 < 2 == true", "((1 < 2) == true)")]
    [InlineData("not 1 == 2 and 3 > 2 or true", "((not (1 == 2) and (3 > 2)) or true)")]
    [InlineData("10 % 3 == 1", "((10 % 3) == 1)")]
    [InlineData("50% of them", "50% of them")]
    [InlineData("1 + 1 of ($a*, $b) in (0..filesize - 1)", "(1 + 1) of ($a*, $b) in (0..(filesize - 1))")]
    [InlineData("for all i in (1..#a) : (@a[i] < 100)", "for all i in (1..#a) : ((@a[i] < 100))")]
    [InlineData("for any k, v in m.d : (k == v)", "for any k, v in m.d : ((k == v))")]
    [InlineData("defined pe.sections[0].name and uint16be(0) == 1_000", "(defined pe.sections[0].name and (uint16be(0) == 1000))")]
    public void Operators_bind_as_in_yara(string condition, string shown)
    {
        var (file, diagnostics) = Parse(Encoding.ASCII.GetBytes($"rule r {{ condition: {condition} }}"));
        Assert.Empty(diagnostics);
        Assert.Equal(shown, ExpressionPrinter.Print(file.Rules[0].Condition));
    }

    [Theory]
    [InlineData("rule a { condition: tru }\nrule { condition: true }\nrule b { condition: 1 + }\nrule c { condition: true }", "2:6 yara.syntax", "3:25 yara.syntax")]
    [InlineData("rule a { strings: $a = \"abc\n condition: $a }", "1:24 yara.unterminated-string")]
    [InlineData("rule a { strings: $a = \"\\q\" condition: $a }", "1:25 yara.escape")]
    [InlineData("rule a { condition: 1 == \u00e9 }", "1:26 yara.character")]
    [InlineData("/* open", "1:1 yara.comment")]
    [InlineData("rule a { strings: $\u00e4 = \"x\" condition: true }", "1:20 yara.character")]
    public void A_mistake_is_told_where_it_stands_and_the_next_rules_are_read(string text, params string[] expected)
    {
        var (_, diagnostics) = Parse(Encoding.UTF8.GetBytes(text));
        Assert.Equal(expected, diagnostics.Select(diagnostic => $"{diagnostic.Line}:{diagnostic.Column} {diagnostic.Id}"));
    }

    [Fact]
    public void Depth_is_limited_and_a_long_chain_is_not_deep()
    {
        var deep = $"rule r {{ condition: {new string('(', 5000)}true{new string(')', 5000)} }}";
        Assert.Equal("yara.condition-too-deep", Assert.Single(Parse(Encoding.ASCII.GetBytes(deep)).Diagnostics).Id);
        var chain = $"rule r {{ condition: {string.Join(" or ", Enumerable.Repeat("true", 50_000))} }}";
        Assert.Empty(Parse(Encoding.ASCII.GetBytes(chain)).Diagnostics);
        var powers = $"rule r {{ condition: {string.Join(" | ", Enumerable.Repeat("1", 5000))} == 1 }}";
        Assert.Empty(Parse(Encoding.ASCII.GetBytes(powers)).Diagnostics);
        var nots = $"rule r {{ condition: {string.Concat(Enumerable.Repeat("not ", 5000))} true }}";
        Assert.Equal("yara.condition-too-deep", Assert.Single(Parse(Encoding.ASCII.GetBytes(nots)).Diagnostics).Id);
    }

    [Fact]
    public void Included_files_are_read_and_loops_are_told()
    {
        var files = new Dictionary<string, string>
        {
            ["main"] = "include \"one\"\nrule main { condition: true }",
            ["one"] = "rule one { condition: true }\ninclude \"main\"\nrule two { condition: true }",
        };
        var diagnostics = new List<Diagnostic>();
        var parser = new Parser((name, span) => new SourceText(name, Encoding.ASCII.GetBytes(files[name])), diagnostics.Add);
        var file = parser.Parse(new SourceText("main", Encoding.ASCII.GetBytes(files["main"])));
        Assert.Equal(["one", "two", "main"], file.Rules.Select(rule => rule.Name));
        Assert.Equal("one:2:1: error yara.include-loop", Assert.Single(diagnostics).ToString()[..32]);
    }

    [Fact]
    public void Mutated_rules_never_throw()
    {
        var random = new Random(3);
        var cases = ConformanceCases.Load();
        for (var i = 0; i < 20_000; i++)
        {
            var rule = (byte[])cases[random.Next(cases.Count)].Rule.Clone();
            for (var k = random.Next(1, 6); k > 0 && rule.Length > 0; k--)
            {
                var at = random.Next(rule.Length);
                rule = random.Next(3) switch
                {
                    0 => [.. rule[..at], (byte)random.Next(256), .. rule[at..]],
                    1 => [.. rule[..at], .. rule[(at + 1)..]],
                    _ => [.. rule[..at], .. rule[random.Next(rule.Length)..]],
                };
            }

            Parse(rule);
        }
    }

    internal static (RuleFile File, List<Diagnostic> Diagnostics) Parse(byte[] text)
    {
        var diagnostics = new List<Diagnostic>();
        var parser = new Parser(
            (name, _) => new SourceText(name, "rule foo { condition: true }"u8), diagnostics.Add);
        return (parser.Parse(new SourceText("rules.yar", text)), diagnostics);
    }
}
