using System.Text;
using Perisai.Engine.Matching.Regex;

namespace Perisai.Engine.Tests.Matching.Regex;

/// <summary>The engine against the PCRE2 of the system: what is accepted, what matches, and where every group matched.</summary>
public sealed class Pcre2DifferentialTests
{
    private static readonly int Expressions =
        int.TryParse(Environment.GetEnvironmentVariable("PERISAI_REGEX_EXPRESSIONS"), out var count) ? count : 4000;

    private const int StepLimit = 200_000;

    [Theory]
    [InlineData(1, 4)]
    [InlineData(2, 8)]
    [InlineData(3, 14)]
    [InlineData(4, 25)]
    [InlineData(5, 40)]
    public void FindsWhatPcre2Finds(int seed, int size)
    {
        Pcre2Library.SkipUnlessUsable();
        var random = new RandomExpressions(seed, portable: false);
        var wrong = new List<string>();
        int compared = 0, matched = 0;
        for (var i = 0; i < Expressions && wrong.Count < 10; i++)
        {
            var expression = random.Next(size);
            var options = (ByteRegexOptions)(random.Chance(50) ? 0 : random.Below(128) & (random.Chance(70) ? ~(int)ByteRegexOptions.Anchored : -1));
            Compare(expression, options, random, wrong, ref compared, ref matched);
        }

        Assert.True(wrong.Count == 0, string.Join("\n", wrong));
        Assert.True(compared > Expressions && matched > compared / 10, $"{compared} compared, {matched} matched: the generator has lost its bite.");
    }

    private static void Compare(
        string expression, ByteRegexOptions options, RandomExpressions random, List<string> wrong, ref int compared, ref int matched)
    {
        ByteRegex? regex = null, lean = null;
        var refusal = "";
        try
        {
            regex = ByteRegex.Compile(expression, options, keepGroups: true);
            lean = ByteRegex.Compile(expression, options);
        }
        catch (ByteRegexException exception)
        {
            refusal = exception.Message;
        }

        using var reference = Pcre2Library.Compile(Encoding.Latin1.GetBytes(expression), options, out var error);
        if (regex is null || lean is null || reference is null)
        {
            if (regex is null != reference is null)
                wrong.Add($"/{expression}/ {options}: PCRE2 {(reference is null ? $"error {error}" : "accepts")}, we {(regex is null ? refusal : "accept")}");
            return;
        }

        for (var i = 0; i < 4; i++)
        {
            var input = random.NextInput(24);
            var start = random.Chance(70) ? 0 : random.Below(input.Length + 1);
            var result = reference.Match(input, start, StepLimit, out var vector);
            var groups = new int[regex.GroupCount * 2];
            var budget = new ByteRegexBudget { StepsPerStart = StepLimit * 2 };
            var match = regex.Match(input, start, ref budget, groups);
            var leanMatch = lean.Match(input, start, ref budget);
            var expected = result switch
            {
                >= 0 => $"{vector[0]},{vector[1]}:{string.Join(' ', vector[2..])}",
                Pcre2Library.NoMatch => nameof(ByteRegexStatus.NoMatch),
                Pcre2Library.RecursionLoop => nameof(ByteRegexStatus.RecursionLoop),
                _ => null,
            };

            // Which starts are not tried at all is the engine's own affair: only there may one see an endless recursion and the other none.
            if (expected is null || match.IsUndecided || result == Pcre2Library.RecursionLoop)
                continue;
            compared++;
            matched += match.Success ? 1 : 0;
            var actual = match.Success
                ? $"{match.Start},{match.End}:{string.Join(' ', groups)}"
                : match.Status.ToString();
            if (actual != expected || leanMatch != match)
            {
                wrong.Add($"/{expression}/ {options} on \"{Escape(input)}\" from {start}: "
                    + $"PCRE2 {expected}, we {actual}, without groups {leanMatch}");
                return;
            }
        }
    }

    private static string Escape(byte[] input) =>
        string.Concat(input.Select(value => value is >= 32 and < 127 ? ((char)value).ToString() : $"\\x{value:x2}"));
}
