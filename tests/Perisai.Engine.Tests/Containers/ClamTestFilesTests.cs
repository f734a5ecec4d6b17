using System.Security.Cryptography;
using System.Text;

namespace Perisai.Engine.Tests.Containers;

/// <summary>The digest of clam.exe is found in what holds it, byte for byte, as clamscan finds it.</summary>
public sealed class ClamTestFilesTests
{
    [Theory]
    [InlineData("clam.exe.szdd")]
    [InlineData("clam.exe.binhex")]
    [InlineData("clam.arj")]
    [InlineData("clam.chm")]
    [InlineData("clam.sis")]
    [InlineData("clam.ea05.exe")]
    [InlineData("clam.ea06.exe")]
    [InlineData("clam-nsis.exe")]
    [InlineData("clam_IScab_ext.exe")]
    [InlineData("clam_IScab_int.exe")]
    [InlineData("clam_ISmsi_ext.exe")]
    public void HoldClamExe(string name)
    {
        var bytes = ClamTestFiles.Read(name);
        var report = Scan(bytes, name);
        Assert.Contains(report.Findings, finding => finding is Detection { Path.Length: > 1 });
        // The installer package in one of them is a compound file, which is another reader's business.
        var damaged = report.Findings.OfType<NotScanned>().Where(finding => finding.Reason is NotScannedReason.Damaged or NotScannedReason.ReaderFailed && !finding.Path.Contains("clam.msi"));
        Assert.Empty(damaged.Select(finding => $"{finding.DisplayPath}: {finding.Detail}"));
    }

    private static ScanReport Scan(byte[] bytes, string name)
    {
        using var work = new WorkFolder();
        var clam = ClamTestFiles.Read("clam.exe");
        work.Write("clam.hdb", Encoding.ASCII.GetBytes($"{Convert.ToHexStringLower(MD5.HashData(clam))}:{clam.Length}:Test.Clam\n"));
        var builder = new DefinitionBuilder();
        builder.Add(work.Path("clam.hdb"));
        using var definitions = builder.BuildTemporary(out _);
        using var scanner = new Scanner(definitions, new ScanOptions { AllMatches = true });
        return scanner.Scan(new MemoryByteSource(bytes), name);
    }
}
