using System.IO.Compression;
using System.Text;
using Perisai.Engine.Containers.Ole2;

namespace Perisai.Engine.Tests.Containers.Ole2;

public sealed class OfficeContentTests
{
    private static readonly byte[] _content = Encoding.ASCII.GetBytes(string.Concat(Enumerable.Range(0, 500).Select(n => $"{n * 31} ")));

    [Fact]
    public void AnAttachmentBearsItsName()
    {
        var sink = Ole2Reader.Instance.Read(new Ole2Builder()
            .Add("__attach_version1.0_#00000000/__substg1.0_37010102", _content)
            .Add("__attach_version1.0_#00000000/__substg1.0_3707001F", Encoding.Unicode.GetBytes("Bericht.docx")).ToArray());
        Assert.Equal(_content, Assert.Single(sink.Members, member => member.Name == "Bericht.docx").Content);
    }

    [Fact]
    public void ABodyInCompressedRtfIsDecompressed()
    {
        // [MS-OXRTFCP] 3.1.1.
        var packed = Convert.FromHexString("2d0000002b0000004c5a4675f1c5c7a703000a007263706731323542320af32068656c090020627705b06c647d0a800fa0");
        var sink = Ole2Reader.Instance.Read(new Ole2Builder().Add("__substg1.0_10090102", packed).ToArray());
        var body = Assert.Single(sink.Members, member => member.Name == "__substg1.0_10090102.rtf").Content;
        Assert.Equal("{\\rtf1\\ansi\\ansicpg1252\\pard hello world}\r\n", Encoding.ASCII.GetString(body));
        sink.AssertClean();
    }

    [Fact]
    public void StreamsOfHangulAreDecompressed()
    {
        byte[] header = [.. "HWP Document File"u8, .. new byte[15], 0, 0, 0, 5, 1, 0, 0, 0, .. new byte[216]];
        var sink = Ole2Reader.Instance.Read(new Ole2Builder().Add("FileHeader", header).Add("BodyText/Section0", Deflate(_content))
            .Add("BinData/BIN0001.png", [0x89, 0x50, 0x4E, 0x47, 1, 2, 3]).ToArray());
        Assert.Equal(_content, Assert.Single(sink.Members, member => member.Name == "BodyText/Section0.inflated").Content);
        Assert.DoesNotContain(sink.Members, member => member.Name == "BinData/BIN0001.png.inflated");
        sink.AssertClean();
    }

    [Fact]
    public void ADocumentOfHangulWithAPasswordIsReported()
    {
        byte[] header = [.. "HWP Document File"u8, .. new byte[15], 0, 0, 0, 5, 3, 0, 0, 0, .. new byte[216]];
        var sink = Ole2Reader.Instance.Read(new Ole2Builder().Add("FileHeader", header).Add("BodyText/Section0", _content).ToArray());
        Assert.Equal(NotScannedReason.Encrypted, Assert.Single(sink.NotScanned).Reason);
    }

    [Fact]
    public void PicturesComeOutAndMetafilesAreDecompressed()
    {
        byte[] packed = [0x78, 0x9C, .. Deflate(_content), 0, 0, 0, 0];
        byte[] picture = [0x00, 0x6E, 0x1E, 0xF0, .. BitConverter.GetBytes(17 + _content.Length), .. new byte[17], .. _content];
        byte[] metafile = [0x40, 0x3D, 0x1A, 0xF0, .. BitConverter.GetBytes(50 + packed.Length), .. new byte[50], .. packed];
        var sink = Ole2Reader.Instance.Read(new Ole2Builder().Add("Pictures", [.. picture, .. metafile]).ToArray());
        Assert.Equal(_content, Assert.Single(sink.Members, member => member.Name == "Pictures/picture-1").Content);
        Assert.Equal(_content, Assert.Single(sink.Members, member => member.Name == "Pictures/picture-2").Content);
        sink.AssertClean();
    }

    [Fact]
    public void APackageBearsItsLabel()
    {
        byte[] native = [0, 0, 0, 0, 2, 0, .. "run.exe\0C:\\temp\\run.exe\0"u8, 0, 0, 3, 0, 8, 0, 0, 0, .. "C:\\t.ex\0"u8, .. BitConverter.GetBytes(_content.Length), .. _content];
        var sink = Ole2Reader.Instance.Read(new Ole2Builder().Add("ObjectPool/_1/[1]Ole10Native", native).ToArray());
        Assert.Equal(_content, Assert.Single(sink.Members, member => member.Name == "run.exe").Content);
        sink.AssertClean();
    }

    internal static byte[] Deflate(byte[] content)
    {
        var packed = new MemoryStream();
        using (var deflate = new DeflateStream(packed, CompressionLevel.Optimal, leaveOpen: true))
            deflate.Write(content);
        return packed.ToArray();
    }
}
