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
        var sink = AutoItReader.Instance.Read(AutoItBuilder.Build(version, (">>>AUTOIT SCRIPT<<<", "script"u8.ToArray()), ("a.txt", content)));
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
}
