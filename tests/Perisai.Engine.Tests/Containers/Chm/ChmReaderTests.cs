using Perisai.Engine.Containers.Chm;

namespace Perisai.Engine.Tests.Containers.Chm;

public sealed class ChmReaderTests
{
    private static readonly byte[] _long = [.. Enumerable.Range(0, 100_000).Select(n => (byte)(n * n >> 5))];

    [Fact]
    public void ReadsTheFileOfClamAvsTestFiles()
    {
        var sink = ChmReader.Instance.Read(ClamTestFiles.Read("clam.chm"));
        sink.AssertClean();
        Assert.Contains(sink.Members, member => member.Content.AsSpan().SequenceEqual(ClamTestFiles.Read("clam.exe")));
    }

    /// <summary>All members are those that 7z extracts, byte for byte.</summary>
    [Fact]
    public void SevenZipExtractsTheSame()
    {
        using var work = new WorkFolder();
        var bytes = work.Write("a.chm", ClamTestFiles.Read("clam.chm"));
        work.Run("7z", "x", "-bd", "-oout", "a.chm");
        var sink = ChmReader.Instance.Read(bytes);
        foreach (var path in Directory.EnumerateFiles(work.Path("out"), "*", SearchOption.AllDirectories).Where(path => new FileInfo(path).Length > 0))
            Assert.Contains(sink.Members, member => member.Content.AsSpan().SequenceEqual(File.ReadAllBytes(path)));
    }

    [Fact]
    public void ReadsBothSections()
    {
        var sink = ChmReader.Instance.Read(ChmBuilder.Build([("/#SYSTEM", [1, 2, 3])], [("/a.htm", _long), ("/b.htm", "second"u8.ToArray())]));
        sink.AssertClean();
        Assert.Equal(["#SYSTEM", "a.htm", "b.htm"], sink.Members.Select(member => member.Name));
        Assert.Equal(_long, sink.Members[1].Content);
        Assert.Equal("second"u8.ToArray(), sink.Members[2].Content);
    }

    [Fact]
    public void ASectionWithoutItsTableIsALoss()
    {
        var bytes = ChmBuilder.Build([("/#SYSTEM", [1, 2, 3])], [("/a.htm", _long)]);
        bytes[bytes.AsSpan().IndexOf("ResetTable"u8)] = (byte)'x';
        var sink = ChmReader.Instance.Read(bytes);
        Assert.Equal(ChmFaults.BadSection, Assert.Single(sink.Losses).Id);
        Assert.Equal("#SYSTEM", Assert.Single(sink.Members).Name);
    }
}
