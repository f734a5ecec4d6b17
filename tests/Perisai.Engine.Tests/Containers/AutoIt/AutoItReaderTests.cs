using System.Text;
using Perisai.Engine.Containers.AutoIt;

namespace Perisai.Engine.Tests.Containers.AutoIt;

public sealed class AutoItReaderTests
{
    [Theory]
    [InlineData(5)]
    [InlineData(6)]
    public void ReadsScriptsAndFiles(int version)
    {
        var content = Encoding.ASCII.GetBytes(string.Join('\n', Enumerable.Range(0, 900).Select(n => $"line {n} of {n * 7919 % 1000}")) + new string('x', 3000));
        var sink = AutoItReader.Instance.Read(AutoItBuilder.Build(version, (">>>AUTOIT SCRIPT<<<", version == 5 ? "script"u8.ToArray() : [1, 0, 0, 0, 0x7F]), ("a.txt", content)));
        sink.AssertClean();
        Assert.Equal(["script.au3", "C:/a.txt"], sink.Members.Select(member => member.Name));
        Assert.Equal(content, sink.Members[1].Content);
    }

    /// <summary>The mark is where the program's sections end.</summary>
    [Theory]
    [InlineData("clam.ea05.exe", true)]
    [InlineData("clam.ea06.exe", false)]
    public void ReadsTheScriptsOfClamAvsTestFiles(string name, bool isText)
    {
        var bytes = ClamTestFiles.Read(name);
        var sink = AutoItReader.Instance.Read(bytes[bytes.AsSpan().IndexOf(AutoItFormat.Mark)..]);
        sink.AssertClean();
        Assert.Equal(["script.au3", "C:/clam.exe"], sink.Members.Select(member => member.Name));
        Assert.Equal(ClamTestFiles.Read("clam.exe"), sink.Members[1].Content);
        if (isText)
            Assert.StartsWith("\uFEFF; <AUT2EXE VERSION: 3.2.4.9>", Encoding.Unicode.GetString(sink.Members[0].Content), StringComparison.Ordinal);
    }

    [Fact]
    public void AWrongSumIsAFaultAndAMissingEndALoss()
    {
        var bytes = AutoItBuilder.Build(6, ("a.txt", "content of the file"u8.ToArray()));
        Assert.Equal(AutoItFaults.MissingEnd, Assert.Single(AutoItReader.Instance.Read(bytes[..^8]).Losses).Id);
        bytes[^10] ^= 1;
        Assert.Contains(AutoItReader.Instance.Read(bytes).Faults, fault => fault.Id == AutoItFaults.Checksum);
    }

    /// <summary>The text of a script's tokens is what clamscan leaves, byte for byte.</summary>
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void TheTextOfAScriptIsWhatClamscanLeaves(int seed)
    {
        Languages.ClamAv.ClamScan.SkipWithoutIt();
        var file = seed == 0 ? ClamTestFiles.Read("clam.ea06.exe") : AutoItBuilder.Build(6, (">>>AUTOIT SCRIPT<<<", AutoItBuilder.Script(new Random(seed), 400)));
        using var work = new WorkFolder();
        work.Write("in.exe", file);
        work.Write("x.hdb", "44d88612fea8a8f36de82e1278abb02f:68:X\n"u8.ToArray());
        Directory.CreateDirectory(work.Path("left"));
        work.Run("clamscan", "--no-summary", "--leave-temps", $"--tempdir={work.Path("left")}", "-d", "x.hdb", "in.exe");
        var theirs = File.ReadAllBytes(Directory.EnumerateFiles(work.Path("left"), "autoit.001", SearchOption.AllDirectories).Single());
        var sink = AutoItReader.Instance.Read(file[file.AsSpan().IndexOf(AutoItFormat.Mark)..]);
        sink.AssertClean();
        Assert.Equal("script.au3", sink.Members[0].Name);
        Assert.Equal(Encoding.Latin1.GetString(theirs), Encoding.Latin1.GetString(sink.Members[0].Content));
    }

    [Fact]
    public void AnUnknownTokenIsSaidAfterWhatCameBefore()
    {
        var sink = AutoItReader.Instance.Read(AutoItBuilder.Build(6, (">>>AUTOIT SCRIPT<<<", [2, 0, 0, 0, 0x41, 0x7F, 0x49, 0x99, 1, 2, 3])));
        Assert.Equal("= \n+ ", Encoding.Latin1.GetString(Assert.Single(sink.Members).Content));
        Assert.NotEmpty(sink.Faults);
    }
}
