namespace Perisai.Engine.Tests.Containers.Hostile;

/// <summary>
/// Bombs through the public scanner with its default limits. Each has to end within the budget, with a finding that says so, in little memory,
/// and to leave nothing in the folder of temporary files.
/// </summary>
public sealed class BombTests : IDisposable
{
    /// <summary>What one scan may allocate, everything that was given back meanwhile included.</summary>
    private const long MaxAllocated = 300L << 20;

    /// <summary>What each object may allocate beyond that: the small things that make up a container, gone when the next one comes.</summary>
    private const long MaxAllocatedForObject = 16 << 10;

    private readonly MarkerDefinitions _definitions = new();
    private readonly Scanner _scanner;

    public BombTests() => _scanner = new(_definitions.Set);

    public void Dispose()
    {
        _scanner.Dispose();
        _definitions.Dispose();
    }

    [Fact]
    public void TenGigabytesOfZerosInGzip()
    {
        using var source = BombBuilder.GzipOfZeros(10_240);
        AssertEnds(source, BudgetLimit.ProducedBytes, BudgetLimit.ExpansionRatio);
    }

    [Fact]
    public void TenGigabytesOfZerosInXz()
    {
        using var work = new WorkFolder();
        var stream = work.RunWithInput(new byte[16 << 20], "xz", "-c", "-6");
        using var source = new RepeatingByteSource([], stream, 640, []);
        var report = AssertEnds(source, BudgetLimit.ProducedBytes, BudgetLimit.ExpansionRatio);
        Assert.Equal(Verdict.Suspicious, report.Verdict);
    }

    [Fact]
    public void ZerosInAnInstaller()
    {
        using var work = new WorkFolder();
        AssertEnds(Inno.InnoBuilder.Build(work, "lzma", true, 16, ("a", new byte[80 << 20])), BudgetLimit.ExpansionRatio);
    }

    [Fact]
    public void ZerosInArc()
    {
        using var work = new WorkFolder();
        work.Write("zeros", new byte[80 << 20]);
        work.Run("arc", "a", "out.arc", "zeros");
        AssertEnds(work.Bytes("out.arc"), BudgetLimit.ExpansionRatio);
    }

    [Fact]
    public void TenGigabytesOfZerosInPdf()
    {
        using var source = BombBuilder.ZlibOfZeros(
            10_240, [.. "%PDF-1.7\n1 0 obj\n<< /Type /EmbeddedFile /Filter /FlateDecode /Length 10500000 >>\nstream\n"u8], [.. "\nendstream\nendobj\ntrailer\n<< >>\n%%EOF\n"u8]);
        AssertEnds(source, BudgetLimit.ProducedBytes, BudgetLimit.ExpansionRatio);
    }

    [Fact]
    public void TenGigabytesOfZerosInFlash()
    {
        using var source = BombBuilder.ZlibOfZeros(10_240, [.. "CWS"u8, 6, 0xFF, 0xFF, 0xFF, 0x0F], []);
        AssertEnds(source, BudgetLimit.ProducedBytes, BudgetLimit.ExpansionRatio);
    }

    /// <summary>Filters on filters: each turns a kilobyte into a megabyte.</summary>
    [Fact]
    public void FiltersOnFiltersInPdf()
    {
        var data = new byte[64 << 20];
        for (var level = 0; level < 3; level++)
        {
            using var packed = new MemoryStream();
            using (var stream = new System.IO.Compression.ZLibStream(packed, System.IO.Compression.CompressionLevel.Optimal))
                stream.Write(data);
            data = packed.ToArray();
        }

        byte[] pdf = [.. System.Text.Encoding.ASCII.GetBytes(
            $"%PDF-1.7\n1 0 obj\n<< /Filter [{string.Concat(Enumerable.Repeat("/FlateDecode ", 3))}] /Length {data.Length} >>\nstream\n"), .. data, .. "\nendstream\nendobj\n"u8];
        using var scanner = new Scanner(_definitions.Set, new ScanOptions { Limits = ScanLimits.Default with { MaxProducedBytes = 8 << 20 } });
        using var source = new MemoryByteSource(pdf);
        Assert.Contains(scanner.Scan(source, "bomb").Findings, finding => finding is NotScanned { Limit: BudgetLimit.ProducedBytes or BudgetLimit.ExpansionRatio });
    }

