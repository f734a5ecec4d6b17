using System.Collections.Immutable;
using System.Text;
using Perisai.Engine.Definitions.Segments;

namespace Perisai.Engine.Tests.Definitions;

/// <summary>
/// Compiled rules that somebody changed and whose checksums are right: what cannot be run is refused when they are opened, with the reason, and
/// what is accepted runs without an error.
/// </summary>
public sealed class ForgedRulesTests(ITestOutputHelper output)
{
    /// <summary>Rules with every kind of instruction.</summary>
    private const string Rules =
        """
        import "pe"
        import "elf"
        import "math"
        import "hash"
        import "console"
        private global rule everywhere { condition: filesize > 3 }
        rule strs : tag_a tag_b {
            meta: author = "nobody" number = 7 truth = true
            strings: $a = "marker" nocase wide ascii $b = { 6D 61 ?? 6B [0-4] 72 } $c = /m[a-z]{2,5}r\s?/ $d = "xored" xor(1-20) $e1 = "one" $e2 = "two"
            condition: ($a at 3 or $b in (0..filesize) or #c > 2 or #c in (0..10) == 1 or @a[1] == 5 or !c[2] > 3 or any of ($e*) or 2 of them in (0..100))
                and for any of ($a, $b) : ($ at 3 or @[1] > 2 or # > 7) or $d or 50% of them or any of them at 0
        }
        rule loops {
            condition: for all i in (1..3) : (uint8(i) > 2 or for any j in (i, 2, i * 3) : (j < int32be(j)))
                and for any s in pe.sections : (s.name == ".text" and s.virtual_size > 10 and for any k, v in pe.version_info : (k contains "a" and v iequals "b"))
                or for 2 s in ("a", "bc") : (s startswith "a") or with x = filesize + 1, y = x * 2 : (x < y and y \ 3 % 2 == 1)
        }
        rule functions {
            condition: pe.imports(/kernel/i, /Exit.*/i) or hash.md5(0, filesize) == "x" or math.entropy(0, filesize) > 7.5
                or math.in_range(1.5, -1.0, math.MEAN_BYTES) or elf.dynsym[0].name matches /^_?x{1,20}/ or pe.sections[1].name.len() > 3
                or pe.version_info["ProductName"] icontains "x" or console.log("n ", filesize) and (1 << 3 ^ ~2 | 6) >> 1 == 0
        }
        rule others { condition: (functions or 1 of (str*) or defined pe.entry_point) and not loops and extension == ".x" and word > 3 and fraction < 0.5 and truth }
        rule tested { strings: $m = "marker" condition: uint16(0) == 0x616d and filesize < 1MB and $m }
        """;

    private static readonly byte[] _content = Encoding.ASCII.GetBytes("mamarker and Marker, one two; m\0a\0r\0k\0e\0r\0 maaker");

    private static readonly byte[]? _program = Path.Combine(AppContext.BaseDirectory, "System.IO.Hashing.dll") is var path && File.Exists(path) ? File.ReadAllBytes(path) : null;

    private static readonly SectionKind[] _sections =
    [
        SectionKind.Rules, SectionKind.RuleStrings, SectionKind.RuleParts, SectionKind.RuleTests, SectionKind.RuleLists, SectionKind.RuleNames, SectionKind.RuleCode,
        SectionKind.RuleTexts,
    ];

    public static TheoryData<string, int> Changes => [.. _sections.Select(kind => (kind.ToString(), kind == SectionKind.RuleCode ? 3000 : 400))];

    [Theory]
    [MemberData(nameof(Changes))]
    public void What_is_accepted_runs(string name, int rounds)
    {
        var kind = Enum.Parse<SectionKind>(name);
        using var directory = new TemporaryDirectory();
        var whole = Compiled(directory);
        var section = new SealedSegment(whole).Section(kind);
        var random = new Random(23);
        var (refused, accepted) = (0, 0);
        for (var round = 0; round < rounds; round++)
        {
            var forged = new SealedSegment(whole);
            for (var changes = random.Next(1, 4); changes > 0; changes--)
            {
                var at = random.Next(section.Start.Value, section.End.Value);
                forged.Bytes[at] = random.Next(3) switch { 0 => (byte)(forged.Bytes[at] ^ 1 << random.Next(8)), 1 => (byte)random.Next(80), _ => (byte)random.Next(256) };
            }

            forged.Seal();
            if (Run(directory.File("forged"), forged.Bytes))
                accepted++;
            else
                refused++;
        }

        output.WriteLine($"{name}: {refused} refused, {accepted} accepted");
        Assert.True(refused > rounds / 20 && accepted > 0, $"{refused} of {rounds} refused");
    }

