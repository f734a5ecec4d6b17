using Perisai.Cli.Walking;

namespace Perisai.Cli.Tests.Walking;

public sealed class GlobTests
{
    [Theory]
    [InlineData("*.exe", "a.exe", true)]
    [InlineData("*.exe", "a.exe.txt", false)]
    [InlineData("?", "a", true)]
    [InlineData("?", "", false)]
    [InlineData("[a-c]x", "bx", true)]
    [InlineData("[!a-c]x", "bx", false)]
    [InlineData("[^a-c]x", "dx", true)]
    [InlineData("[]]", "]", true)]
    [InlineData("[a", "[a", true)]
    [InlineData("\\*", "*", true)]
    [InlineData("\\*", "x", false)]
    [InlineData("a*b*c", "a12b34c", true)]
    [InlineData("a*b*c", "a12b34", false)]
    [InlineData("*", "a/b", false)]
    [InlineData("**", "a/b", true)]
    [InlineData("a/**/d", "a/b/c/d", true)]
    [InlineData("**/*.c", "x/y/z.c", true)]
    [InlineData("**/x*y/*.c", "x/xzy/q.c", true)]
    public void Patterns_match(string pattern, string text, bool matches) => Assert.Equal(matches, Glob.Matches(pattern, text));

    [Theory]
    [InlineData("cache", "/home/me/cache", true)]
    [InlineData("me/cache", "/home/me/cache", true)]
    [InlineData("/home/*/cache", "/home/me/cache", true)]
    [InlineData("/me/cache", "/home/me/cache", false)]
    [InlineData("home", "/home/me/cache", false)]
    [InlineData("cache/", "/home/me/cache", true)]
    public void A_pattern_with_a_slash_means_the_path(string pattern, string path, bool matches)
    {
        FilePath? at = new(null, "/");
        foreach (var name in path.Split('/', StringSplitOptions.RemoveEmptyEntries))
            at = new(at, name);
        Assert.Equal(path, at.ToString());
        Assert.Equal(matches, new Glob(pattern).Matches(at));
    }

    [Fact]
    public void A_pattern_of_many_stars_takes_no_exponential_time() =>
        Assert.False(Glob.Matches(string.Concat(Enumerable.Repeat("*a", 40)) + "*b", new string('a', 5000)));
}
