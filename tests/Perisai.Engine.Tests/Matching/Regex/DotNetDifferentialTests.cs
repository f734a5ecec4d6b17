using System.Text;
using System.Text.RegularExpressions;
using Perisai.Engine.Matching.Regex;
using DotNetRegex = System.Text.RegularExpressions.Regex;

namespace Perisai.Engine.Tests.Matching.Regex;

/// <summary>
/// The engine against .NET's own, on the part of the language on which both agree: ASCII input, no multiline mode (.NET sees a line after
/// the last newline), no quantified group that can match nothing (they end such loops differently).
/// </summary>
public sealed class DotNetDifferentialTests
{
    [Theory]
    [InlineData(101, 4)]
    [InlineData(102, 8)]
    [InlineData(103, 16)]
    [InlineData(104, 30)]
    public void FindsWhatDotNetFinds(int seed, int size)
    {
        var random = new RandomExpressions(seed, portable: true);
        var wrong = new List<string>();
        int compared = 0, matched = 0;
        for (var i = 0; i < 2000 && wrong.Count < 10; i++)
        {
            var expression = random.Next(size);
            var options = (ByteRegexOptions)random.Below(4);
            var dotNetOptions = RegexOptions.CultureInvariant
                | (options.HasFlag(ByteRegexOptions.Caseless) ? RegexOptions.IgnoreCase : 0)
                | (options.HasFlag(ByteRegexOptions.DotAll) ? RegexOptions.Singleline : 0);
            DotNetRegex reference;
            try
            {
                reference = new DotNetRegex(expression, dotNetOptions, TimeSpan.FromSeconds(1));
            }
            catch (ArgumentException)
            {
                continue;
            }

            var regex = ByteRegex.Compile(expression, options);
            for (var k = 0; k < 4; k++)
            {
                var input = Array.FindAll(random.NextInput(24), value => value < 0x80);
                var start = random.Chance(70) ? 0 : random.Below(input.Length + 1);
                var budget = new ByteRegexBudget();
                var match = regex.Match(input, start, ref budget);
                if (match.IsUndecided)
                    continue;
                Match expected;
                try
                {
                    expected = reference.Match(Encoding.Latin1.GetString(input), start);
                }
                catch (RegexMatchTimeoutException)
                {
                    continue;
                }

                compared++;
                matched += match.Success ? 1 : 0;
                if (match.Success != expected.Success || (match.Success && (match.Start, match.Length) != (expected.Index, expected.Length)))
                {
                    wrong.Add($"/{expression}/ {options} on \"{DotNetRegex.Escape(Encoding.Latin1.GetString(input))}\" from {start}: "
                        + $".NET {(expected.Success ? $"{expected.Index},{expected.Length}" : "none")}, we {match}");
                    break;
                }
            }
        }

        Assert.True(wrong.Count == 0, string.Join("\n", wrong));
        Assert.True(compared > 4000 && matched > compared / 10, $"{compared} compared, {matched} matched: the generator has lost its bite.");
    }
}
