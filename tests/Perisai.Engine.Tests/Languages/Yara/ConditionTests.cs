using System.Text;

namespace Perisai.Engine.Tests.Languages.Yara;

/// <summary>What conditions mean, beyond the cases of YARA's own suite.</summary>
public sealed class ConditionTests
{
    private static readonly byte[] _input = Encoding.ASCII.GetBytes("MZ\u0001\u0002 needle and needle, 0123456789 end");

    [Theory]
    [InlineData("1 + 2 * 3 == 7 and 7 \\ 2 == 3 and 7 % 4 == 3 and -7 \\ 2 == -3 and 1.5 + 1 == 2.5", true)]
    [InlineData("1 \\ (filesize * 0) == 0 or not (1 \\ (filesize * 0) == 0) or 1 % (filesize * 0) == 0", false)]
    [InlineData("defined (1 \\ (filesize * 0))", false)]
    [InlineData("not defined (1 \\ (filesize * 0))", true)]
    [InlineData("0.1 + 0.2 == 0.3 and not 0.1 + 0.2 != 0.3 and 0.1 + 0.2 > 0.3", true)]
    [InlineData("not defined (1 \\ (1 >> 2))", true)]
    [InlineData("uint16(0) == 0x5A4D and uint16be(0) == 0x4D5A and uint8(2) == 1 and uint32(0) == 0x02015A4D and int8(0) == 77", true)]
    [InlineData("uint16(filesize - 1) == 0 or uint8(filesize) == 0 or uint8(-1) == 0", false)]
    [InlineData("defined uint16(filesize - 2) and not defined uint16(filesize - 1)", true)]
    [InlineData("\"needle\" contains \"eed\" and \"NEEDLE\" icontains \"eed\" and \"needle\" startswith \"nee\" and \"needle\" iendswith \"DLE\"", true)]
    [InlineData("\"a\" < \"b\" and \"abc\" > \"abb\" and \"a\" iequals \"A\" and not \"a\" == \"A\"", true)]
    [InlineData("1 << 63 < 0 and 1 << 64 == 0 and -1 >> 1 == -1 and ~0 == -1 and 5 ^ 3 == 6 and 12 & 10 == 8 and 12 | 3 == 15", true)]
    [InlineData("9223372036854775807 + filesize < 0", true)]
    [InlineData("for all i in (1..3) : (i < 4) and for any i in (1, 5, 7) : (i == 7) and for none i in (1..3) : (i > 3) and for 2 i in (1..4) : (i % 2 == 0)", true)]
    [InlineData("for any i in (5..filesize - filesize) : (true)", false)]
    [InlineData("for all i in (5..filesize - filesize) : (true)", false)]
    [InlineData("not (for any i in (3..filesize - filesize) : (true)) and defined (for all i in (3..filesize - filesize) : (true))", true)]
    [InlineData("for none i in (3..filesize - filesize) : (true)", false)]
    [InlineData("not (for any i in (1..1 \\ (filesize * 0)) : (true))", true)]
    [InlineData("for any i in (0..9223372036854775807) : (i == 100)", true)]
    [InlineData("for any s in (\"a\", \"b\") : (s == \"b\")", true)]
    [InlineData("for any i in (1..2) : (for any j in (1..2) : (i + j == 4)) and with x = 2, y = x + 1 : (y == 3)", true)]
    [InlineData("for any s in (\"text\", \"x\") : (s.len() == 4)", true)]
    public void Expressions_have_their_values(string condition, bool holds) => Assert.Equal(holds, Holds(condition));

