using System.Buffers.Binary;
using System.IO.Hashing;
using Perisai.Engine.Containers.SevenZip;

namespace Perisai.Engine.Tests.Containers.SevenZip;

/// <summary>Headers that no program writes, and archives of libarchive's tests.</summary>
public sealed class SevenZipHostileTests
{
    private const string Huge = "FF FF FF FF FF FF FF FF 3F";

    /// <summary>Counts and sizes of 2^62 cost neither memory nor time.</summary>
    [Theory]
    [InlineData("01 05 " + Huge)]
    [InlineData("01 05 02 0E " + Huge)]
    [InlineData("01 05 02 11 05 00 41 00 42 00")]
    [InlineData("01 04 06 00 " + Huge + " 09 01")]
    [InlineData("01 04 06 " + Huge + " 01 09 " + Huge + " 00")]
    [InlineData("01 04 07 0B " + Huge + " 00")]
    [InlineData("01 04 07 0B 01 00 21")]
    [InlineData("01 04 07 0B 01 00 02 11 00 04 01 11 00 04 01")]
    [InlineData("01 04 06 00 01 09 04 00 07 0B 01 00 01 01 00 0C 04 00 08 0D " + Huge + " 09 01 01 01 01 01")]
    [InlineData("01 04 06 00 01 09 04 00 07 0B 01 00 01 01 00 0C " + Huge + " 00 00 00")]
    [InlineData("01 04 06 00 01 09 04 00 07 0B 01 00 01 23 03 01 01 05 5D FF FF FF FF 0C " + Huge + " 00 00 00")]
    [InlineData("01 04 06 00 01 09 04 00 07 0B 01 00 01 23 03 04 01 05 40 FF FF FF FF 0C " + Huge + " 00 00 00")]
    [InlineData("01 04 06 00 01 09 04 00 07 0B 01 00 01 24 06 F1 07 01 01 3E 0C 04 00 00 00")]
    [InlineData("17 06 00 01 09 04 00 07 0B 01 00 01 01 00 0C " + Huge + " 00 00")]
    [InlineData("01 02 " + Huge + " " + Huge)]
    [InlineData("01 05 01 11 00 00 00")]
    [InlineData("01 03")]
    [InlineData("")]
    public void CountsCostNothing(string header)
    {
        var bytes = Archive(Convert.FromHexString(header.Replace(" ", "", StringComparison.Ordinal)));
        SevenZipReader.Instance.Read(bytes, "x");
        var before = GC.GetAllocatedBytesForCurrentThread();
        var sink = SevenZipReader.Instance.Read(bytes, "x");
        var allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        Assert.InRange(allocated, 0, 2 << 20);
        Assert.Equal(BudgetLimit.None, sink.Budget.Exhausted);
        Assert.True(header.Length == 0 || sink.Faults.Count + sink.NotScanned.Count + sink.Members.Count > 0);
    }

    /// <summary>Two coders that take their input from each other, and two that take it from one: neither is a graph.</summary>
    [Theory]
    [InlineData("01 04 06 00 01 09 04 00 07 0B 01 00 02 01 00 01 00 00 00 0C 04 04 00 00 00")]
    [InlineData("01 04 06 00 01 09 04 00 07 0B 01 00 03 01 00 01 00 01 00 00 01 01 01 0C 04 04 04 00 00 00")]
    public void CoderGraphsThatAreNoneAreRefused(string header)
    {
        var sink = SevenZipReader.Instance.Read(Archive(Convert.FromHexString(header.Replace(" ", "", StringComparison.Ordinal))));
        Assert.NotEmpty(sink.Faults.Concat(sink.NotScanned.Select(n => new Fault(n.Detail, -1))));
    }

    [Fact]
    public void ReadsLibarchivesArchivesAsSevenZipDoes()
    {
        var compared = 0;
        foreach (var path in OutsideData.Find("test_read_format_7zip*.7z.uu"))
        {
            using var work = new WorkFolder();
            work.Write("a.7z", OutsideData.Uudecode(path));
            work.Run("sh", "-c", "timeout 20 7z x -bd -y -pwrong -oout a.7z >log 2>&1 && touch whole || true");
            if (!File.Exists(work.Path("whole")) || !Directory.Exists(work.Path("out")))
                continue;
            var sink = SevenZipReader.Instance.Read(work.Bytes("a.7z"));
            var files = Directory.EnumerateFiles(work.Path("out"), "*", SearchOption.AllDirectories).Where(file => new FileInfo(file).LinkTarget is null).ToList();
            sink.AssertHolds(files.ToDictionary(file => Path.GetRelativePath(work.Path("out"), file), File.ReadAllBytes));
            compared += files.Count;
        }

        Assert.True(compared > 30, $"Only {compared} files were compared.");
    }

    private static byte[] Archive(byte[] header)
    {
        var bytes = new byte[SevenZipFormat.StartHeaderLength + 4 + header.Length];
        SevenZipFormat.Signature.CopyTo(bytes);
        BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(12), 4);
        BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(20), header.Length);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(28), Crc32.HashToUInt32(header));
        BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(8), Crc32.HashToUInt32(bytes.AsSpan(12, 20)));
        header.CopyTo(bytes, SevenZipFormat.StartHeaderLength + 4);
        return bytes;
    }
}
