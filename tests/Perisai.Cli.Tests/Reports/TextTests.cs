using Perisai.Cli.Commands.Options;
using Perisai.Cli.Reports;
using Perisai.Linux;

namespace Perisai.Cli.Tests.Reports;

public sealed class TextTests
{
    [Theory]
    [InlineData("plain é 漢 😀", "plain é 漢 😀")]
    [InlineData("a\nb\tc\r", "a\\nb\\tc\\r")]
    [InlineData("\u001b[31mred", "\\x1b[31mred")]
    [InlineData("turn\u202e", "turn\\u202e")]
    [InlineData("line\u2028", "line\\u2028")]
    [InlineData("c1\u0085", "c1\\u0085")]
    public void Names_are_safe_to_print(string name, string printed) => Assert.Equal(printed, PrintableText.Of(name));

    [Theory]
    [InlineData("/a b", "file:///a%20b")]
    [InlineData("a:b", "./a:b")]
    [InlineData("é", "%C3%A9")]
    [InlineData("100%#?", "100%25%23%3F")]
    public void Paths_become_uris(string path, string uri) => Assert.Equal(uri, FileUri.Of(path));

    [Fact]
    public void Bytes_that_are_not_utf8_are_shown_as_bytes()
    {
        var name = NameEncoding.Decode([.. "bad"u8, 0xFF]);
        Assert.Equal("bad\\xff", PrintableText.Of(name));
        Assert.Equal("bad%FF", FileUri.Of(name));
        Assert.False(NameEncoding.IsLossless(name));
    }

    [Theory]
    [InlineData("0", 0L)]
    [InlineData("100M", 100L << 20)]
    [InlineData("1.5k", 1536L)]
    [InlineData("2TiB", 2L << 40)]
    [InlineData("7 G", null)]
    [InlineData("-1", null)]
    [InlineData("M", null)]
    [InlineData("", null)]
    [InlineData("99999999999T", null)]
    public void Sizes_are_read(string text, long? bytes) =>
        Assert.Equal(bytes, QuantityText.TryParseSize(text, out var value) ? value : null);

    [Theory]
    [InlineData("90", 90.0)]
    [InlineData("90s", 90.0)]
    [InlineData("1.5m", 90.0)]
    [InlineData("2h", 7200.0)]
    [InlineData("250ms", 0.25)]
    [InlineData("soon", null)]
    [InlineData("-1", null)]
    public void Times_are_read(string text, double? seconds) =>
        Assert.Equal(seconds, QuantityText.TryParseTime(text, out var value) ? value.TotalSeconds : null);

    [Fact]
    public void Names_of_any_bytes_come_back_from_strings()
    {
        var random = new Random(1);
        for (var i = 0; i < 20_000; i++)
        {
            var name = new byte[random.Next(12)];
            random.NextBytes(name);
            // Half of them mostly valid, with multi-byte characters.
            if (i % 2 == 0)
                name = [.. System.Text.Encoding.UTF8.GetBytes("é漢😀"), .. name, .. "z"u8];
            Assert.Equal(name, NameEncoding.Encode(NameEncoding.Decode(name)));
        }
    }
}
