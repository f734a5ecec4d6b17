using System.IO.Compression;

namespace Perisai.Engine.Matching;

/// <summary>
/// How common grams are in clean files: 262,144 rows, one byte each, of folded four-byte grams by hash; the byte is eight times the
/// binary logarithm of the count per gibibyte. Made by <c>bench/train-grams</c> and kept as a resource of 200 kB; used only when
/// definitions are compiled. The choice of grams decides the matcher's speed (docs/design/matcher.md).
/// </summary>
internal sealed class GramFrequencies
{
    public const int Log2Rows = 18;
    private static readonly Lazy<GramFrequencies> Trained = new(Load);
    private static readonly double[] _counts = [.. Enumerable.Range(0, 256).Select(value => Math.Pow(2, value / 8.0))];
    private readonly byte[] _rows;

    public GramFrequencies(byte[] rows) => _rows = rows;

    /// <summary>The trained table.</summary>
    public static GramFrequencies Default => Trained.Value;

    public static int Row(uint foldedGram) => (int)(Gram.Hash4(foldedGram) >> (32 - Log2Rows));

    /// <summary>Estimated occurrences in a gibibyte: of a longer gram, those of the rarest four bytes in it.</summary>
    public double Estimate(ulong key, int length)
    {
        if (length < 4)
            return 1 << 24;
        var least = byte.MaxValue;
        for (var i = 0; i + 4 <= length; i++)
            least = Math.Min(least, _rows[Row((uint)(key >> (8 * i)))]);
        return _counts[least];
    }

    private static GramFrequencies Load()
    {
        using var stream = typeof(GramFrequencies).Assembly.GetManifestResourceStream("GramFrequencies.br")
            ?? throw new InvalidOperationException("The table of gram frequencies is missing from the assembly.");
        using var brotli = new BrotliStream(stream, CompressionMode.Decompress);
        var rows = new byte[1 << Log2Rows];
        brotli.ReadExactly(rows);
        return new(rows);
    }
}
