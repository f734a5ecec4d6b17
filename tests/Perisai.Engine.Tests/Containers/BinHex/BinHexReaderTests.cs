using System.Text;
using Perisai.Engine.Containers.BinHex;

namespace Perisai.Engine.Tests.Containers.BinHex;

public sealed class BinHexReaderTests
{
    private static readonly byte[] _data = [.. Enumerable.Range(0, 3000).Select(n => (byte)(n / 5 * 7)), 0x90, 0x90, 0x90, 0x90, 0x90, 1];

    [Fact]
    public void ReadsBothForks()
    {
        var sink = BinHexReader.Instance.Read(BinHexBuilder.Build("name", _data, "resources"u8.ToArray()));
        sink.AssertClean();
        Assert.Equal(["name", "name/resources"], sink.Members.Select(member => member.Name));
        Assert.Equal(_data, sink.Members[0].Content);
        Assert.Equal("resources"u8.ToArray(), sink.Members[1].Content);
    }

    [Fact]
    public void ReadsTheFileOfClamAvsTestFiles()
    {
        var sink = BinHexReader.Instance.Read(ClamTestFiles.Read("clam.exe.binhex"));
        sink.AssertClean();
        Assert.Equal(ClamTestFiles.Read("clam.exe"), sink.Members[0].Content);
    }

    /// <summary>hexbin of macutils reads what the builder wrote, and to the same bytes.</summary>
    [Fact]
    public void HexbinReadsTheSame()
    {
        using var work = new WorkFolder();
        work.Write("a.hqx", BinHexBuilder.Build("name", _data, "resources"u8.ToArray()));
        work.Run("hexbin", "-d", "a.hqx");
        Assert.Equal(_data, File.ReadAllBytes(Directory.EnumerateFiles(work.Root, "name*").Single()));
    }

    [Fact]
    public void SeveralFilesInOneText()
    {
        var one = BinHexBuilder.Build("one", _data, []);
        var sink = BinHexReader.Instance.Read([.. one, .. "\n\n"u8, .. BinHexBuilder.Build("two", "second"u8.ToArray(), [])]);
        Assert.Equal(["one", "two"], sink.Members.Select(member => member.Name));
        Assert.Equal("second"u8.ToArray(), sink.Members[1].Content);
    }

    [Fact]
    public void AWrongChecksumIsAFaultAndACutALoss()
    {
        var bytes = BinHexBuilder.Build("name", _data, []);
        var changed = bytes.ToArray();
        var at = Encoding.ASCII.GetString(bytes).IndexOf("\r\r:", StringComparison.Ordinal) + 400;
        changed[at] = changed[at] == (byte)'(' ? (byte)')' : (byte)'(';
        Assert.NotEmpty(BinHexReader.Instance.Read(changed).Faults);
        Assert.NotEmpty(BinHexReader.Instance.Read(bytes[..^40]).Faults);
    }
}
