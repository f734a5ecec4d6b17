using Perisai.Engine.Definitions.Ir;

namespace Perisai.Benchmarks;

/// <summary>
/// Literal patterns as they are in real databases: slices of program files and texts, 8 to 64 bytes, one byte changed, without the slices
/// that repeat few bytes. The files are those of the machine's own folders whose MD5 of the path is odd; corpora should be others.
/// </summary>
internal static class LiteralPatterns
{
    public static List<byte[]> Make(int count, IReadOnlyList<byte[]> sources, int seed = 20261124)
    {
        var random = new Random(seed);
        var patterns = new List<byte[]>(count);
        while (patterns.Count < count)
        {
            var source = sources[random.Next(sources.Count)];
            var length = random.Next(8, 65);
            if (source.Length <= length)
                continue;
            var pattern = source.AsSpan(random.Next(source.Length - length), length).ToArray();
            if (pattern.Distinct().Count() < Math.Min(7, length * 2 / 3))
                continue;
            pattern[random.Next(length)] ^= (byte)random.Next(1, 256);
            patterns.Add(pattern);
        }

        return patterns;
    }

    public static Definition ToDefinition(byte[] pattern, int number) => new()
    {
        Name = $"Literal.{number}",
        Location = new("literals", number + 1),
        Subpatterns = [new BytePattern(
            [new MaskedBytes([.. pattern], [.. Enumerable.Repeat((byte)0xFF, pattern.Length)])], PatternModifiers.None, OffsetConstraint.Anywhere)],
        Condition = new MatchCount([0], ComparisonOperator.Greater, 0),
    };

    /// <summary>Training files: every odd file of a corpus folder; the even ones are searched.</summary>
    public static List<byte[]> Read(string folder, bool odd, long limit)
    {
        var files = Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal).ToArray();
        var result = new List<byte[]>();
        long total = 0;
        for (var i = odd ? 1 : 0; i < files.Length && total < limit; i += 2)
        {
            result.Add(File.ReadAllBytes(files[i]));
            total += result[^1].Length;
        }

        return result;
    }
}
