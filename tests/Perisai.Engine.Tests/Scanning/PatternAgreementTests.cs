using System.Collections.Immutable;
using Perisai.Engine.Definitions.Compilation;
using Perisai.Engine.Definitions.Ir;

namespace Perisai.Engine.Tests.Scanning;

/// <summary>Compiled patterns against the obvious implementation, in memory and in windows.</summary>
public sealed class PatternAgreementTests
{
    private const int TextLength = 140_000;

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public void Random_patterns_match_where_the_naive_search_says(int seed)
    {
        var random = new Random(seed);
        var text = MakeText(random);
        var patterns = Enumerable.Range(0, 150).Select(_ => MakePattern(random, text)).ToList();
        using var directory = new TemporaryDirectory();
        var path = directory.File("test.psg");
        var compiler = new DefinitionCompiler();
        for (var i = 0; i < patterns.Count; i++)
        {
            compiler.Add(new Definition
            {
                Name = $"P{i}",
                Location = new("test", i + 1),
                Subpatterns = [patterns[i]],
                Condition = new MatchCount([0], ComparisonOperator.Greater, 0),
            });
        }

        compiler.Write(path, DateTimeOffset.UnixEpoch);
        Assert.Empty(compiler.Unsupported);
        using var definitions = DefinitionSet.Open(path);
        using var scanner = new Scanner(definitions, new ScanOptions { AllMatches = true });
        var expected = Enumerable.Range(0, patterns.Count).Where(i => NaiveSearch.IsMatch(patterns[i], text)).Select(i => $"P{i}").ToHashSet();
        Assert.True(expected.Count is > 25 and < 150, $"a test that can tell: {expected.Count}");
        foreach (var source in new ByteSource[] { new MemoryByteSource(text), new OpaqueSource(text) })
        {
            var report = scanner.Scan(source, "text");
            var found = report.Findings.OfType<Detection>().Select(detection => detection.Name).ToHashSet();
            Assert.Equal(expected.Order(), found.Order());
        }
    }

    private static byte[] MakeText(Random random)
    {
        var text = new byte[TextLength];
        random.NextBytes(text);
        for (var i = 0; i < text.Length; i++)
        {
            if ((i / 5000) % 2 == 0)
                text[i] = (byte)"abcdEFGH 12\r\n.\0\0"[text[i] & 15];
        }

        return text;
    }

    private static BytePattern MakePattern(Random random, byte[] text)
    {
        // A slice of the text, perhaps near a window's edge, turned into a pattern that still matches there; half are then spoilt.
        var length = random.Next(2, 60);
        var at = random.Next(3) == 0 ? (131072) - random.Next(80) : random.Next(text.Length - length);
        var elements = ImmutableArray.CreateBuilder<PatternElement>();
        var modifiers = random.Next(4) == 0 ? PatternModifiers.NoCase : PatternModifiers.None;
        var i = at;
        while (i < at + length)
        {
            var run = Math.Min(random.Next(2, 20), at + length - i);
            if (run < 2)
                break;
            elements.Add(MakeBytes(random, text.AsSpan(i, run), modifiers));
            i += run;
            if (i + 4 >= at + length)
                break;
            switch (random.Next(6))
            {
                case 0:
                    elements.Add(new Gap(random.Next(2), random.Next(2, 40)));
                    i += elements[^1] is Gap gap ? gap.Minimum : 0;
                    break;
                case 1:
                    elements.Add(random.Next(2) == 0 ? new Gap(0, null) : new Gap(0, 1000));
                    i += random.Next(2);
                    break;
                case 2:
                    var other = MakeBytes(random, [(byte)random.Next(256)], PatternModifiers.None);
                    var right = MakeBytes(random, text.AsSpan(i, 1), PatternModifiers.None);
                    elements.Add(new Alternation([[other], [right]], Negated: false));
                    i++;
                    break;
                case 3:
                    elements.Add(new Alternation([[MakeBytes(random, [(byte)~text[i]], PatternModifiers.None)]], Negated: true));
                    i++;
                    break;
                case 4:
                    elements.Add(new Alternation(
                        [[MakeBytes(random, text.AsSpan(i, 2), PatternModifiers.None)], [MakeBytes(random, [1, 2, 3], PatternModifiers.None)]], Negated: false));
                    i += 2;
                    break;
            }
        }

        while (elements.Count > 0 && elements[^1] is not MaskedBytes { Values.Length: >= 2 })
            elements.RemoveAt(elements.Count - 1);
        if (random.Next(3) == 0 && elements.Count > 0 && elements[0] is MaskedBytes first)
            elements[0] = first with { Values = first.Values.SetItem(0, (byte)(first.Values[0] ^ 0x41 & first.Masks[0])) };
        return elements.Count == 0 ? MakePattern(random, text) : new(elements.ToImmutable(), modifiers, OffsetConstraint.Anywhere);
    }

    private static MaskedBytes MakeBytes(Random random, ReadOnlySpan<byte> bytes, PatternModifiers modifiers)
    {
        var values = bytes.ToArray();
        var masks = Enumerable.Repeat((byte)0xFF, values.Length).ToArray();
        for (var i = 0; i < values.Length; i++)
        {
            if (modifiers.HasFlag(PatternModifiers.NoCase) && char.IsAsciiLetter((char)values[i]) && random.Next(2) == 0)
                values[i] ^= 0x20;
            if (i >= 2 && random.Next(10) == 0)
                masks[i] = random.Next(3) switch { 0 => 0, 1 => 0xF0, _ => 0x0F };
            values[i] &= masks[i];
        }

        return new([.. values], [.. masks]);
    }

    /// <summary>Bytes that do not admit to lie in memory, so that the scanner slides its window.</summary>
    private sealed class OpaqueSource(byte[] bytes) : ByteSource
    {
        private readonly MemoryByteSource _inner = new(bytes);

        public override long Length => Math.Max(_inner.Length, (4 << 20) + 1);

        public override int Read(long offset, Span<byte> destination) => _inner.Read(offset, destination);
    }
}
