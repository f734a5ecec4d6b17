namespace Perisai.Engine.Tests.Containers.Hostile;

/// <summary>
/// Every container under limits that are too small for it, as a bomb is under those that we set: the scan ends, and whatever is not found any more is said to have
/// been left out.
/// </summary>
public sealed class LimitTests : IDisposable
{
    private static readonly (string Name, ScanLimits Limits)[] s_limits =
    [
        ("one object", ScanLimits.Default with { MaxObjects = 1 }),
        ("two objects", ScanLimits.Default with { MaxObjects = 2 }),
        ("no depth", ScanLimits.Default with { MaxDepth = 1 }),
        ("depth of two", ScanLimits.Default with { MaxDepth = 2 }),
        ("one byte", ScanLimits.Default with { MaxProducedBytes = 1 }),
        ("100 bytes", ScanLimits.Default with { MaxProducedBytes = 100 }),
        ("4000 bytes", ScanLimits.Default with { MaxProducedBytes = 4000 }),
        ("small members", ScanLimits.Default with { MaxObjectBytes = 64 }),
        ("no expansion", ScanLimits.Default with { MaxExpansionRatio = 1, RatioFloorBytes = 1 }),
        ("no memory", ScanLimits.Default with { MaxDecoderMemory = 8_000 }),
        ("some memory", ScanLimits.Default with { MaxDecoderMemory = 40_000 }),
        ("no time", ScanLimits.Default with { MaxTime = TimeSpan.FromTicks(1) }),
        ("nothing kept in memory", ScanLimits.Default with { SpoolMemoryBytes = 1 }),
    ];

    private readonly MarkerDefinitions _definitions = new();

    public static TheoryData<string> Formats => [.. ContainerSamples.All.Keys];

    public void Dispose() => _definitions.Dispose();

    [Theory]
    [MemberData(nameof(Formats))]
    public void WhatALimitLeavesOutIsSaid(string format)
    {
        var sample = ContainerSamples.Build(format);
        var whole = Found(Scan(sample, ScanLimits.Default));
        Assert.NotEmpty(whole);
        var silent = new List<string>();
        foreach (var (name, limits) in s_limits)
        {
            var report = Scan(sample, limits);
            Assert.DoesNotContain(report.Findings, finding => finding is NotScanned { Reason: NotScannedReason.ReaderFailed });
            // A part that cannot be read for want of memory may count as damaged.
            var isSaid = report.Findings.Any(finding => finding is NotScanned { Reason: NotScannedReason.OverBudget or NotScannedReason.Damaged });
            if (!whole.IsSubsetOf(Found(report)) && !isSaid)
                silent.Add($"{name}: {string.Join("; ", report.Findings.Select(finding => finding.ToString()))}");
        }

        Assert.True(silent.Count == 0, string.Join("\n", silent));
    }

    private static HashSet<string> Found(ScanReport report) =>
        [.. report.Findings.OfType<Detection>().Select(detection => string.Join(" > ", detection.Path))];

    private ScanReport Scan(byte[] bytes, ScanLimits limits)
    {
        using var scanner = new Scanner(_definitions.Set, new ScanOptions { AllMatches = true, Limits = limits });
        using var source = new MemoryByteSource(bytes);
        return scanner.Scan(source, "sample");
    }
}
