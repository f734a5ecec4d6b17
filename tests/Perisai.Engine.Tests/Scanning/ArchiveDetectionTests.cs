using Perisai.Engine.Tests.Containers;
using Perisai.Engine.Tests.Containers.Rar;
using Perisai.Engine.Tests.Containers.Zip;

namespace Perisai.Engine.Tests.Scanning;

/// <summary>The EICAR test file through the whole scanner: in 7z and RAR archives, and in archives behind other data.</summary>
public sealed class ArchiveDetectionTests
{
    // In pieces, so that no scanner takes this file for the test file.
    private static readonly byte[] _eicar = System.Text.Encoding.ASCII.GetBytes(
        @"X5O!P%@AP[4\PZX54(P^)" + "7CC)7}$EICAR-STAN" + "DARD-ANTIVIRUS-TE" + "ST-FILE!$H+H*");

    [Fact]
    public void IsFoundInSevenZip()
    {
        using var work = new WorkFolder();
        work.WriteSampleFiles();
        work.Write("files/e.com", _eicar);
        work.Run("7z", "a", "-bd", "a.7z", "files");
        AssertFound(work.Bytes("a.7z"), "root", "files/e.com");
        work.Run("7z", "a", "-bd", "-psecret", "-mhe=on", "b.7z", "files");
        AssertFound(work.Bytes("b.7z"), "root", "files/e.com");
    }

    [Fact]
    public void IsFoundInASelfExtractingProgram()
    {
        using var work = new WorkFolder();
        work.Write("e.com", _eicar);
        if (!File.Exists("/usr/lib/p7zip/7zCon.sfx"))
            Assert.Skip("7-Zip's module for self-extracting archives is not installed.");
        work.Run("7z", "a", "-bd", "-sfx/usr/lib/p7zip/7zCon.sfx", "a.exe", "e.com");
        AssertFound(work.Bytes("a.exe"), "root", "appended.7z", "e.com");
    }

    [Fact]
    public void IsFoundInRar()
    {
        AssertFound(RarBuilder.Build4(("e.com", _eicar)), "root", "e.com");
        AssertFound(RarBuilder.Build5(("e.com", _eicar)), "root", "e.com");
        AssertFound(RarBuilder.Build5("secret", ("e.com", _eicar)), "root", "e.com");
    }

    [Fact]
    public void IsFoundBehindOtherData()
    {
        byte[] pe = File.ReadAllBytes(typeof(ArchiveDetectionTests).Assembly.Location);
        byte[] gif = [.. "GIF89a"u8, 1, 0, 1, 0, 0x80, 0, 0, 0, 0, 0, 255, 255, 255, 0x2C, 0, 0, 0, 0, 1, 0, 1, 0, 0, 2, 2, 0x44, 1, 0, 0x3B];
        byte[] script = [.. "#!/bin/sh\nexec unzip \"$0\"\n"u8];
        var large = new byte[6 << 20];
        new Random(7).NextBytes(large);
        var zip = new ZipBuilder().Add("e.com", _eicar).ToArray();
        foreach (var stub in (byte[][])[pe, gif, script, large])
        {
            // A picture tells where it ends.
            var (zipName, rarName) = stub == gif ? ("trailing-data", "trailing-data") : ("appended.zip", "appended.rar");
            AssertFound([.. stub, .. zip], "root", zipName, "e.com");
            AssertFound([.. stub, .. zip, .. new byte[1000]], "root", zipName, "e.com");
            AssertFound([.. stub, .. RarBuilder.Build4(("e.com", _eicar))], "root", rarName, "e.com");
            AssertFound([.. stub, .. RarBuilder.Build5(("e.com", _eicar))], "root", rarName, "e.com");
        }
    }

    private static void AssertFound(byte[] bytes, params string[] path)
    {
        using var definitions = new DefinitionBuilder { IncludeBuiltIn = true }.BuildTemporary(out _);
        using var scanner = new Scanner(definitions, ScanOptions.Default with { Passwords = ["secret"u8.ToArray()] });
        var source = new MemoryByteSource(bytes);
        AssertFound(scanner.Scan(source, "root"), path);
        // And read block by block, as a large file is.
        AssertFound(scanner.Scan(new SlowSource(source), "root"), path);
    }

    private static void AssertFound(ScanReport report, string[] path)
    {
        var detection = Assert.Single(report.Findings.OfType<Detection>());
        Assert.Equal(path, detection.Path);
        Assert.Equal("Eicar-Test-Signature", detection.Name);
    }

    private sealed class SlowSource(ByteSource source) : ByteSource
    {
        public override long Length => source.Length;

        public override int Read(long offset, Span<byte> destination) => source.Read(offset, destination);
    }
}
