using Perisai.Engine.Matching;

namespace Perisai.Engine.Tests.Matching;

public sealed unsafe class PrefilterTests
{
    [Theory]
    [InlineData((int)GramGroup.Long)]
    [InlineData((int)GramGroup.Short)]
    [InlineData((int)GramGroup.Tiny)]
    [InlineData((int)GramGroup.Single)]
    public void Every_kernel_finds_the_same_candidates_at_every_length(int groupNumber)
    {
        var group = (GramGroup)groupNumber;
        var random = new Random(20261124);
        var text = new byte[1200];
        random.NextBytes(text);
        // Few values, so that grams repeat and the bitmap is hit often.
        for (var i = 0; i < text.Length; i++)
            text[i] = (byte)"aB0\0"[text[i] & 3];
        var words = new uint[1 << GramBitmap.Log2Words(group, 64)];
        for (var i = 0; i < 64; i++)
            GramBitmap.Add(words, group, Gram.Key(text.AsSpan(random.Next(text.Length - 8)), GramGroups.GramLength(group)));
        for (var length = 0; length < 300; length++)
        {
            // The text ends at an inaccessible page: a kernel that reads over the end kills the test.
            using var guarded = GuardedMemory.Allocate(text.AsSpan(0, length), atEnd: true);
            fixed (byte* pointer = guarded.Span)
            {
                var expected = Naive(group, text.AsSpan(0, length), words);
                foreach (var kernel in Kernels())
                    Assert.Equal(expected, Scan(group, kernel, pointer, length, words, 4096));
            }
        }
    }

    [Theory]
    [InlineData(3)]
    [InlineData(40)]
    [InlineData(3000)]
    public void Every_kernel_finds_the_same_grams_of_two_bytes_however_many_there_are(int grams)
    {
        var random = new Random(grams);
        var text = new byte[20_000];
        random.NextBytes(text);
        var words = new uint[1 << GramBitmap.Log2Words(GramGroup.Tiny, grams)];
        for (var i = 0; i < grams; i++)
            GramBitmap.Add(words, GramGroup.Tiny, Gram.Key((ulong)random.NextInt64(), 2));
        var expected = Naive(GramGroup.Tiny, text, words);
        Assert.NotEmpty(expected);
        fixed (byte* pointer = text)
        {
            foreach (var kernel in Kernels())
                Assert.Equal(expected, Scan(GramGroup.Tiny, kernel, pointer, text.Length, words, 4096));
        }
    }

    [Fact]
    public void A_full_buffer_stops_the_kernel_and_it_goes_on_from_there()
    {
        var text = new byte[10_000];
        var words = new uint[1 << GramBitmap.MinimumLog2Words];
        words.AsSpan().Fill(uint.MaxValue);
        fixed (byte* pointer = text)
        {
            foreach (var kernel in Kernels())
                Assert.Equal(Naive(GramGroup.Long, text, words), Scan(GramGroup.Long, kernel, pointer, text.Length, words, 256));
        }
    }

    [Fact]
    public void A_small_bitmap_spread_over_a_large_one_holds_the_same_grams()
    {
        var random = new Random(1);
        var small = new uint[1 << 10];
        var large = new uint[1 << 14];
        var keys = Enumerable.Range(0, 500).Select(_ => Gram.Key((ulong)random.NextInt64(), 6)).ToArray();
        foreach (var key in keys)
            GramBitmap.Add(small, GramGroup.Long, key);
        GramBitmap.SpreadInto(small, large);
        Assert.All(keys, key => Assert.True(GramBitmap.Contains(large, GramGroup.Long, key)));
        for (var i = 0; i < 100_000; i++)
        {
            var key = Gram.Key((ulong)random.NextInt64(), 6);
            Assert.Equal(GramBitmap.Contains(small, GramGroup.Long, key), GramBitmap.Contains(large, GramGroup.Long, key));
        }
    }

    private static IEnumerable<Prefilter.Kernel> Kernels() => Enum.GetValues<Prefilter.Kernel>().Where(Prefilter.IsSupported);

    private static List<int> Naive(GramGroup group, ReadOnlySpan<byte> text, uint[] words)
    {
        var found = new List<int>();
        var length = GramGroups.GramLength(group);
        for (var i = 0; i + length <= text.Length; i += GramGroups.Step(group))
        {
            if (GramBitmap.Contains(words, group, Gram.Key(text[i..], length)))
                found.Add(i);
        }

        return found;
    }

    private static List<int> Scan(GramGroup group, Prefilter.Kernel kernel, byte* text, int length, uint[] words, int capacity)
    {
        var found = new List<int>();
        var candidates = new int[capacity];
        var tables = stackalloc byte[TinyGramTables.Length];
        fixed (uint* wordsPointer = words)
        fixed (int* pointer = candidates)
        {
            if (group == GramGroup.Tiny)
                TinyGramTables.Build(wordsPointer, tables);
            var bitmap = new BitmapView((nint)wordsPointer, System.Numerics.BitOperations.Log2((uint)words.Length), (nint)tables);
            var from = 0;
            while (true)
            {
                var count = 0;
                var next = Prefilter.Scan(group, kernel, text, length, from, length, bitmap, pointer, capacity, ref count);
                found.AddRange(candidates.Take(count));
                if (next > length - GramGroups.GramLength(group) || next == from)
                    return found;
                from = next;
            }
        }
    }
}
