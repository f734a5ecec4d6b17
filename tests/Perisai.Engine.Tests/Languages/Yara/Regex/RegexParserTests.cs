using System.Text;
using Perisai.Engine.Languages.Yara.Regex;
using Perisai.Engine.Languages.Yara.Strings;
using Perisai.Engine.Languages.Yara.Syntax;
using Perisai.Engine.Tests.Languages.Yara.Strings;

namespace Perisai.Engine.Tests.Languages.Yara.Regex;

public sealed class RegexParserTests
{
    /// <summary>Of each the text that is marked.</summary>
    [Theory]
    [InlineData("[b-a]", "b-a")]
    [InlineData("abc)", ")")]
    [InlineData("a[]b", "[")]
    [InlineData(")(", ")")]
    [InlineData("(|abc)ef", "|")]
    [InlineData("a(b", "(")]
    [InlineData("(?:a)", "(?")]
    [InlineData("()", ")")]
    [InlineData("|a", "|")]
    [InlineData("a**", "*")]
    [InlineData("^*a", "*")]
    [InlineData("a{2}{3}", "{")]
    [InlineData("a\\/\\x0", "\\x0")]
    [InlineData("\\x", "\\x")]
    [InlineData("\\xxy", "\\xxy")]
    [InlineData("a\\\\\\/b{3,2}", "{3,2}")]
    [InlineData("a{2977952116}", "{2977952116}")]
    [InlineData("c{99999999999999999999}", "{99999999999999999999}")]
    [InlineData("\\/\\/a*b+?", "+?")]
    [InlineData("((a{0,1000}){0,1000}){0,1000}", "/((a{0,1000}){0,1000}){0,1000}/")]
    public void A_mistake_is_marked_where_it_stands(string pattern, string marked)
    {
        var text = $"rule r {{ strings: $a = /{pattern}/ condition: $a }}";
        var node = YaraStrings.Parse(Encoding.ASCII.GetBytes(text))[0];
        var mistake = Assert.Throws<YaraSyntaxException>(() => StringLowering.Lower(node, strict: false, _ => { }));
        Assert.Equal("yara.regex", mistake.Id);
        Assert.Equal(marked, text[mistake.Span.Start..mistake.Span.End]);
    }

    [Theory]
    [InlineData("ab\\cdef", "\\c")]
    [InlineData("a\\/b\\ def", "\\ ")]
    [InlineData("a\\\\\\;", "\\;")]
    [InlineData("[\\v]", "\\v")]
    public void An_unknown_escape_is_told_only_where_that_was_asked_for(string pattern, string marked)
    {
        var text = $"rule r {{ strings: $a = /{pattern}/ condition: $a }}";
        var node = YaraStrings.Parse(Encoding.ASCII.GetBytes(text))[0];
        var told = new List<Diagnostic>();
        StringLowering.Lower(node, strict: true, told.Add);
        var warning = Assert.Single(told, diagnostic => diagnostic.Id == "yara.unknown-escape");
        Assert.False(warning.IsError);
        Assert.Equal(marked, text[(warning.Column - 1)..(warning.EndColumn - 1)]);
        told.Clear();
        StringLowering.Lower(node, strict: false, told.Add);
        Assert.DoesNotContain(told, diagnostic => diagnostic.Id == "yara.unknown-escape");
    }

    [Theory]
    [InlineData("foo", "FoO", false)]
    [InlineData("fOo$", "xxfOo", true)]
    [InlineData("foo|", "", true)]
    [InlineData("foobar", "", false)]
    [InlineData("a\\vb", "avb", true)]
    [InlineData("a{,0}$", "", true)]
    [InlineData("a{2 , 3}b", "xaab", true)]
    [InlineData("a{x", "a{x", true)]
    [InlineData("[a-c-e]+$", "-", true)]
    [InlineData("[]-a]", "-", true)]
    [InlineData("^[^]x]$", "]", false)]
    [InlineData("[\\x5D-\\x5F]", "^", true)]
    [InlineData("[\\w-z]", "b", false)]
    [InlineData("\\bab\\b", "x ab.", true)]
    [InlineData("\\Bab", "ab", false)]
    [InlineData("a.*c.*?d", "abcd", true)]
    public void Conditions_match_as_in_yara(string pattern, string text, bool matches) =>
        Assert.Equal(matches, YaraRegexCompiler.Compile(pattern, false, false).IsMatch(Encoding.ASCII.GetBytes(text)));

    [Fact]
    public void Options_decide_about_case_and_line_ends()
    {
        Assert.True(YaraRegexCompiler.Compile("a[^D].", true, true).IsMatch("xAe\n"u8));
        Assert.False(YaraRegexCompiler.Compile("a[^D].", true, true).IsMatch("xAd\n"u8));
        Assert.False(YaraRegexCompiler.Compile("a[^D].", true, false).IsMatch("xAe\n"u8));
    }
}
