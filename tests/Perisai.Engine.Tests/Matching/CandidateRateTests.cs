using System.Globalization;
using Perisai.Engine.Definitions.Compilation;
using Perisai.Engine.Definitions.Ir;
using Perisai.Engine.Matching;

namespace Perisai.Engine.Tests.Matching;

/// <summary>
/// The matcher's speed is decided by how many offsets each stage lets through. Times depend on the machine and these numbers do not: the
/// text and the patterns come from one seed. A change that lets more through must give its reason and change the numbers here.
/// </summary>
public sealed class CandidateRateTests
{
    private const int TextLength = 4 << 20;

    [Theory]
    [InlineData(1_000, 0.40, 0.27, 0.001)]
    [InlineData(10_000, 1.36, 1.19, 0.007)]
    [InlineData(50_000, 2.78, 2.55, 0.028)]
    public void Each_stage_lets_through_no_more_than_it_did(int count, double first, double second, double compared)
    {
        using var directory = new TemporaryDirectory();
        var path = directory.File("literals.psg");
        var compiler = new DefinitionCompiler();
        var source = new StructuredText(1).Make(TextLength);
        var random = new Random(2);
        for (var i = 0; i < count; i++)
            compiler.Add(Definition(Pattern(random, source), i));
        compiler.Write(path, DateTimeOffset.UnixEpoch);
        using var definitions = DefinitionSet.Open(path);
        var text = new StructuredText(3).Make(TextLength);
        foreach (var kernel in Enum.GetValues<Prefilter.Kernel>().Where(Prefilter.IsSupported))
        {
            using var matcher = new PatternMatcher(definitions.Patterns, kernel);
            matcher.Begin(0);
            matcher.Scan(text, 0, 0, text.Length, endsObject: true, new Ignore());
            var (stage1, stage2, pieces) = matcher.Counters;
            double[] rates = [100.0 * stage1 / text.Length, 100.0 * stage2 / text.Length, 100.0 * pieces / text.Length];
            double[] limits = [first, second, compared];
            Assert.True(
                rates.Zip(limits).All(pair => pair.First <= pair.Second) && stage1 > 0,
                string.Create(CultureInfo.InvariantCulture, $"{kernel}: {string.Join(" / ", rates.Select(rate => rate.ToString("0.000", CultureInfo.InvariantCulture)))} %"));
        }
    }

    /// <summary>A slice of 8 to 64 bytes with one byte changed, as patterns of real databases resemble clean files.</summary>
    private static byte[] Pattern(Random random, byte[] source)
    {
        while (true)
        {
            var length = random.Next(8, 65);
            var pattern = source.AsSpan(random.Next(source.Length - length), length).ToArray();
            if (pattern.Distinct().Count() < Math.Min(7, length * 2 / 3))
                continue;
            pattern[random.Next(length)] ^= (byte)random.Next(1, 256);
            return pattern;
        }
    }

    private static Definition Definition(byte[] pattern, int number) => new()
    {
        Name = $"Literal.{number}",
        Location = new("literals", number + 1),
        Subpatterns = [new BytePattern(
            [new MaskedBytes([.. pattern], [.. Enumerable.Repeat((byte)0xFF, pattern.Length)])], PatternModifiers.None, OffsetConstraint.Anywhere)],
        Condition = new MatchCount([0], ComparisonOperator.Greater, 0),
    };

    private sealed class Ignore : IPatternSink
    {
        public void OnMatch(int segment, uint pattern, long start, long end)
        {
        }
    }

    /// <summary>
    /// Bytes with the habits of program files: instructions of few forms with changing operands, tables of small numbers, runs of zeros, words.
    /// The forms are the same for every seed, so that one text's patterns resemble another's.
    /// </summary>
    private sealed class StructuredText(int seed)
    {
        private static readonly byte[][] Forms = MakeForms();
        private readonly Random _random = new(seed);

        public byte[] Make(int length)
        {
            var text = new List<byte>(length + 64);
            while (text.Count < length)
            {
                switch (_random.Next(10))
                {
                    case < 6:
                        for (var i = 0; i < 40; i++)
                            Instruction(text);
                        break;
                    case < 8:
                        for (var i = 0; i < 16; i++)
                            text.AddRange(BitConverter.GetBytes(_random.Next(1 << _random.Next(2, 20))));
                        break;
                    case 8:
                        text.AddRange(new byte[_random.Next(4, 64)]);
                        break;
                    default:
                        for (var i = 0; i < 8; i++)
                        {
                            text.AddRange(Forms[Common()].Select(value => (byte)('a' + (value % 26))));
                            text.Add((byte)'_');
                        }

                        break;
                }
            }

            return [.. text.Take(length)];
        }

        private void Instruction(List<byte> text)
        {
            text.AddRange(Forms[Common()]);
            if (_random.Next(3) == 0)
                text.Add((byte)(_random.Next(16) * 8));
            else if (_random.Next(3) == 0)
                text.AddRange(BitConverter.GetBytes(_random.Next(1 << 16)));
        }

        private int Common() => _random.Next(_random.Next(1, Forms.Length));

        private static byte[][] MakeForms()
        {
            var random = new Random(0);
            return [.. Enumerable.Range(0, 600).Select(_ =>
            {
                var form = new byte[random.Next(2, 6)];
                random.NextBytes(form);
                return form;
            })];
        }
    }
}
