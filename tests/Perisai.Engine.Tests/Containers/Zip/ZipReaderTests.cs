using Perisai.Engine.Containers.Zip;

namespace Perisai.Engine.Tests.Containers.Zip;

/// <summary>Archives that real programs write.</summary>
public sealed class ZipReaderTests
{
    private const string TestFiles = "/usr/share/clamav-testfiles/";

    [Theory]
    [InlineData("-r")]
    [InlineData("-r", "-0")]
    [InlineData("-r", "-9")]
    [InlineData("-r", "-Z", "bzip2")]
    [InlineData("-r", "-fz")]
    public void ReadsWhatZipWrites(params string[] options)
    {
        using var work = new WorkFolder();
        var files = work.WriteSampleFiles();
        work.Run("zip", ["-q", .. options, "a.zip", "files"]);
        AssertReads(work.Bytes("a.zip"), files);
    }

    [Theory]
    [InlineData("Copy")]
    [InlineData("Deflate")]
    [InlineData("Deflate64")]
    [InlineData("BZip2")]
    [InlineData("LZMA")]
    [InlineData("PPMd")]
    public void ReadsWhatSevenZipWrites(string method)
    {
        using var work = new WorkFolder();
        var files = work.WriteSampleFiles();
        work.Run("7z", "a", "-tzip", $"-mm={method}", "a.zip", "files");
        AssertReads(work.Bytes("a.zip"), files);
    }

    [Fact]
    public void ReadsWhatPythonWrites()
    {
        using var work = new WorkFolder();
        var files = work.WriteSampleFiles();
        work.Run("python3", "-c", """
            import os, zipfile
            with zipfile.ZipFile('a.zip', 'w') as z:
                for n, (root, _, names) in enumerate(os.walk('files')):
                    for m, name in enumerate(names):
                        path = os.path.join(root, name)
                        z.write(path, path, [zipfile.ZIP_LZMA, zipfile.ZIP_BZIP2, zipfile.ZIP_DEFLATED][(n + m) % 3])
            """);
        AssertReads(work.Bytes("a.zip"), files);
    }

    [Fact]
    public void ReadsStreamedArchives()
    {
        using var work = new WorkFolder();
        var files = work.WriteSampleFiles();
        var bytes = work.Run("zip", "-q", "-r", "-", "files");
        AssertReads(bytes, files);

        // Without the directory, only the local headers and the descriptors are left.
        var directory = bytes.AsSpan().LastIndexOf("PK\u0005\u0006"u8);
        directory = BitConverter.ToInt32(bytes, directory + 16);
        var sink = ZipReader.Instance.Read(bytes[..directory]);
        sink.AssertHolds(files);
        Assert.Equal(ZipFaults.NoDirectory, Assert.Single(sink.Faults).Id);
        Assert.Empty(sink.NotScanned);
    }

    [Theory]
    [InlineData("clam.zip")]
    [InlineData("clam.bz2.zip")]
    [InlineData("clam.d64.zip")]
    [InlineData("clam.impl.zip")]
    public void ReadsClamAvTestFiles(string name)
    {
        if (!File.Exists(TestFiles + name))
            Assert.Skip("ClamAV's test files are not installed.");
        var sink = ZipReader.Instance.Read(File.ReadAllBytes(TestFiles + name));
        sink.AssertClean();
        Assert.Equal(File.ReadAllBytes(TestFiles + "clam.exe"), sink.Members.Single().Content);
    }

    [Fact]
    public void ReadsArchivesBehindAndBeforeOtherData()
    {
        using var work = new WorkFolder();
        var files = work.WriteSampleFiles();
        work.Run("zip", "-q", "-r", "a.zip", "files");
        var bytes = work.Bytes("a.zip");
        byte[] stub = [.. "MZ and then code "u8, .. new byte[70_000]];

        var shifted = ZipReader.Instance.Read([.. stub, .. bytes]);
        shifted.AssertHolds(files);
        Assert.Equal([ZipFaults.ShiftedOffsets], shifted.Faults.Select(f => f.Id));

        work.Write("sfx.exe", [.. stub, .. bytes]);
        work.Run("zip", "-q", "-A", "sfx.exe");
        AssertReads(work.Bytes("sfx.exe"), files);

        byte[] junk = [.. Enumerable.Repeat((byte)'j', 100_000)];
        var followed = ZipReader.Instance.Read([.. bytes, .. junk]);
        followed.AssertHolds(files);
        Assert.Equal(junk, followed.Members.Last().Content);
        Assert.Equal([ZipFaults.TrailingData], followed.Faults.Select(f => f.Id));

        // Two archives behind one another: the directory of the second knows nothing of the first.
        var second = new ZipBuilder().Add("second", "two"u8.ToArray()).ToArray();
        var both = ZipReader.Instance.Read([.. bytes, .. second]);
        both.AssertHolds(files);
        both.AssertHolds(new Dictionary<string, byte[]> { ["second"] = "two"u8.ToArray() });
    }

