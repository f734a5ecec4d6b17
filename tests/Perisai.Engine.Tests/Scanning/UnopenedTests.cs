namespace Perisai.Engine.Tests.Scanning;

/// <summary>What holds other objects and is not opened yet is never called clean.</summary>
public sealed class UnopenedTests
{
    public static TheoryData<FileType, byte[]> Documents => new()
    {
        { FileType.StuffIt, [.. "SIT!"u8, 0, 1, 0, 0, 0, 100, .. "rLau"u8, .. new byte[90]] },
        { FileType.StuffIt, [.. "StuffIt (c)1997-2001 Aladdin Systems, Inc."u8, .. new byte[90]] },
        { FileType.Zoo, [.. "ZOO 2.10 Archive.\u001a\0\0"u8, 0xDC, 0xA7, 0xC4, 0xFD, .. new byte[60]] },
    };

    [Theory]
    [MemberData(nameof(Documents))]
    public void IsReportedAsPartlyNotScanned(FileType type, byte[] content)
    {
        var report = Scan(content);
        Assert.Equal((type, Verdict.NotScanned), (report.Type, report.Verdict));
        var finding = Assert.IsType<NotScanned>(Assert.Single(report.Findings));
        Assert.Equal((NotScannedReason.Unsupported, true), (finding.Reason, finding.IsPartial));
        Assert.Equal($"{type}: what it holds was not opened.", finding.Detail);
    }

    [Fact]
    public void PlainFlashHidesNothing()
    {
        var report = Scan([.. "FWS"u8, 10, 100, 0, 0, 0, 0x78, 0, 5, 0x5F, 0, 0, 15, 0xA0, .. new byte[84]]);
        Assert.Equal((FileType.Swf, Verdict.Clean), (report.Type, report.Verdict));
    }

    private static ScanReport Scan(byte[] content)
    {
        using var definitions = new DefinitionBuilder { IncludeBuiltIn = true }.BuildTemporary(out _);
        using var scanner = new Scanner(definitions);
        return scanner.Scan(new MemoryByteSource(content), "root");
    }
}
