using Perisai.Engine.Containers.Ar;

namespace Perisai.Engine.Tests.Containers.Ar;

public sealed class ArReaderTests
{
    [Fact]
    public void ReadsWhatArWrites()
    {
        using var work = new WorkFolder();
        var files = work.WriteSampleFiles();
        work.Run("ar", ["qc", "a.a", .. files.Keys.Select(n => "files/" + n)]);
        var sink = ArReader.Instance.Read(work.Bytes("a.a"));
        // ar keeps no folders.
        sink.AssertHolds(files.ToDictionary(f => Path.GetFileName(f.Key), f => f.Value));
        sink.AssertClean();
        Assert.All(sink.Members, m => Assert.True(m.FromSlice));
    }

    [Fact]
    public void ReadsLongNamesOfBsdAndThinArchives()
    {
        var bsd = "!<arch>\n#1/20           0           0     0     100644  25        `\nname with blanks.txthello\n"u8;
        var sink = ArReader.Instance.Read(bsd.ToArray());
        Assert.Equal("name with blanks.txt", sink.Members.Single().Name);
        Assert.Equal("hello"u8, sink.Members[0].Content);

        using var work = new WorkFolder();
        work.WriteSampleFiles();
        work.Run("ar", "qcT", "thin.a", "files/text.txt", "files/noise.bin");
        var thin = ArReader.Instance.Read(work.Bytes("thin.a"));
        Assert.Empty(thin.Members);
        Assert.Empty(thin.Faults);
    }

    [Fact]
    public void ReadsDebianPackages()
    {
        using var work = new WorkFolder();
        work.Write("p/DEBIAN/control", "Package: p\nVersion: 1\nArchitecture: all\nMaintainer: n <n@example.org>\nDescription: d\n"u8.ToArray());
        work.Write("p/usr/share/p", [1, 2, 3]);
        work.Run("dpkg-deb", "--build", "--root-owner-group", "p", "p.deb");
        var sink = ArReader.Instance.Read(work.Bytes("p.deb"));
        sink.AssertClean();
        Assert.Equal("debian-binary", sink.Members[0].Name);
        Assert.Equal("2.0\n"u8, sink.Members[0].Content);
        Assert.StartsWith("control.tar", sink.Members[1].Name);
        Assert.StartsWith("data.tar", sink.Members[2].Name);
    }

    [Fact]
    public void GoesOnBehindADamagedHeader()
    {
        using var work = new WorkFolder();
        work.WriteSampleFiles();
        work.Run("ar", "qc", "a.a", "files/one", "files/text.txt");
        var bytes = work.Bytes("a.a");
        bytes[8 + 58] = 0;
        var sink = ArReader.Instance.Read(bytes);
        Assert.Contains(sink.Faults, f => f is { Id: ArFaults.BadHeader, Offset: 8 });
        Assert.Contains(sink.Members, m => m.Name == "text.txt");
        Assert.Contains(sink.Members, m => m.Name == "damaged");
    }

    [Fact]
    public void SurvivesDamage()
    {
        using var work = new WorkFolder();
        var files = work.WriteSampleFiles();
        work.Run("ar", ["qc", "a.a", .. files.Keys.Select(n => "files/" + n)]);
        ArReader.Instance.AssertSurvivesDamage(work.Bytes("a.a"), 5);
    }
}