    [Fact]
    public void ReadsPartsOfSplitArchives()
    {
        using var work = new WorkFolder();
        var files = work.WriteSampleFiles();
        work.Run("zip", "-q", "-r", "-s", "64k", "a.zip", "files");
        var first = ZipReader.Instance.Read(work.Bytes("a.z01"));
        Assert.Contains(first.NotScanned, n => n.Reason == NotScannedReason.MissingVolume);
        Assert.Contains(first.Members, m => files.Any(f => m.Name.EndsWith(f.Key, StringComparison.Ordinal) && f.Value.AsSpan().SequenceEqual(m.Content) && f.Value.Length > 0));
        var last = ZipReader.Instance.Read(work.Bytes("a.zip"));
        Assert.Contains(last.NotScanned, n => n.Reason == NotScannedReason.MissingVolume);

        var single = new ZipBuilder().Raw("PK00"u8.ToArray()).Add("one", "1"u8.ToArray()).ToArray();
        AssertReads(single, new() { ["one"] = "1"u8.ToArray() });
    }

    [Theory]
    [InlineData("zip", "-q", "-r", "-P", "secret", "a.zip", "files")]
    [InlineData("zip", "-q", "-r", "-0", "-P", "secret", "a.zip", "files")]
    [InlineData("7z", "a", "-tzip", "-psecret", "-mem=ZipCrypto", "a.zip", "files")]
    [InlineData("7z", "a", "-tzip", "-psecret", "-mem=AES128", "a.zip", "files")]
    [InlineData("7z", "a", "-tzip", "-psecret", "-mem=AES192", "a.zip", "files")]
    [InlineData("7z", "a", "-tzip", "-psecret", "-mem=AES256", "-mm=LZMA", "a.zip", "files")]
    public void OpensEncryptedEntriesWithTheRightPassword(string program, params string[] arguments)
    {
        using var work = new WorkFolder();
        var files = work.WriteSampleFiles();
        work.Run(program, arguments);
        var bytes = work.Bytes("a.zip");
        var sink = ZipReader.Instance.Read(bytes, "wrong", "", "secret");
        sink.AssertHolds(files);
        sink.AssertClean();

        foreach (string[] passwords in new string[][] { [], ["wrong", "Secret"] })
        {
            sink = ZipReader.Instance.Read(bytes, passwords);
            Assert.All(sink.NotScanned, n => Assert.Equal(NotScannedReason.Encrypted, n.Reason));
            // Empty files are not encrypted.
            Assert.Equal(files.Count, sink.NotScanned.Count + sink.Members.Count(m => m.Content.Length == 0));
        }
    }

    [Fact]
    public void ChangedEncryptedDataIsStillScanned()
    {
        using var work = new WorkFolder();
        var text = work.Write("t", [.. Enumerable.Range(0, 1000).Select(n => (byte)n)]);
        work.Run("7z", "a", "-tzip", "-psecret", "-mem=AES256", "-mx0", "a.zip", "t");
        var bytes = work.Bytes("a.zip");
        bytes[300] ^= 1;
        var sink = ZipReader.Instance.Read(bytes, "secret");
        Assert.Contains(sink.Faults, f => f.Id == ZipFaults.WrongAuthentication);
        Assert.Equal(text.Length, sink.Members.Single().Content.Length);
    }

    [Theory]
    [InlineData("-q", "-r")]
    [InlineData("-q", "-r", "-P", "secret")]
    [InlineData("-q", "-r", "-Z", "bzip2")]
    public void SurvivesDamage(params string[] options)
    {
        using var work = new WorkFolder();
        var files = work.WriteSampleFiles();
        File.Delete(work.Path("files/noise.bin"));
        Assert.NotEmpty(files);
        work.Run("zip", [.. options, "a.zip", "files"]);
        ZipReader.Instance.AssertSurvivesDamage(work.Bytes("a.zip"), 11, "secret");
    }

    [Theory]
    [InlineData("Deflate64")]
    [InlineData("LZMA")]
    [InlineData("PPMd")]
    public void SurvivesDamageInEveryMethod(string method)
    {
        using var work = new WorkFolder();
        work.Write("f", [.. Enumerable.Range(0, 20_000).Select(n => (byte)(n * n >> 6))]);
        work.Run("7z", "a", "-tzip", $"-mm={method}", "a.zip", "f");
        ZipReader.Instance.AssertSurvivesDamage(work.Bytes("a.zip"), 12);
    }

    private static void AssertReads(byte[] archive, Dictionary<string, byte[]> files)
    {
        var sink = ZipReader.Instance.Read(archive);
        sink.AssertHolds(files);
        sink.AssertClean();
        Assert.Equal(files.Count, sink.Members.Count);
    }
}
