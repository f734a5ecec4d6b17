namespace Perisai.Engine.Tests.Containers.Hostile;

/// <summary>
/// Damaged versions of every container through the public scanner. Nothing is thrown, nothing is lost without a word, the memory stays
/// bounded, and the next root is scanned as if nothing had been.
/// </summary>
public sealed class MalformedContainerTests : IDisposable
{
    private const int Cuts = 200;
    private const int Mutants = 300;

    /// <summary>What one scan may allocate, buffers that are pooled included when they are first made.</summary>
    private const long MaxAllocated = 300 << 20;

    private static readonly ScanOptions _options = new()
    {
        AllMatches = true,
        Limits = ScanLimits.Default with { MaxTime = TimeSpan.FromSeconds(60), MaxProducedBytes = 256 << 20 },
    };

    private readonly MarkerDefinitions _definitions = new();
    private readonly Scanner _scanner;

    public MalformedContainerTests() => _scanner = new(_definitions.Set, _options);

    public static TheoryData<string> Formats => [.. ContainerSamples.All.Keys];

    public void Dispose()
    {
        _scanner.Dispose();
        _definitions.Dispose();
    }

    [Theory]
    [MemberData(nameof(Formats))]
    public void AWholeSampleIsDetectedInsideAndNothingElseIsSaid(string format)
    {
        var report = Scan(ContainerSamples.Build(format), format);
        Assert.Equal(ContainerSamples.All[format].Type, report.Type);
        Assert.Contains(report.Findings, finding => finding is Detection { Path.Length: > 1 });
        Assert.DoesNotContain(report.Findings, finding => finding is not Detection && !(finding is Observation && ContainerSamples.All[format].HasObservations));
    }

    /// <summary>What a cut loses is reported: as not scanned, or at least as a fault where the format cannot tell a cut from its end.</summary>
    [Theory]
    [MemberData(nameof(Formats))]
    public void ACutIsNeverSilent(string format)
    {
        var sample = ContainerSamples.Build(format);
        var type = ContainerSamples.All[format].Type;
        var endIsOptional = ContainerSamples.All[format].EndIsOptional;
        var mayEndBefore = ContainerSamples.All[format].MayEndBefore(sample);
        var silent = new List<string>();
        for (var place = 0; place < Cuts; place++)
        {
            var length = (int)((long)sample.Length * place / Cuts);
            var report = Scan(sample[..length], $"{format} cut at {length}");
            var isReported = report.Verdict != Verdict.Clean || endIsOptional && report.Findings.OfType<Malformation>().Any();
            if (report.Type == type && length >= mayEndBefore && !isReported)
                silent.Add($"{length} of {sample.Length}: {string.Join(", ", report.Findings.OfType<Malformation>().Select(found => found.Fault))}");
        }

        Assert.True(silent.Count == 0, $"silent: {string.Join(", ", silent)}");
        AssertNextRootIsScanned();
    }

    [Theory]
    [MemberData(nameof(Formats))]
    public void ChangedBytesAreSurvived(string format)
    {
        var sample = ContainerSamples.Build(format);
        var (type, hasChecksums, _) = ContainerSamples.All[format];
        var silent = new List<string>();
        for (var seed = 0; seed < Mutants; seed++)
        {
            var mutant = Mutate(sample, seed);
            var report = Scan(mutant, $"{format}, seed {seed}");
            if (hasChecksums && report.Type == type && !IsDetected(report) && report.Findings.IsEmpty)
                silent.Add($"{seed}");
        }

        Assert.True(silent.Count == 0, $"silent: {string.Join(", ", silent)}");
        AssertNextRootIsScanned();
    }

    private static byte[] Mutate(byte[] sample, int seed)
    {
        var random = new Random(seed);
        var copy = sample.ToArray();
        for (var changes = random.Next(1, 8); changes > 0; changes--)
        {
            // Half of them near the ends, where headers are.
            var at = random.Next(random.Next(2) == 0 ? copy.Length : Math.Min(copy.Length, 512));
            copy[random.Next(2) == 0 ? at : copy.Length - 1 - at] = random.Next(3) switch
            {
                0 => 0xFF,
                1 => (byte)(copy[at] ^ 1 << random.Next(8)),
                _ => (byte)random.Next(256),
            };
        }

        return copy;
    }

    private static bool IsDetected(ScanReport report) => report.Findings.Any(finding => finding is Detection);

    private ScanReport Scan(byte[] bytes, string name)
    {
        using var source = new MemoryByteSource(bytes);
        var before = GC.GetAllocatedBytesForCurrentThread();
        try
        {
            var report = _scanner.Scan(source, name);
            Assert.DoesNotContain(report.Findings, finding => finding is NotScanned { Reason: NotScannedReason.ReaderFailed } or NotScanned { Limit: BudgetLimit.Time });
            var allocated = GC.GetAllocatedBytesForCurrentThread() - before;
            Assert.True(allocated < MaxAllocated, $"{name}: {allocated} bytes allocated");
            return report;
        }
        catch (Exception exception) when (exception is not Xunit.Sdk.XunitException)
        {
            throw new InvalidOperationException($"{name}: {exception.Message}", exception);
        }
    }

    private void AssertNextRootIsScanned()
    {
        Assert.True(IsDetected(Scan([.. "before "u8, .. MarkerDefinitions.Marker, .. " behind"u8], "next")));
        Assert.Equal(Verdict.Clean, Scan("nothing here"u8.ToArray(), "last").Verdict);
    }
}
