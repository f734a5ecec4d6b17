using System.Text;
using Perisai.Engine.Containers.Views;
using Perisai.Engine.Tests.Languages.ClamAv;

namespace Perisai.Engine.Tests.Containers.Views;

/// <summary>The normalised view of texts: its bytes, which objects have it, and what definitions find in it, beside clamscan.</summary>
public sealed class TextViewTests
{
    [Theory]
    [InlineData("The Quick\t\n\r\v\fBrown", "the quick brown")]
    [InlineData("  a \u0001 \u00e9  B\u0080c ", " a bc ")]
    [InlineData("[\u007f]{}@`", "[\u007f]{}@`")]
    [InlineData("\u00ff\u00feA\0 \0 \0B\0", "a b")]
    public void Case_white_space_and_other_bytes_are_normalised(string text, string expected)
    {
        foreach (var cut in new[] { 1, 2, 3, 1000 })
        {
            using var view = new NormalizedText(new MemoryByteSource(Encoding.Latin1.GetBytes(text)));
            var result = new List<byte>();
            var buffer = new byte[cut];
            while (view.Read(buffer) is > 0 and var count)
                result.AddRange(buffer.AsSpan(0, count));
            Assert.Equal(expected, Encoding.Latin1.GetString([.. result]));
        }
    }

    [Fact]
    public void Definitions_see_what_clamscan_shows_them()
    {
        ClamScan.SkipWithoutIt();
        using var scan = new ClamScan { OpenContainers = true };
        var random = new Random(5);
        for (var i = 0; i < 40; i++)
        {
            var text = MakeText(random);
            // Only the kind of text that a file is recognised as may differ from one to the next.
            byte[] bytes = (i % 8) switch
            {
                0 => [0xFF, 0xFE, .. Encoding.Unicode.GetBytes(text)],
                1 => [0xFE, 0xFF, .. Encoding.BigEndianUnicode.GetBytes(text)],
                2 => Encoding.UTF8.GetBytes("#!/bin/sh\n" + text),
                3 => Encoding.UTF8.GetBytes("<?xml version=\"1.0\"?>\n" + text),
                4 => Encoding.UTF8.GetBytes("\ufeff" + text),
                5 => [1, 0, 2, .. Encoding.Latin1.GetBytes(text)],
                _ => Encoding.Latin1.GetBytes(text),
            };
            scan.AddFile(bytes);
            var raw = Encoding.Latin1.GetBytes(text);
            var start = random.Next(raw.Length - 30);
            using var view = new NormalizedText(new MemoryByteSource(raw.AsMemory(start, 25)));
            var normalized = new byte[25];
            var length = view.Read(normalized);
            foreach (var target in new[] { 0, 3, 4, 7 })
            {
                scan.AddSignature("ndb", $"Raw{i}.{target}:{target}:*:{Convert.ToHexStringLower(raw.AsSpan(start, 25))}");
                scan.AddSignature("ndb", $"Normal{i}.{target}:{target}:*:{Convert.ToHexStringLower(normalized.AsSpan(0, length))}");
                scan.AddSignature("ldb", $"Both{i}.{target};Engine:51-255,Target:{target};0&1;{Convert.ToHexStringLower(normalized.AsSpan(0, length))};"
                    + Convert.ToHexStringLower(raw.AsSpan(start, 25)));
                scan.AddSignature("ldb", $"None{i}.{target};Engine:51-255,Target:{target};0=0&1;{Convert.ToHexStringLower(raw.AsSpan(start, 25))};"
                    + Convert.ToHexStringLower(normalized.AsSpan(0, length)));
            }
        }

        ClamScan.AssertAgrees(scan, atLeast: 100);
    }

    [Fact]
    public void Long_texts_have_no_view()
    {
        var text = Encoding.ASCII.GetBytes("Some Text  With Spaces");
        Assert.Single(Read(text, ScanLimits.Default).Members);
        Assert.Empty(Read(text, ScanLimits.Default with { MaxNormalizedText = text.Length - 1 }).Members);
    }

    private static RecordingSink Read(byte[] text, ScanLimits limits)
    {
        var sink = new RecordingSink(limits);
        Perisai.Engine.Containers.Views.TextReader.Instance.Read(new MemoryByteSource(text), sink);
        return sink;
    }

    private static string MakeText(Random random)
    {
        const string Characters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789 \t\r\n   ,.;:-_+*/()[]{}\"'=\\\u00e9";
        return string.Concat(Enumerable.Range(0, random.Next(100, 600)).Select(_ => Characters[random.Next(Characters.Length)]));
    }
}
