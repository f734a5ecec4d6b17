using System.Text;
using Perisai.Engine.Languages.Yara.Regex;
using Perisai.Engine.Languages.Yara.Strings;
using Perisai.Engine.Languages.Yara.Syntax;
using Perisai.Engine.Matching.Automata;
using Perisai.Engine.Tests.Languages.Yara.Strings;

namespace Perisai.Engine.Tests.Matching.Automata;

/// <summary>The automata, with their atoms and the matcher around them, against <see cref="NaiveMatcher"/>.</summary>
public sealed class AutomatonDifferentialTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Every_start_is_found_and_no_other(int seed)
    {
        var random = new RandomStrings(seed);
        var compared = 0;
        var withMatches = 0;
        for (var round = 0; round < 400; round++)
        {
            var definition = random.Chance(50) ? random.Hex() : random.Regex();
            if (definition.Contains("fullword", StringComparison.Ordinal) || Tree(definition) is not { } tree)
                continue;
            var lowered = YaraStrings.Lower(definition);
            if (lowered.Parts.Length > 1)
                continue;
            using var searcher = new StringSearcher([lowered]);
            for (var k = 0; k < 8; k++)
            {
                var input = k % 2 == 0 ? random.Input([lowered]) : random.Input();
                var expected = new SortedDictionary<long, SortedSet<int>>();
                foreach (var size in Sizes(definition))
                {
                    var naive = new NaiveMatcher(input, size);
                    for (var start = 0; start < input.Length; start++)
                    {
                        if (naive.Ends(tree, start) is { Count: > 0 } ends)
                            expected[start] = [.. ends, .. expected.GetValueOrDefault(start, [])];
                    }
                }

                // Guard pages on one side or the other: a read beyond the text ends the test.
                using var guarded = GuardedMemory.Allocate(input, atEnd: k % 2 == 0);
                var found = searcher.Search(guarded.Span, k < 4 ? int.MaxValue : random.Chance(50) ? 1 : 7)[0];
                Assert.True(
                    expected.Keys.SequenceEqual(found.Select(match => match.Offset))
                    && found.All(match => expected[match.Offset].Contains((int)(match.Offset + match.Length))),
                    $"{definition} on {Encoding.Latin1.GetString(input)}: expected {string.Join(' ', expected.Keys)}, found {string.Join(' ', found)}");
                compared++;
                withMatches += found.Count > 0 ? 1 : 0;
            }
        }

        Assert.InRange(withMatches, compared / 4, compared);
        Assert.InRange(compared, 1000, int.MaxValue);
    }

    [Fact]
    public void A_condition_finds_what_the_naive_matcher_finds_anywhere()
    {
        var random = new RandomStrings(4);
        var matched = 0;
        for (var round = 0; round < 1000; round++)
        {
            var definition = random.Regex();
            var pattern = definition[1..definition.LastIndexOf('/')];
            RegexTree tree;
            try
            {
                tree = RegexParser.Parse(pattern, false, true);
            }
            catch (RegexMistake)
            {
                continue;
            }

            var regex = YaraRegexCompiler.Compile(pattern, false, true);
            for (var k = 0; k < 4; k++)
            {
                var input = random.Input();
                var naive = new NaiveMatcher(input, 1);
                var expected = Enumerable.Range(0, input.Length + 1).Any(start => naive.Ends(tree.Root, start).Count > 0);
                Assert.True(expected == regex.IsMatch(input), $"{pattern} on {Encoding.Latin1.GetString(input)}");
                matched += expected ? 1 : 0;
            }
        }

        Assert.InRange(matched, 300, int.MaxValue);
    }

    private static AutomatonNode? Tree(string definition)
    {
        try
        {
            return YaraStrings.Parse(Encoding.Latin1.GetBytes($"rule r {{ strings: $a = {definition} condition: $a }}"))[0] switch
            {
                HexStringNode hex => HexExpression.Of(hex.Body),
                RegexStringNode regex => YaraRegexLiteral.Parse(regex.Regex, regex.Modifiers.NoCase, false, _ => { }).Root,
                _ => null,
            };
        }
        catch (YaraSyntaxException)
        {
            return null;
        }
    }

    private static int[] Sizes(string definition) => definition.Contains("wide", StringComparison.Ordinal)
        ? definition.Contains("ascii", StringComparison.Ordinal) ? [1, 2] : [2]
        : [1];
}
