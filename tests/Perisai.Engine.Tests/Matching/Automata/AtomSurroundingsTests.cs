using System.Text;
using Perisai.Engine.Languages.Yara.Regex;
using Perisai.Engine.Matching.Automata;
using Perisai.Engine.Tests.Languages.Yara.Strings;

namespace Perisai.Engine.Tests.Matching.Automata;

public sealed class AtomSurroundingsTests
{
    // Which place, by the number of the item; then eight bytes before it and eight from it on, each under its mask, "." where nothing is known.
    [Theory]
    [InlineData(@"\x68[\x00-\xff]{4}\xff\x15", 2, ". . . 68/FF . . . . FF/FF 15/FF")]
    [InlineData(@"ab[0-9]c", 2, ". . . . . . 61/FF 62/FF 30/F0 63/FF")]
    [InlineData(@"(ab|cd)e?f", 2, ". . . . . . 60/F8 60/F8 66/FF")]
    [InlineData(@"x{2,3}yz", 3, ". . . . . . 78/FF 78/FF 79/FF 7A/FF")]
    [InlineData(@"x{0,3}yz", 1, ". . . . . . . . 79/FF 7A/FF")]
    [InlineData(@"a.*b", 0, ". . . . . . . . 61/FF")]
    [InlineData(@"\bab\b", 1, ". . . . . . . . 61/FF 62/FF")]
    [InlineData(@"(ab)+c", 1, ". . . . . . 61/FF 62/FF 63/FF")]
    public void Holds_what_every_match_has_around_a_place(string pattern, int item, string expected)
    {
        var (automaton, node) = Compile(pattern, item);
        var surroundings = new AtomSurroundings();
        surroundings.Find(automaton.Words, automaton.Forward[node], automaton.Backward[node], isWide: false);
        var shown = Enumerable.Range(0, 16).Select(i => surroundings.Masks[i] == 0 ? "." : $"{surroundings.Values[i]:X2}/{surroundings.Masks[i]:X2}");
        Assert.Equal(expected, string.Join(' ', shown).TrimEnd(' ', '.'));
    }

    [Fact]
    public void Wide_characters_have_a_zero_each()
    {
        var (automaton, node) = Compile("ab[0-9]c", 2);
        var surroundings = new AtomSurroundings();
        surroundings.Find(automaton.Words, automaton.Forward[node], automaton.Backward[node], isWide: true);
        Assert.Equal("0000000061006200" + "3000630000000000", Convert.ToHexString(surroundings.Values));
        Assert.Equal("00000000FFFFFFFF" + "F0FFFFFF00000000", Convert.ToHexString(surroundings.Masks));
    }

    [Fact]
    public void A_common_gram_without_the_rest_around_it_runs_no_program()
    {
        using var searcher = new StringSearcher([YaraStrings.Lower(@"/\x68[\x00-\xff]{4}\xff\x15/")]);
        var text = Encoding.Latin1.GetBytes(string.Concat(Enumerable.Repeat("abcdefgh\xff\x15", 1000)));
        // At the text's end it cannot be compared at once.
        Assert.Empty(searcher.Search(text)[0]);
        Assert.InRange(searcher.Steps, 0, 10);
        "\x68"u8.CopyTo(text.AsSpan(13));
        Assert.Equal([(13, 7)], searcher.Search(text)[0]);
    }

    private static (ByteAutomaton Automaton, AutomatonNode Node) Compile(string pattern, int item)
    {
        var automaton = ByteAutomaton.Compile(RegexParser.Parse(pattern, false, true).Root);
        return (automaton, ((SequenceNode)automaton.Root).Items[item]);
    }
}
