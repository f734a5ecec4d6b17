using Perisai.Engine.Containers;

namespace Perisai.Engine.Tests.Containers;

/// <summary>Runs a reader over bytes as the scanner would, and over damaged versions of them.</summary>
internal static class ReaderRun
{
    /// <summary>Limits for damaged input: small enough that an endless loop or a bomb is seen as such.</summary>
    private static readonly ScanLimits _tight = ScanLimits.Default with
    {
        MaxProducedBytes = 64 << 20,
        MaxObjects = 5000,
        MaxTime = TimeSpan.FromSeconds(30),
    };

    public static RecordingSink Read(this IContainerReader reader, byte[] bytes, params string[] passwords)
    {
        var sink = new RecordingSink(null, passwords);
        reader.Read(new MemoryByteSource(bytes), sink);
        return sink;
    }

    /// <summary>All files came out, byte for byte, under names that end with theirs.</summary>
    public static void AssertHolds(this RecordingSink sink, IReadOnlyDictionary<string, byte[]> files, bool names = true)
    {
        foreach (var (name, content) in files)
        {
            var found = sink.Members.Where(m => m.Content.AsSpan().SequenceEqual(content)).ToList();
            Assert.True(found.Count > 0, $"{name} is missing; members: {string.Join(", ", sink.Members.Select(m => $"{m.Name}:{m.Content.Length}"))}; "
                + $"faults: {string.Join(", ", sink.Faults)}; not scanned: {string.Join(", ", sink.NotScanned)}");
            if (names)
                Assert.Contains(found, m => m.Name == name || m.Name.EndsWith("/" + name, StringComparison.Ordinal));
        }
    }

    public static void AssertClean(this RecordingSink sink)
    {
        Assert.Empty(sink.Faults);
        Assert.Empty(sink.NotScanned);
    }

    /// <summary>
    /// Truncates at 200 places and flips bytes 200 times with fixed seeds. Nothing may be thrown, and the reader must come to an
    /// end well within its time.
    /// </summary>
    public static void AssertSurvivesDamage(this IContainerReader reader, byte[] sample, int seed, params string[] passwords)
    {
        for (var place = 0; place < 200; place++)
            ReadDamaged(reader, sample[..(int)((long)sample.Length * place / 200)], passwords, $"cut at {place}/200");
        var random = new Random(seed);
        for (var round = 0; round < 200; round++)
        {
            var copy = sample.ToArray();
            for (var flips = random.Next(1, 8); flips > 0; flips--)
            {
                // Half of them near the ends, where headers are.
                var span = random.Next(2) == 0 ? copy.Length : Math.Min(copy.Length, 512);
                var at = random.Next(span);
                copy[random.Next(2) == 0 ? at : copy.Length - 1 - at] = (byte)random.Next(256);
            }

            ReadDamaged(reader, copy, passwords, $"seed {seed}, round {round}");
        }
    }

    private static void ReadDamaged(IContainerReader reader, byte[] bytes, string[] passwords, string what)
    {
        var sink = new RecordingSink(_tight, passwords);
        try
        {
            reader.Read(new MemoryByteSource(bytes), sink);
        }
        catch (Exception exception)
        {
            Assert.Fail($"{what}: {exception}");
        }

        Assert.NotEqual(BudgetLimit.Time, sink.Budget.Exhausted);
    }
}