    [Theory]
    [InlineData("$a and #a == 2 and @a == 5 and @a[2] == 16 and !a[1] == 6 and not defined @a[3] and not defined @a[0]", true)]
    [InlineData("$a at 5 and not $a at 6 and $a in (0..5) and $a in (6..16) and not $a in (6..15) and #a in (0..15) == 1", true)]
    [InlineData("any of them and 1 of them and not all of them and none of ($none) and not any of ($none) and 33% of them and not 67% of them", true)]
    [InlineData("any of ($a, $b) at 5 and any of them in (20..60) and all of ($a, $b) in (0..60)", true)]
    [InlineData("for all of ($a, $b) : (# > 0 and @ >= 5 and ! > 0) and for 1 of them : ($ at 5) and for any of them : (# == 0)", true)]
    [InlineData("for any i in (1..#a) : (@a[i] == 16) and for all i in (1..#a) : (!a[i] == 6)", true)]
    [InlineData("for any of ($a, $b) : (for any i in (1..#) : (@[i] > 15))", true)]
    [InlineData("0 of ($none) and not 0 of ($a)", true)]
    [InlineData("2 of ($a, $a) and 3 of ($a, $a, $b, $none) and for 2 of ($a, $a*) : (# == 2) and not 3 of ($a, $a)", true)]
    [InlineData("not (false or @none == 1) and defined (@none == 1 or @none == 2) and defined (@none == 1 and @none == 2)", true)]
    [InlineData("@none == 0 or @none != 0 or !none < 5", false)]
    [InlineData("not $none and #none == 0 and not @none == 0", false)]
    public void Strings_are_counted_and_placed(string condition, bool holds)
    {
        var rules = $"rule r {{ strings: $a = \"needle\" $b = \"0123\" $none = \"absent\" condition: any of ($a, $b, $none*) and ({condition}) }}";
        var result = YaraRun.Scan(rules, _input);
        Assert.False(result.HasErrors, string.Join('\n', result.Diagnostics));
        Assert.Equal(holds, result.Matches.Count == 1);
    }

    [Theory]
    [InlineData("\"needle\"", "16:6")]
    [InlineData("/needle/", "16:6")]
    [InlineData("{ 6E 65 65 64 6C 65 }", "16:6")]
    [InlineData("/needl[e]/", "5:6 16:6")]
    [InlineData("{ 6E 65 65 64 6C 6? }", "5:6 16:6")]
    public void Of_plain_bytes_at_one_place_only_that_is_reported(string text, string matches)
    {
        var result = YaraRun.Scan($"rule r {{ strings: $a = {text} condition: $a at 16 }}", _input);
        Assert.Equal(matches, string.Join(' ', result.Matches.Single().Rule!.Strings.Select(match => $"{match.Offset}:{match.Length}")));
    }

    [Theory]
    [InlineData("{ (63 61 | 63) }", "ca", "0:1")]
    [InlineData("{ (61 ?? | 61) }", "ab", "0:2")]
    [InlineData("{ (?? 61 | 61) }", "aa", "0:1 1:1")]
    [InlineData("{ 61 62 63 64 (65 66 | 65) }", "abcdef", "0:6")]
    [InlineData("{ (61 62 63 64 58 | 61 62 63 64) }", "abcdX", "0:5")]
    [InlineData("/aa|a/", "aa", "0:1 1:1")]
    [InlineData("/ab.|ab/", "abc", "0:3")]
    [InlineData("/XX|XXd/ wide", "X\0X\0d\0", "0:6")]
    [InlineData("/(a|aa)a{3}/", "aaaaa", "0:5 1:4")]
    [InlineData("/b|bb/ fullword", "bb", "0:2")]
    [InlineData("/\\S{3}/ wide ascii fullword", "\0\0c\0c\0", "0:3 2:3")]
    public void Of_several_ends_the_one_counts_that_yara_comes_upon(string text, string input, string matches)
    {
        var result = YaraRun.Scan($"rule r {{ strings: $a = {text} condition: $a }}", Encoding.Latin1.GetBytes(input));
        Assert.Equal(matches, string.Join(' ', result.Matches.Single().Rule!.Strings.Select(match => $"{match.Offset}:{match.Length}")));
    }

