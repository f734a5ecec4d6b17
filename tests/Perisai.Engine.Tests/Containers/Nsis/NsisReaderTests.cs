using System.Text;
using Perisai.Engine.Containers.Nsis;

namespace Perisai.Engine.Tests.Containers.Nsis;

public sealed class NsisReaderTests
{
    private static readonly byte[] _mark = [0xEF, 0xBE, 0xAD, 0xDE, .. "NullsoftInst"u8];

    [Theory]
    [InlineData("zlib", false)]
    [InlineData("zlib", true)]
    [InlineData("bzip2", false)]
    [InlineData("bzip2", true)]
    [InlineData("lzma", false)]
    [InlineData("lzma", true)]
    [InlineData("off", false)]
    public void ReadsWhatMakensisWrites(string compressor, bool isSolid)
    {
        using var work = new WorkFolder();
        var files = work.WriteSampleFiles().Where(file => file.Key is "text.txt" or "noise.bin" or "zeros.bin" or "one").ToDictionary();
        var sink = NsisReader.Instance.Read(Build(work, compressor, isSolid));
        sink.AssertHolds(files, names: false);
        sink.AssertClean();
        Assert.Equal("header", sink.Members[0].Name);
    }

    [Fact]
    public void ReadsTheInstallerOfClamAvsTestFiles()
    {
        var bytes = ClamTestFiles.Read("clam-nsis.exe");
        var sink = NsisReader.Instance.Read(bytes[(bytes.AsSpan().IndexOf(_mark) - 4)..]);
        sink.AssertClean();
        Assert.Contains(sink.Members, member => member.Content.AsSpan().SequenceEqual(ClamTestFiles.Read("clam.exe")));
    }

    [Fact]
    public void ACutIsALoss()
    {
        using var work = new WorkFolder();
        work.WriteSampleFiles();
        var bytes = Build(work, "zlib", false);
        Assert.Contains(NsisReader.Instance.Read(bytes[..(bytes.Length / 2)]).Losses, fault => fault.Id == NsisFaults.Truncated);
    }

    /// <summary>What lies behind the program.</summary>
    internal static byte[] Build(WorkFolder work, string compressor, bool isSolid)
    {
        var kind = compressor == "off" ? "SetCompress off\n" : $"SetCompressor {(isSolid ? "/SOLID " : "")}{compressor}\n";
        var script = kind + "Name x\nOutFile out.exe\nInstallDir $TEMP\nSection\nSetOutPath $INSTDIR\n"
            + string.Concat(Directory.EnumerateFiles(work.Path("files")).Order(StringComparer.Ordinal).Select(path => $"File \"{path}\"\n")) + "SectionEnd\n";
        work.Write("a.nsi", Encoding.ASCII.GetBytes(script));
        work.Run("makensis", "-V1", "a.nsi");
        var bytes = work.Bytes("out.exe");
        return bytes[(bytes.AsSpan().IndexOf(_mark) - 4)..];
    }
}
