using System.Text;

namespace Perisai.Engine.Tests.Languages.Yara;

/// <summary>Rules that are made to cost time or memory, or that are merely enormous: they work, or the mistake is told at its place.</summary>
public sealed class RuleLimitsTests
{
    private const int Large = 100 << 20;

    /// <summary>What compiling may allocate for a byte of source, in all; most of it is garbage at once. A bracket that is passed over is a token of 100 bytes.</summary>
    private const int AllocatedForAByte = 128;

    [Fact]
    public void A_file_of_100_MB_with_many_rules_works()
    {
        using var directory = new TemporaryDirectory();
        var count = 0;
        using (var writer = new StreamWriter(directory.File("large.yar"), false, Encoding.ASCII))
        {
            var about = new string('x', 900);
            for (var written = 0L; written < Large; count++)
            {
                var rule = $"rule r{count} {{ meta: about = \"{about}\" strings: $a = \"marker {count} of many\" condition: $a and filesize < 1MB }}\n";
                writer.Write(rule);
                written += rule.Length;
            }
        }

        Bounded(directory.File("large.yar"), "marker 77777 of many", $"r77777");
        Assert.InRange(count, 100_000, 120_000);
    }

    [Theory]
    [InlineData("a comment", "/*", "*/ rule r { condition: true }")]
    [InlineData("a comment to the end of the line", "//", "\nrule r { condition: true }")]
    [InlineData("spaces", "", "rule r { condition: true }", ' ')]
    [InlineData("a text", "rule r { strings: $a = \"", "\" condition: not $a }")]
    [InlineData("empty lines", "", "rule r { condition: true }", '\n')]
    public void What_means_nothing_may_be_100_MB_long(string what, string start, string end, char filling = 'x')
    {
        Assert.NotEmpty(what);
        using var directory = new TemporaryDirectory();
        Bounded(Giant(directory, start, end, filling), "x", "r");
    }

    [Theory]
    [InlineData("rule r { strings: $a = \"", "", 'x')]
    [InlineData("rule r { strings: $a = { ", "} condition: $a }", '7')]
    [InlineData("rule r { strings: $a = /", "/ condition: $a }", 'x')]
    [InlineData("rule ", " { condition: true }", 'x')]
    [InlineData("rule r { condition: 1", " == 1 }", '1')]
    [InlineData("rule r { condition: ", " }", '(')]
    [InlineData("/*", "", 'x')]
    public void What_has_a_meaning_and_is_100_MB_long_is_told_at_its_place(string start, string end, char filling)
    {
        using var directory = new TemporaryDirectory();
        var path = Giant(directory, "\n" + start, end, filling);
        var diagnostic = Bounded(path, "x", "").First(found => found.IsError);
        Assert.Equal(2, diagnostic.Line);
        Assert.InRange(diagnostic.Column, 1, Large + 100);
        Assert.Contains("giant.yar", diagnostic.ToString(), StringComparison.Ordinal);
        // What is shown of it is not the line as a whole.
        Assert.True(diagnostic.ToString().Length < 1000 && (diagnostic.SourceLine?.Length ?? 0) <= 4096);
    }

    [Theory]
    [InlineData("(", "true", ")")]
    [InlineData("not ", "true", "")]
    [InlineData("not (", "true", ")")]
    [InlineData("1 == -(", "1", ")")]
    [InlineData("1 == (1 + ", "1", ")")]
    [InlineData("true and (false or ", "true", ")")]
    [InlineData("uint8(", "1", ")")]
    [InlineData("for any i in (1..2) : (", "true", ")")]
    public void A_condition_that_is_5000_deep_is_told_at_its_place(string open, string inner, string close)
    {
        var condition = string.Concat(Enumerable.Repeat(open, 5000)) + inner + string.Concat(Enumerable.Repeat(close, 5000));
        var diagnostic = YaraRun.Scan($"rule first {{ condition: true }}\nrule r {{ condition: {condition} }}\nrule last {{ condition: true }}", "x"u8.ToArray())
            .Diagnostics.First(found => found.IsError);
        Assert.Contains(diagnostic.Id, (string[])["yara.condition-too-deep", "yara.loops-too-deep", "yara.duplicated-variable"]);
        Assert.Equal(2, diagnostic.Line);
        Assert.InRange(diagnostic.Column, 20, 20 + condition.Length);
    }