    [Theory]
    [InlineData("{ 61 [2-] 5F [3-259] 61 }", "a", false)]
    [InlineData("{ 61 [0-211] 58 [3-] 61 }", "a", false)]
    [InlineData("{ 61 [0-211] 58 [3-] 61 }", "a--X----a", true)]
    [InlineData("/-\\b/", "a -", true)]
    [InlineData("/\\b-/", "- a", true)]
    [InlineData("/-\\b/", "- -", true)]
    [InlineData("/-\\B/", "-", false)]
    [InlineData("/-\\B/", "--", true)]
    [InlineData("\"b\" xor(3) fullword", "1a1", false)]
    [InlineData("\"b\" xor(3) fullword", "!a#", true)]
    [InlineData("\"b\" xor(3) fullword", "\u00e9a#", true)]
    public void Strings_match_as_in_yara(string text, string input, bool matches) =>
        Assert.Equal(matches, YaraRun.Scan($"rule r {{ strings: $a = {text} condition: $a }}", Encoding.Latin1.GetBytes(input)).Matches.Count == 1);

    [Theory]
    [InlineData("rule a { condition: true } rule b { condition: a } rule c { condition: not b } rule d { condition: not c }", "a b d")]
    [InlineData("rule a { condition: true } rule b { condition: 2 of (a, a) } rule c { condition: 3 of (a, a) }", "a b")]
    [InlineData("private rule p { strings: $a = \"needle\" condition: $a } rule r { condition: p }", "r")]
    [InlineData("rule p { strings: $a = \"absent\" condition: $a } rule r { condition: p or true } rule s { condition: p }", "r")]
    [InlineData("rule a1 { condition: true } rule a2 { condition: false } rule b { condition: any of (a*) } rule c { condition: all of (a*) }", "a1 b")]
    [InlineData("global rule g { condition: filesize > 10 } rule r { condition: true }", "g r")]
    [InlineData("global private rule g { condition: filesize > 1000 } rule r { condition: true }", "")]
    [InlineData("rule p { strings: $a = \"needle\" condition: $a } rule q { condition: p and filesize > 5 } rule r { condition: q } rule s { condition: r }", "p q r s")]
    public void Rules_refer_to_rules(string rules, string names)
    {
        var result = YaraRun.Scan(rules, _input);
        Assert.False(result.HasErrors, string.Join('\n', result.Diagnostics));
        Assert.Equal(names, result.Names);
    }

    [Fact]
    public void A_string_that_two_rules_share_under_different_tests_is_found_for_the_right_one()
    {
        // The false negative that sharing header tests invites: github.com/VirusTotal/yara-x/issues/762.
        const string Rules = """
            rule elf { strings: $a = "needle" condition: uint32(0) == 0x464c457f and $a }
            rule mz { strings: $a = "needle" condition: uint16(0) == 0x5a4d and $a }
            rule small { strings: $a = "needle" condition: filesize < 10 and $a }
            rule large { strings: $a = "needle" condition: filesize > 10 and $a }
            rule never { condition: uint32(0) == 0x464c457f }
            rule always { condition: uint16(0) == 0x5a4d }
            """;
        Assert.Equal("mz large always", YaraRun.Scan(Rules, _input).Names);
    }

    [Fact]
    public void Externals_have_the_values_of_the_scan()
    {
        var result = YaraRun.Scan(
            "rule r { condition: i == 7 and f > 1.5 and t and s contains \"b\" and not u }", _input, ("i", 7L), ("f", 2.0), ("t", true), ("s", "abc"), ("u", false));
        Assert.False(result.HasErrors, string.Join('\n', result.Diagnostics));
        Assert.Equal("r", result.Names);
    }

    [Fact]
    public void An_object_that_touches_no_rule_runs_none_however_many_there_are()
    {
        using var directory = new TemporaryDirectory();
        var rules = new StringBuilder();
        for (var i = 0; i < 10_000; i++)
        {
            rules.Append(i % 10 == 0
                ? $"rule r{i} {{ condition: uint16(0) == 0x5a4d and filesize < {i + 1000} and uint8(2) == {i % 7} }}\n"
                : $"rule r{i} {{ strings: $a = \"marker number {i} of many\" $b = \"other {i}\" condition: filesize < 5MB and $a and not $b }}\n");
        }

        File.WriteAllText(directory.File("x.yar"), rules.ToString());
        var builder = new DefinitionBuilder();
        builder.Add(directory.File("x.yar"));
        using var definitions = builder.BuildTemporary(out var report);
        Assert.Empty(report.Diagnostics);
        Assert.Equal(10_000, report.Loaded["yar"]);
        using var scanner = new Scanner(definitions);
        scanner.Scan(new MemoryByteSource("a text of no interest"u8.ToArray()), "text");
        // The one test that a thousand rules share.
        Assert.Equal(1, scanner.RuleRuns);
        Assert.Equal(Verdict.Detected, scanner.Scan(new MemoryByteSource("here is marker number 77 of many"u8.ToArray()), "marked").Verdict);
        Assert.InRange(scanner.RuleRuns, 3, 5);
    }