    [Fact]
    public void Bodies_that_contain_bodies_without_end_are_refused()
    {
        // As deep as the code is long; the machine goes into bodies by recursion.
        using var directory = new TemporaryDirectory();
        File.WriteAllText(directory.File("long.yar"), $"rule long {{ condition: filesize > 0 and \"{new string('x', 400_000)}\" contains extension }}");
        var builder = new DefinitionBuilder();
        builder.AddRules(directory.File("long.yar"), "forged");
        Assert.False(builder.Build(directory.File("segment")).HasErrors);
        var forged = new SealedSegment(File.ReadAllBytes(directory.File("segment")));
        var code = forged.Bytes.AsSpan(forged.Section(SectionKind.RuleCode));
        // for any i in (0..0), with all that follows as its body.
        ReadOnlySpan<byte> range = [3, 0, 3, 0, (byte)Engine.Definitions.Rules.RuleOpcode.ForRange, 1, 0, 0x80, 0x80, 0x10];
        for (var at = 0; at + range.Length < code.Length; at += range.Length)
            range.CopyTo(code[at..]);
        forged.Seal();
        File.WriteAllBytes(directory.File("forged"), forged.Bytes);
        Assert.Contains("damaged", Assert.Throws<SegmentException>(() => DefinitionSet.Open(directory.File("forged"))).Message);
    }

    [Fact]
    public void What_nobody_changed_is_accepted_and_its_reason_names_the_rule_where_somebody_did()
    {
        using var directory = new TemporaryDirectory();
        var whole = new SealedSegment(Compiled(directory));
        whole.Seal();
        Assert.True(Run(directory.File("same"), whole.Bytes));
        var code = whole.Section(SectionKind.RuleCode);
        // The first rule: nothing is on the stack that the first instruction could take.
        whole.Bytes[code.Start.Value] = (byte)Engine.Definitions.Rules.RuleOpcode.Not;
        whole.Seal();
        File.WriteAllBytes(directory.File("forged"), whole.Bytes);
        Assert.Contains("the code of rule \"everywhere\" cannot be run: a value is taken that is not there", Assert.Throws<SegmentException>(() => DefinitionSet.Open(directory.File("forged"))).Message);
    }

    [Fact]
    public void A_scan_with_a_variable_of_another_type_is_refused()
    {
        using var directory = new TemporaryDirectory();
        Compiled(directory);
        using var definitions = DefinitionSet.Open(directory.File("segment"));
        Assert.Throws<ArgumentException>(() => new Scanner(definitions, new() { Variables = ImmutableDictionary<string, object>.Empty.Add("word", "text") }));
    }

    private static byte[] Compiled(TemporaryDirectory directory)
    {
        File.WriteAllText(directory.File("rules.yar"), Rules);
        var builder = new DefinitionBuilder { Variables = new Dictionary<string, object> { ["word"] = 4L, ["fraction"] = 0.25, ["truth"] = true }.ToImmutableDictionary() };
        builder.AddRules(directory.File("rules.yar"), "forged");
        var report = builder.Build(directory.File("segment"));
        Assert.False(report.HasErrors, string.Join('\n', report.Diagnostics));
        return File.ReadAllBytes(directory.File("segment"));
    }

    /// <summary>Opens and scans, reporting all there is; false where it is refused.</summary>
    private static bool Run(string path, byte[] segment)
    {
        File.WriteAllBytes(path, segment);
        DefinitionSet definitions;
        try
        {
            definitions = DefinitionSet.Open(path);
        }
        catch (SegmentException exception)
        {
            Assert.Contains("damaged: ", exception.Message);
            return false;
        }

        using (definitions)
        {
            // A loop may be changed to one of 2^60 rounds: time is what ends it.
            var options = new ScanOptions
            {
                AllMatches = true, DescribeRules = true, DescribeFailingRules = true, RuleOutput = _ => { }, ModuleFacts = _ => { },
                Limits = ScanLimits.Default with { MaxTime = TimeSpan.FromMilliseconds(50) },
            };
            using var scanner = new Scanner(definitions, options);
            scanner.Scan(new MemoryByteSource(_content), "forged.x");
            // A program, so that modules give more than what is undefined.
            if (_program is not null)
                scanner.Scan(new MemoryByteSource(_program), "program.x");
            _ = definitions.ListRules().Count();
            return true;
        }
    }
}
