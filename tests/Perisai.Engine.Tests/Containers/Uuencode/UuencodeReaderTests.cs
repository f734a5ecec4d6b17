using System.Text;
using Perisai.Engine.Containers.Uuencode;

namespace Perisai.Engine.Tests.Containers.Uuencode;

public sealed class UuencodeReaderTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void ReadsWhatUuencodeWrites(bool base64)
    {
        using var work = new WorkFolder();
        foreach (var (name, content) in work.WriteSampleFiles())
        {
            var text = base64 ? work.Run("uuencode", "-m", $"files/{name}", "n a m e") : work.Run("uuencode", $"files/{name}", "n a m e");
            Assert.Equal(FileType.Uuencode, Formats.TypeIdentifier.Identify(new BoundedReader(new MemoryByteSource(text), new(ScanLimits.Default))));
            var sink = UuencodeReader.Instance.Read([.. "Some text before it.\r\nbegin 100 lines\n"u8, .. text, .. "and behind it\n"u8, .. text]);
            sink.AssertClean();
            Assert.Equal(2, sink.Members.Count);
            Assert.All(sink.Members, m => Assert.Equal("n a m e", m.Name));
            Assert.All(sink.Members, m => Assert.True(content.AsSpan().SequenceEqual(m.Content), name));
        }
    }

    [Fact]
    public void ForgivesWhatTransportDoes()
    {
        // Blanks at the ends of lines are lost, a checksum stands there, a line of another kind comes between.
        var sink = UuencodeReader.Instance.Read("begin 644 a\r\n#04)#\r\n$04)#\r\n\r\nan advertisement\r\n#04)#X\r\n`\r\nend\r\n"u8.ToArray());
        Assert.Equal("ABCABC\0ABC"u8, Assert.Single(sink.Members).Content);
        Assert.All(sink.Faults, f => Assert.Equal("uuencode.bad-line", f.Id));
    }

    [Fact]
    public void SurvivesDamage()
    {
        var text = new StringBuilder("text\nbegin 644 name\n");
        for (var line = 0; line < 50; line++)
            text.Append("M35I0``(````$``\\`__\\``+@````A````0``:````````````````````````\n");
        text.Append("`\nend\nbegin-base64 644 other\nQUJDQUJD\nQUI=\n====\n");
        UuencodeReader.Instance.AssertSurvivesDamage(Encoding.ASCII.GetBytes(text.ToString()), 4);
    }
}