    [Theory]
    [InlineData("strings: $a = /((a{0,1000}){0,1000}){0,1000}/ condition: $a")]
    [InlineData("strings: $a = /((x{1,1000}y){1,1000}z){1,1000}/ wide ascii nocase condition: $a")]
    [InlineData("condition: \"aaa\" matches /((a{0,1000}){0,1000}){0,1000}/")]
    [InlineData("condition: \"aaa\" matches /(((((((((a?){9}){9}){9}){9}){9}){9}){9}){9}){9}b/")]
    public void A_bomb_of_repetitions_works_or_is_told_at_its_place(string rule)
    {
        var allocated = GC.GetAllocatedBytesForCurrentThread();
        var result = YaraRun.Scan($"rule first {{ condition: true }}\nrule r {{ {rule} }}", Encoding.ASCII.GetBytes(new string('a', 5000)));
        allocated = GC.GetAllocatedBytesForCurrentThread() - allocated;
        Assert.True(allocated < 256 << 20, $"{allocated} bytes of memory");
        if (result.Diagnostics.FirstOrDefault(found => found.IsError) is not { } diagnostic)
            return;
        Assert.Equal(2, diagnostic.Line);
        Assert.Equal("rule r { ".Length + rule.IndexOf('/', StringComparison.Ordinal) + 1, diagnostic.Column);
    }

    [Fact]
    public void Columns_of_mistakes_in_one_long_line_are_right_and_cost_little()
    {
        // Read anew for each of them, the line would be 20 GB.
        const int Count = 20_000;
        var rules = string.Concat(Enumerable.Range(0, Count).Select(i => $"rule r{i:d5} {{ /* \u00e4\U0001F6E1 */ condition: x{i:d5} }} "));
        var allocated = GC.GetAllocatedBytesForCurrentThread();
        var diagnostics = YaraRun.Scan(Encoding.UTF8.GetBytes(rules), "x"u8.ToArray()).Diagnostics;
        allocated = GC.GetAllocatedBytesForCurrentThread() - allocated;
        Assert.True(allocated < 256 << 20, $"{allocated} bytes of memory");
        foreach (var (diagnostic, i) in diagnostics.Select((diagnostic, i) => (diagnostic, i)))
            Assert.Equal((i * (rules.Length / Count)) + rules.IndexOf("x00000", StringComparison.Ordinal) + 1, diagnostic.Column);
        Assert.True(diagnostics.Length > 100);
    }

    [Fact]
    public void A_loop_of_includes_is_told_at_the_directive_that_closes_it()
    {
        using var directory = new TemporaryDirectory();
        File.WriteAllText(directory.File("a.yar"), "include \"b.yar\"\nrule a { condition: true }");
        File.WriteAllText(directory.File("b.yar"), "rule b { condition: true }\ninclude \"c.yar\"");
        File.WriteAllText(directory.File("c.yar"), "rule c { condition: true }\n\n  include \"a.yar\"");
        var builder = new DefinitionBuilder();
        builder.AddRules(directory.File("a.yar"), "x");
        using var definitions = builder.BuildTemporary(out var report);
        var diagnostic = Assert.Single(report.Diagnostics, found => found.IsError);
        Assert.Equal(("yara.include-loop", 3, 3), (diagnostic.Id, diagnostic.Line, diagnostic.Column));
        Assert.Contains("c.yar", diagnostic.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Includes_without_end_are_told()
    {
        using var directory = new TemporaryDirectory();
        for (var i = 0; i < 3000; i++)
            File.WriteAllText(directory.File($"{i}.yar"), $"include \"{i + 1}.yar\"\n");
        File.WriteAllText(directory.File("3000.yar"), "rule r { condition: true }");
        Assert.Contains(Bounded(directory.File("0.yar"), "x", null), found => found.IsError && found.Id.StartsWith("yara.include", StringComparison.Ordinal));
    }

    private static string Giant(TemporaryDirectory directory, string start, string end, char filling)
    {
        var path = directory.File("giant.yar");
        using var writer = new StreamWriter(path, false, Encoding.ASCII);
        writer.Write(start);
        var block = new string(filling, 1 << 20);
        for (var i = 0; i < Large >> 20; i++)
            writer.Write(block);
        writer.Write(end);
        return path;
    }

    /// <summary>Compiles, with memory counted, and scans.</summary>
    private static IReadOnlyList<Diagnostic> Bounded(string path, string input, string? expected)
    {
        var allocated = GC.GetAllocatedBytesForCurrentThread();
        var builder = new DefinitionBuilder();
        builder.AddRules(path, "default");
        using var definitions = builder.BuildTemporary(out var report);
        allocated = GC.GetAllocatedBytesForCurrentThread() - allocated;
        Assert.True(allocated < (64L << 20) + AllocatedForAByte * new FileInfo(path).Length, $"{allocated} bytes of memory");
        using var scanner = new Scanner(definitions, new() { AllMatches = true, OpenContainers = false });
        var found = scanner.Scan(new MemoryByteSource(Encoding.ASCII.GetBytes(input)), "x").Findings.OfType<Detection>().Select(detection => detection.Name);
        if (expected is not null)
            Assert.Equal(expected, string.Join(' ', found));
        return report.Diagnostics;
    }
}
