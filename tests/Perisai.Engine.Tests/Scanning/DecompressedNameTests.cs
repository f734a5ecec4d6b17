using Perisai.Engine.Tests.Containers;

namespace Perisai.Engine.Tests.Scanning;

/// <summary>What the content of formats for one file is called.</summary>
public sealed class DecompressedNameTests
{
    [Theory]
    [InlineData("gzip", "-nc", "a.txt.gz", "a.txt")]
    [InlineData("gzip", "-nc", "/folder.gz/a.TAR.GZ", "a.TAR")]
    [InlineData("gzip", "-nc", "a.tgz", "a.tar")]
    [InlineData("gzip", "-nc", "folder.gz/a", "gzip-1")]
    [InlineData("gzip", "-nc", "folder/.gz", "gzip-1")]
    [InlineData("gzip", "-nc", "gz", "gzip-1")]
    [InlineData("bzip2", "-c", "a.bz2", "a")]
    [InlineData("bzip2", "-c", "a.tbz2", "a.tar")]
    [InlineData("xz", "-c", "a.tar.xz", "a.tar")]
    [InlineData("xz", "-c", "a.txz", "a.tar")]
    [InlineData("xz", "-c", "", "xz-1")]
    [InlineData("lzma", "-c", "a.lzma", "a")]
    [InlineData("lzip", "-c", "a.lz", "a")]
    [InlineData("lzip", "-c", "a.tlz", "a.tar")]
    [InlineData("zstd", "-qc", "a.zst", "a")]
    [InlineData("zstd", "-qc", "a.tzst", "a.tar")]
    [InlineData("lz4", "-qc", "a.lz4", "a")]
    [InlineData("compress", "-fc", "a.Z", "a")]
    public void IsTheContainersWithoutItsSuffix(string program, string argument, string container, string member)
    {
        using var work = new WorkFolder();
        AssertNamed(work.RunWithInput(Content(), program, argument), container, container, member);
    }

    [Fact]
    public void AStoredNameIsKept()
    {
        using var work = new WorkFolder();
        work.Write("stored.pdf", Content());
        AssertNamed(work.Run("gzip", "-Nc", "stored.pdf"), "a.gz", "a.gz", "stored.pdf");
    }

    [Fact]
    public void AMembersNameServesToo()
    {
        using var work = new WorkFolder();
        work.Write("b.tgz", work.RunWithInput(work.RunWithInput(Content(), "xz", "-c"), "gzip", "-nc"));
        AssertNamed(work.Run("tar", "-c", "b.tgz"), "a.tar", "a.tar", "b.tgz", "b.tar", "xz-1");
    }

    // A document that is not opened, so that the report names it; its lines are repeated, so that every program compresses it.
    private static byte[] Content() =>
        System.Text.Encoding.Latin1.GetBytes("StuffIt (c)1997-2001 Aladdin Systems, Inc.\n" + string.Concat(Enumerable.Repeat("a line that says nothing\n", 100)));

    private static void AssertNamed(byte[] bytes, string name, params string[] path)
    {
        using var definitions = new DefinitionBuilder { IncludeBuiltIn = true }.BuildTemporary(out _);
        using var scanner = new Scanner(definitions);
        Assert.Equal(path, Assert.Single(scanner.Scan(new MemoryByteSource(bytes), name).Findings).Path);
    }
}
