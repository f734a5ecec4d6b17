using Perisai.Engine.Containers.Sis;

namespace Perisai.Engine.Tests.Containers.Sis;

public sealed class SisReaderTests
{
    [Fact]
    public void ReadsTheFileOfClamAvsTestFiles()
    {
        var sink = SisReader.Instance.Read(ClamTestFiles.Read("clam.sis"));
        sink.AssertClean();
        var member = Assert.Single(sink.Members);
        Assert.Equal(ClamTestFiles.Read("clam.exe"), member.Content);
        Assert.EndsWith("clam.exe", member.Name, StringComparison.Ordinal);
    }

    [Fact]
    public void ReadsFilesOfEveryLanguage()
    {
        var sink = SisReader.Instance.Read(SisBuilder.BuildOld(("a.txt", new byte[500]), ("b.txt", "second"u8.ToArray())));
        sink.AssertClean();
        Assert.Equal(["C:/a.txt/0", "C:/a.txt/1", "C:/b.txt"], sink.Members.Select(member => member.Name));
        Assert.Equal("second"u8.ToArray(), sink.Members[2].Content);
    }

    [Fact]
    public void ReadsSymbian9()
    {
        var sink = SisReader.Instance.Read(SisBuilder.BuildNew("control"u8.ToArray(), new byte[700], "second"u8.ToArray()));
        sink.AssertClean();
        Assert.Equal(["controller", "file-1", "file-2"], sink.Members.Select(member => member.Name));
        Assert.Equal(["control"u8.ToArray(), new byte[700], "second"u8.ToArray()], sink.Members.Select(member => member.Content));
    }

    [Fact]
    public void ARecordThatLeadsNowhereIsALoss()
    {
        var bytes = SisBuilder.BuildOld(("a.txt", new byte[500]));
        bytes[52] = 0xFF;
        bytes[53] = 0xFF;
        Assert.Equal(SisFaults.BadRecord, Assert.Single(SisReader.Instance.Read(bytes).Losses).Id);
    }
}