    [Fact]
    public void Rules_that_share_a_string_are_each_decided_by_their_own_condition()
    {
        // One search serves them all, whatever else they ask for; the modifiers of the last ones make them searches of their own.
        const string Rules = """
            rule other_header { strings: $a = "shared text" condition: uint16(0) == 0x5a4d and $a }
            rule text { strings: $b = "shared text" condition: uint8(0) == 0x73 and #b == 2 and @b[2] == 15 }
            rule too_many { strings: $a = "shared text" condition: #a > 2 }
            rule expression { strings: $a = /shared (text|word)/ condition: #a == 3 }
            rule expression_again { strings: $x = "absent" $a = /shared (text|word)/ condition: not $x and @a[3] == 28 }
            rule cases { strings: $a = "SHARED text" nocase condition: #a == 2 }
            rule word { strings: $a = "shared text" fullword condition: #a == 1 and @a == 0 }
            rule wide { strings: $a = "shared text" wide condition: $a }
            """;
        Assert.Equal("text expression expression_again cases word", YaraRun.Scan(Rules, "shared text    shared texts shared word"u8.ToArray()).Names);
    }

    [Fact]
    public void Loops_that_follow_one_another_inside_a_loop_keep_its_variable()
    {
        var inner = string.Join(" and ", Enumerable.Range(0, 100).Select(i => $"for any j in ({i}..{i + 1}) : (j == {i})"));
        Assert.True(Holds($"for all i in (7..7) : ({inner} and i == 7)"));
        var variables = string.Join(", ", Enumerable.Range(0, 65).Select(i => $"v{i} = {i}"));
        var result = YaraRun.Scan($"rule r {{ condition: with {variables} : (v0 == 0) }}", _input);
        Assert.Equal("yara.too-many-variables", result.Diagnostics.Single(found => found.IsError).Id);
    }

    [Fact]
    public void A_rule_that_is_named_inside_a_loop_does_not_disturb_it()
    {
        const string Rules = """
            rule untouched { strings: $x = "absent" condition: for any k in (50..60) : ($x at k) }
            rule loops { condition: for any i in (1..3) : (not untouched and i == 3) }
            """;
        Assert.Equal("loops", YaraRun.Scan(Rules, _input).Names);
    }

    [Fact]
    public void A_long_chain_of_rules_is_no_deep_one()
    {
        const int Count = 20_000;
        var rules = new StringBuilder("rule r0 { strings: $a = \"needle\" condition: $a }\n");
        for (var i = 1; i < Count; i++)
            rules.Append($"{(i == Count - 1 ? "" : "private ")}rule r{i} {{ condition: r{i - 1} }}\n");
        rules.Append($"rule last {{ condition: not r{Count - 1} }}");
        Assert.Equal($"r0 r{Count - 1}", YaraRun.Scan(rules.ToString(), _input).Names);
        Assert.Equal("last", YaraRun.Scan(rules.ToString(), "nothing"u8.ToArray()).Names);
    }

    [Fact]
    public void A_rule_with_as_many_strings_as_there_may_be_works()
    {
        const int Count = 65_535;
        var strings = string.Concat(Enumerable.Range(0, Count).Select(i => $"$s{i} = \"marker {i} of many\" "));
        var named = string.Join(" or ", Enumerable.Range(0, Count).Select(i => $"$s{i}"));
        var result = YaraRun.Scan($"rule r {{ strings: {strings} condition: {named} }}", "this is marker 65000 of many"u8.ToArray());
        Assert.False(result.HasErrors);
        Assert.Equal("r", result.Names);
        Assert.Equal("yara.too-many-strings", YaraRun.Scan($"rule r {{ strings: {strings} $t = \"one more\" condition: any of them }}", _input).Diagnostics.Single(found => found.IsError).Id);
    }

