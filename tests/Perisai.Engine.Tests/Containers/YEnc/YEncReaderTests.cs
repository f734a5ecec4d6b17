using System.IO.Hashing;
using System.Text;
using Perisai.Engine.Containers.YEnc;

namespace Perisai.Engine.Tests.Containers.YEnc;

public sealed class YEncReaderTests
{
    [Theory]
    [InlineData("\r\n")]
    [InlineData("\n")]
    public void ReadsWhatTheDraftSays(string newLine)
    {
        var random = new Random(1);
        foreach (var length in new[] { 0, 1, 127, 128, 129, 300_000 })
        {
            var content = new byte[length];
            random.NextBytes(content);
            byte[] text = [.. "text before\n"u8, .. Encode(content, newLine), .. "text behind\n"u8, .. Encode(content, newLine)];
            Assert.Equal(FileType.YEnc, Formats.TypeIdentifier.Identify(new BoundedReader(new MemoryByteSource(Encode(content, newLine)), new(ScanLimits.Default))));
            var sink = YEncReader.Instance.Read(text);
            sink.AssertClean();
            Assert.Equal(2, sink.Members.Count);
            Assert.All(sink.Members, m => Assert.True(content.AsSpan().SequenceEqual(m.Content)));
            Assert.All(sink.Members, m => Assert.Equal("a file.bin", m.Name));
        }
    }

    [Fact]
    public void ReportsPartsAndDifferences()
    {
        var content = Encoding.ASCII.GetBytes("content");
        var text = Encoding.Latin1.GetString(Encode(content, "\n"));
        var wrong = YEncReader.Instance.Read(Encoding.Latin1.GetBytes(text[..(text.IndexOf("crc32=", StringComparison.Ordinal) + 6)] + "00000001\n"));
        Assert.Equal("yenc.wrong-checksum", Assert.Single(wrong.Faults).Id);
        var part = YEncReader.Instance.Read(Encoding.Latin1.GetBytes(text
            .Replace("=ybegin line=128 size=7", "=ybegin part=1 total=2 line=128 size=14", StringComparison.Ordinal).Replace("a file.bin\n", "a file.bin\n=ypart begin=1 end=7\n", StringComparison.Ordinal)));
        Assert.Equal(content, Assert.Single(part.Members).Content);
        Assert.Equal(NotScannedReason.MissingVolume, Assert.Single(part.NotScanned).Reason);
    }

    [Fact]
    public void SurvivesDamage()
    {
        var content = new byte[20_000];
        new Random(2).NextBytes(content);
        YEncReader.Instance.AssertSurvivesDamage(Encode(content, "\r\n"), 6);
    }

    private static byte[] Encode(byte[] content, string newLine)
    {
        var text = new MemoryStream();
        void Write(string line) => text.Write(Encoding.Latin1.GetBytes(line + newLine));
        Write($"=ybegin line=128 size={content.Length} name=a file.bin");
        var column = 0;
        foreach (var value in content)
        {
            var shifted = (byte)(value + 42);
            if (shifted is 0 or (byte)'\n' or (byte)'\r' or (byte)'=' || column == 0 && shifted == '.')
            {
                text.WriteByte((byte)'=');
                shifted += 64;
                column++;
            }

            text.WriteByte(shifted);
            if (++column < 128)
                continue;
            text.Write(Encoding.Latin1.GetBytes(newLine));
            column = 0;
        }

        if (column > 0)
            text.Write(Encoding.Latin1.GetBytes(newLine));
        Write($"=yend size={content.Length} crc32={Crc32.HashToUInt32(content):x8}");
        return text.ToArray();
    }
}
