using System.Text;
using Perisai.Engine.Containers.Views;

namespace Perisai.Engine.Tests.Containers.Views;

/// <summary>The steps of 64 bytes beside one byte after another.</summary>
public sealed class TextSqueezerTests
{
    [Fact]
    public void Steps_write_what_single_bytes_do()
    {
        var random = new Random(7);
        for (var round = 0; round < 4_000; round++)
        {
            var text = Text(random, round);
            var expected = new List<byte>();
            bool expectedAfter = round % 2 == 0, after = expectedAfter;
            foreach (var value in text)
            {
                var isSpace = value is 32 or >= 9 and <= 13;
                if (!isSpace && value is < 32 or > 127 || value == '\r' && round % 3 == 0)
                    continue;
                if (!isSpace || !expectedAfter)
                    expected.Add(isSpace ? (byte)32 : (byte)char.ToLowerInvariant((char)value));
                expectedAfter = isSpace;
            }

            var output = new byte[text.Length];
            var count = TextSqueezer.Squeeze(text, output, round % 3 == 0, ref after);
            Assert.Equal(expected, output[..count]);
            Assert.Equal(expectedAfter, after);
        }
    }

    [Fact]
    public void Scripts_lose_their_white_space()
    {
        var random = new Random(8);
        for (var round = 0; round < 2_000; round++)
        {
            var text = Text(random, round).Where(value => value is >= 32 and <= 127 or >= 9 and <= 13).ToArray();
            var output = new byte[text.Length];
            var count = TextSqueezer.Strip(text, output);
            Assert.Equal(
                string.Concat(Encoding.Latin1.GetString(text).ToLowerInvariant().Replace('\'', '"').Where(letter => letter is not (' ' or >= '\t' and <= '\r'))),
                Encoding.Latin1.GetString(output, 0, count));
        }
    }

    /// <summary>Of many proportions of white space and of what is dropped.</summary>
    private static byte[] Text(Random random, int round)
    {
        var text = new byte[random.Next(300)];
        random.NextBytes(text);
        for (var i = 0; i < text.Length; i++)
        {
            if (random.Next(4) < round % 5)
                text[i] = random.Next(3) switch { 0 => (byte)' ', 1 => (byte)random.Next(8, 15), _ => (byte)random.Next(32, 128) };
        }

        return text;
    }
}