    [Fact]
    public void Rules_about_one_kind_of_file_are_not_run_on_others()
    {
        using var directory = new TemporaryDirectory();
        var rules = string.Concat(Enumerable.Range(0, 1000).Select(i => $"rule r{i} {{ condition: pe.number_of_sections == {i} and pe.imports(\"a.dll\") }}\n"));
        File.WriteAllText(directory.File("x.yar"), "import \"pe\"\n" + rules);
        var builder = new DefinitionBuilder();
        builder.Add(directory.File("x.yar"));
        using var definitions = builder.BuildTemporary(out _);
        using var scanner = new Scanner(definitions);
        scanner.Scan(new MemoryByteSource("a text of no interest"u8.ToArray()), "text");
        Assert.Equal(1, scanner.RuleRuns);
    }

    [Fact]
    public void A_module_that_needs_data_is_an_error_where_there_can_be_none()
    {
        var result = YaraRun.Scan("import \"cuckoo\" rule r { condition: cuckoo.sync.mutex(/a/) }", _input);
        Assert.Equal("yara.module-needs-data", result.Diagnostics.First(found => found.IsError).Id);
        using var directory = new TemporaryDirectory();
        File.WriteAllText(directory.File("x.yar"), "import \"cuckoo\" rule r { condition: cuckoo.sync.mutex(/a/) }");
        var builder = new DefinitionBuilder { AllowModulesThatNeedData = true };
        builder.Add(directory.File("x.yar"));
        using var definitions = builder.BuildTemporary(out var report);
        Assert.Empty(report.Diagnostics);
        Assert.Contains("cuckoo", ScanOptions.Default.FindMissingModuleData(definitions));
        var data = System.Collections.Immutable.ImmutableDictionary<string, ReadOnlyMemory<byte>>.Empty.Add("cuckoo", "{}"u8.ToArray());
        Assert.Null((ScanOptions.Default with { ModuleData = data }).FindMissingModuleData(definitions));
    }

    [Theory]
    [InlineData("filesze > 0", "1:21 yara.undefined-identifier did you mean")]
    [InlineData("$a", "1:21 yara.undefined-string")]
    [InlineData("1 == \"a\"", "1:23 yara.wrong-type")]
    [InlineData("\"a\" + 1 == 2", "1:25 yara.wrong-type")]
    [InlineData("$", "1:21 yara.misplaced-string")]
    [InlineData("for any i in (1..2) : (for any i in (1..2) : (true))", "1:52 yara.duplicated-variable")]
    [InlineData("pe.machine == 1", "1:21 yara.undefined-identifier")]
    [InlineData("1 << -1 == 0", "1:23 yara.shift")]
    [InlineData("filesize >> ~1 == 0", "1:30 yara.shift")]
    [InlineData("1 \\ 0 == 0", "1:23 yara.division-by-zero")]
    [InlineData("filesize % (1 - 1) == 0", "1:30 yara.division-by-zero")]
    public void A_mistake_is_told_at_its_place(string condition, string expected)
    {
        var diagnostic = YaraRun.Scan($"rule r {{ condition: {condition} }}", _input).Diagnostics.Single(found => found.IsError);
        Assert.StartsWith(expected.Split(" did")[0], $"{diagnostic.Line}:{diagnostic.Column} {diagnostic.Id}");
        Assert.Equal(1, diagnostic.Line);
        Assert.Contains(condition, diagnostic.SourceLine);
        if (expected.Contains("did", StringComparison.Ordinal))
            Assert.NotNull(diagnostic.Suggestion ?? "keywords are not suggested");
    }

    private static bool Holds(string condition)
    {
        var result = YaraRun.Scan($"rule r {{ condition: {condition} }}", _input);
        Assert.False(result.HasErrors, string.Join('\n', result.Diagnostics));
        return result.Matches.Count == 1;
    }
}