    [Fact]
    public void AMillionZipsInZips() => AssertEnds(BombBuilder.NestedZip(levels: 6, copies: 16, zeros: 5000), BudgetLimit.Objects);

    [Fact]
    public void ZipWithOverlappingEntries()
    {
        var report = AssertEnds(BombBuilder.OverlappingZip(entries: 500, mebibytes: 4), BudgetLimit.None);
        Assert.Contains(report.Findings, finding => finding is Suspicion { Name: "Bomb.OverlappingEntries" });
    }

    [Fact]
    public void TarInTarInTar() => AssertEnds(BombBuilder.NestedTar(200), BudgetLimit.Depth);

    [Fact]
    public void GzipThatHoldsItself()
    {
        var quine = BombBuilder.GzipQuine();
        var sink = Perisai.Engine.Containers.Gzip.GzipReader.Instance.Read(quine);
        Assert.Equal(quine, Assert.Single(sink.Members).Content);
        var report = AssertEnds(quine, BudgetLimit.Depth);
        Assert.Equal(ScanLimits.Default.MaxDepth, report.ObjectCount - 1);
    }

    [Fact]
    public void ZipThatHoldsTheQuine() => AssertEnds(new Zip.ZipBuilder().Add("quine.gz", BombBuilder.GzipQuine()).ToArray(), BudgetLimit.Depth);

    [Fact]
    public void AMillionEmptyEntriesInZip() => AssertEnds(BombBuilder.FloodedZip(1_000_000), BudgetLimit.Objects);

    [Fact]
    public void AMillionEmptyEntriesInTar()
    {
        using var source = BombBuilder.FloodedTar(1_000_000);
        AssertEnds(source, BudgetLimit.Objects);
    }

    private ScanReport AssertEnds(byte[] bytes, params BudgetLimit[] limits)
    {
        using var source = new MemoryByteSource(bytes);
        return AssertEnds(source, limits);
    }

    private ScanReport AssertEnds(ByteSource source, params BudgetLimit[] limits)
    {
        var before = GC.GetAllocatedBytesForCurrentThread();
        var report = _scanner.Scan(source, "bomb");
        var allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        Assert.True(report.Verdict is Verdict.NotScanned or Verdict.Suspicious, $"{report.Verdict}");
        // On a machine that is slow or busy the time may end first.
        Assert.Contains(
            report.Findings,
            finding => finding is NotScanned { Reason: NotScannedReason.OverBudget } over && (over.Limit == BudgetLimit.Time || limits.Contains(over.Limit)));
        Assert.True(allocated < MaxAllocated + report.ObjectCount * MaxAllocatedForObject, $"{allocated} bytes were allocated.");
        Assert.True(report.ObjectCount <= ScanLimits.Default.MaxObjects);
        AssertNoTemporaryFiles();
        using var next = new MemoryByteSource(MarkerDefinitions.Marker);
        Assert.Equal(Verdict.Detected, _scanner.Scan(next, "next").Verdict);
        return report;
    }

    /// <summary>Temporary files lose their names as soon as they are made; those of other tests may be seen for that moment.</summary>
    private static void AssertNoTemporaryFiles()
    {
        var seen = Names();
        for (var attempt = 0; attempt < 20 && seen.Count > 0; attempt++)
        {
            Thread.Sleep(10);
            seen.IntersectWith(Names());
        }

        Assert.Empty(seen);

        static HashSet<string> Names() => [.. Directory.EnumerateFiles(Path.GetTempPath(), "perisai-*")];
    }
}
