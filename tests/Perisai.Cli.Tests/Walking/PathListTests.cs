using System.Text;
using Perisai.Cli.Walking;

namespace Perisai.Cli.Tests.Walking;

public sealed class PathListTests
{
    [Theory]
    [InlineData("a\nb\n", "a", "b")]
    [InlineData("a\n\nb", "a", "b")]
    [InlineData("")]
    [InlineData("\n\n")]
    public void Lines_are_paths(string text, params string[] paths) => Assert.Equal(paths, Read(Encoding.UTF8.GetBytes(text), '\n'));

    [Fact]
    public void Long_lists_cross_the_buffer()
    {
        var paths = Enumerable.Range(0, 20_000).Select(number => $"/some/folder/{number}").ToList();
        Assert.Equal(paths, Read(Encoding.UTF8.GetBytes(string.Join('\0', paths)), '\0'));
    }

    [Fact]
    public void Bytes_that_are_not_utf8_are_kept() => Assert.Equal(["bad\udcff"], Read([.. "bad"u8, 0xFF], '\n'));

    [Fact]
    public void What_is_no_list_is_refused() => Assert.Throws<IOException>(() => Read(new byte[3 << 20], '\n').ToList());

    private static IEnumerable<string> Read(byte[] content, char terminator) =>
        new PathList(_ => new MemoryStream(content), (byte)terminator).Read(CancellationToken.None);
}
