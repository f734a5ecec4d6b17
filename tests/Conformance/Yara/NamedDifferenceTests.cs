using System.Collections.Immutable;
using System.Text;
using Perisai.Conformance.Yara.Generation;

namespace Perisai.Conformance.Yara;

/// <summary>
/// Every difference that the comparison leaves aside, by its example in docs/yara.md: what Debian's yara 4.2 says, what this engine says, and that the page shows it.
/// </summary>
public sealed class NamedDifferenceTests
{
    /// <summary>
    /// The name on the page; the strings; the condition as the page shows it (the string, where that is just <c>$a</c>); the input; what yara 4.2 answers and
    /// what this engine answers.
    /// </summary>
    public static TheoryData<string, string, string, string, string, string> Examples => new()
    {
        { KnownDifference.EmptyMatches, "$a = /b*/", "$a", "a", "", "g0_0 $a@0:0" },
        { KnownDifference.EmptyMatches, "$a = /b*?.{1,}?a/", "$a", "-a", "", "g0_0 $a@0:2" },
        { KnownDifference.GivesUp, "$a = /(.{,4})*/", "$a", "a", "error", "g0_0 $a@0:1" },
        { KnownDifference.MayBeMissing, "$a = /b?\\W/", "$a", "-", "", "g0_0 $a@0:1" },
        { KnownDifference.WideBesideAscii, "$a = /.X/ wide ascii", "$a", "c\0X\0", "g0_0 $a@1:2", "g0_0 $a@0:4 $a@1:2" },
        { KnownDifference.TwoJumps, "$a = { 61 [0-9] 62 [2-3] 63 }", "$a", "ab..bc", "", "g0_0 $a@0:6" },
        { KnownDifference.WhichEnd, "$a = /da*a|d/", "$a", "da", "g0_0 $a@0:1", "g0_0 $a@0:2" },
        { "none and 0 in loops", "", "for none i in (1..2) : (true)", "a", "g0_0", "" },
        { "none and 0 in loops", "$a = \"a\"", "for 0 of ($a) : (true)", "a", "g0_0 $a@0:1", "" },
        { "an undefined place", "$a = \"a\"", "not defined ($a at @a)", "b", "", "g0_0" },
        { "counts in a range", "$a = \"a\"", "#a in (1..3) == 1", "aab", "error", "g0_0 $a@0:1 $a@1:1" },
        { "nothing in no text", "", "\"\" matches /b*/", "a", "", "g0_0" },
        { "numbers as bodies of loops", "", "for any i in (0..0) : (-3)", "a", "", "g0_0" },
        { "less than", "$a = \"a\"", "not (@a < 1.5)", "b", "g0_0", "" },
        { "empty ranges", "", "for any i in (9..3) : (true)", "a", "", "refused" },
        { "less than no strings", "$a = \"a\"", "-1 of ($a)", "a", "g0_0 $a@0:1", "refused" },
        { "percentages in a range", "$a = \"a\"", "50% of ($a) in (0..9)", "a", "refused", "g0_0 $a@0:1" },
        { "loops over strings", "$a = \"a\"", "for any of ($a) : (for any of ($a) : ($))", "a", "refused", "g0_0 $a@0:1" },
    };

    [Theory]
    [MemberData(nameof(Examples))]
    public void Its_example_shows_it(string name, string strings, string condition, string input, string theirs, string ours)
    {
        var page = ReadPage();
        Assert.Contains($"**{name}**", page, StringComparison.Ordinal);
        Assert.Contains($"`{(condition == "$a" ? strings[5..] : condition)}`", page, StringComparison.Ordinal);

        var folder = Directory.CreateTempSubdirectory("perisai-conformance-").FullName;
        try
        {
            ImmutableArray<StringDefinition> definitions = strings.Length == 0 ? [] : [new WrittenDefinition(strings)];
            RuleGroup[] groups = [new(0, [new("g0_0", [], definitions, new(ConditionType.TruthValue, condition, []))])];
            byte[][] inputs = [Encoding.Latin1.GetBytes(input)];
            Assert.Equal(ours, OurEngine.Run(groups, inputs, folder).Get(0, 0));
            if (PeerYara.Find() is not { } yara)
                Assert.Skip("There is no yara on this machine.");
            else if (!yara.Version.StartsWith("4.2", StringComparison.Ordinal))
                Assert.Skip($"The page tells of yara 4.2; this one is {yara.Version}.");
            else
                Assert.Equal(theirs, yara.Run(groups, inputs, folder).Get(0, 0) is var answer && answer.Contains("error", StringComparison.Ordinal) ? "error" : answer);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public void The_page_names_every_difference_that_the_comparison_leaves_aside()
    {
        var page = ReadPage();
        Assert.All(KnownDifference.All, name => Assert.Contains($"**{name}**", page, StringComparison.Ordinal));
    }

    /// <summary>The page; a bar in a table is written with a backslash.</summary>
    private static string ReadPage() => File.ReadAllText(FindPage()).Replace("\\|", "|", StringComparison.Ordinal);

    private static string FindPage()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "Perisai.slnx")))
                return Path.Combine(folder.FullName, "docs", "yara.md");
        }

        throw new InvalidOperationException("The page docs/yara.md is not above this program.");
    }

    /// <summary>A string as it is written.</summary>
    private sealed record WrittenDefinition(string Written) : StringDefinition("$a")
    {
        public override IEnumerable<StringDefinition> Simpler => [];

        protected override string Body(bool forPeer) => Written[5..];

        protected override byte[] Content(Random random) => [];
    }
}
