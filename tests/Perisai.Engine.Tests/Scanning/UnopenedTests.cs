namespace Perisai.Engine.Tests.Scanning;

/// <summary>What holds other objects and is not opened yet is never called clean.</summary>
public sealed class UnopenedTests
{
    public static TheoryData<FileType, byte[]> Documents => new()
    {
        { FileType.Rtf, "{\\rtf1\\ansi text}"u8.ToArray() },
        { FileType.Pdf, "%PDF-1.7\n1 0 obj\n"u8.ToArray() },
        { FileType.Swf, [.. "CWS"u8, 10, 100, 0, 0, 0, 0x78, 0x9C, .. new byte[40]] },
        { FileType.Swf, [.. "ZWS"u8, 13, 100, 0, 0, 0, 20, 0, 0, 0, 0x5D, 0, 0, 0x10, 0, .. new byte[40]] },
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
        var report = Scan([.. "FWS"u8, 10, 100, 0, 0, 0, 0x78, 0, 5, 0x5F, 0, 0, 15, 0xA0, .. new byte[80]]);
        Assert.Equal((FileType.Swf, Verdict.Clean), (report.Type, report.Verdict));
    }

    private static ScanReport Scan(byte[] content)
    {
        using var definitions = new DefinitionBuilder { IncludeBuiltIn = true }.BuildTemporary(out _);
        using var scanner = new Scanner(definitions);
        return scanner.Scan(new MemoryByteSource(content), "root");
    }
}
