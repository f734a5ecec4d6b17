using Perisai.Engine.Definitions.Ir;

namespace Perisai.Benchmarks;

/// <summary>
/// Literal patterns. The plain bodies of a database; or, harder than those, slices of files that are much like those that are searched, 8 to 64 bytes,
/// one byte changed, without the slices that repeat few bytes. Two of five come from the first corpus, two from the second and one from the third, as signatures are drawn from ELF files,
/// PE files and scripts; within a corpus, every file gives as many as any other. They come from its odd files, the even ones are searched.
/// </summary>
internal static class LiteralPatterns
{
    private static readonly int[] _mixture = [0, 0, 1, 1, 2];

    public static List<byte[]> Make(int count, IReadOnlyList<IReadOnlyList<byte[]>> corpora, int seed = 20261124)
    {
        var random = new Random(seed);
        var patterns = new List<byte[]>(count);
        while (patterns.Count < count)
        {
            var sources = corpora[_mixture[random.Next(_mixture.Length)] % corpora.Count];
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

    /// <summary>The bodies and subsignatures of at least eight bytes without anything but bytes, in an order that mixes files and kinds.</summary>
    public static List<byte[]> FromDatabase(string folder, int seed = 20261124)
    {
        var files = Directory.EnumerateFiles(folder).Where(path => Path.GetExtension(path) is ".ndb" or ".ldb").Order(StringComparer.Ordinal);
        var bodies = files.SelectMany(File.ReadLines).SelectMany(line => line.Split(':', ';'))
            .Where(field => field.Length >= 16 && field.Length % 2 == 0 && field.All(char.IsAsciiHexDigit)).Select(Convert.FromHexString).ToArray();
        new Random(seed).Shuffle(bodies);
        return [.. bodies];
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
