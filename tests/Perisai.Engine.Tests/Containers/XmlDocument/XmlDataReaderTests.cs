using System.Text;
using Perisai.Engine.Containers.XmlDocument;
using Perisai.Engine.Tests.Containers.Ole2;

namespace Perisai.Engine.Tests.Containers.XmlDocument;

public sealed class XmlDataReaderTests
{
    private static readonly byte[] _content = Encoding.ASCII.GetBytes(string.Concat(Enumerable.Range(0, 500).Select(n => $"{n * 31} ")));

    [Theory]
    [InlineData("<w:binData w:name=\"wordml://01.bin\">\n", "\n</w:binData>", "binData-1")]
    [InlineData("<pkg:part pkg:name=\"/word/vbaProject.bin\"><pkg:binaryData>", "</pkg:binaryData></pkg:part>", "binaryData-1")]
    [InlineData("<office:binary-data>", "</office:binary-data>", "binary-data-1")]
    [InlineData("<pdf xmlns=\"http://ns.adobe.com/xdp/pdf/\"><document><chunk>", "</chunk></document></pdf>", "chunk-1")]
    public void DataInBase64ComesOut(string before, string behind, string name)
    {
        var text = Convert.ToBase64String(_content, Base64FormattingOptions.InsertLineBreaks);
        var sink = Read($"<?xml version=\"1.0\"?>\n<d><t>Words that are no data, however long they go on for, and go on for.</t>{before}{text}{behind}</d>\n");
        var member = Assert.Single(sink.Members);
        Assert.Equal(name, member.Name);
        Assert.Equal(_content, member.Content);
        sink.AssertClean();
    }

    [Fact]
    public void CompressedDataOfHangulIsDecompressed()
    {
        var text = Convert.ToBase64String(OfficeContentTests.Deflate(_content));
        var sink = Read($"<?xml version=\"1.0\"?><HWPML><BINDATA Compress=\"true\" Encoding=\"Base64\" Id=\"1\">{text}</BINDATA></HWPML>");
        Assert.Equal(_content, Assert.Single(sink.Members, member => member.Name == "BINDATA-1.inflated").Content);
    }

    [Fact]
    public void DataThatDoesNotEndIsALoss()
    {
        var sink = Read($"<?xml version=\"1.0\"?><d><w:binData>{Convert.ToBase64String(_content)}");
        Assert.Equal(_content, Assert.Single(sink.Members).Content);
        Assert.Contains(sink.Losses, loss => loss.Id == XmlFaults.UnfinishedData);
    }

    [Theory]
    [InlineData("<manifest:encryption-data manifest:checksum-type=\"SHA1/1K\"/>", 1)]
    [InlineData("", 0)]
    public void AnEncryptedPackageIsToldByItsManifest(string encryption, int expected)
    {
        var sink = Read($"<?xml version=\"1.0\"?>\n<manifest:manifest><manifest:file-entry manifest:full-path=\"content.xml\">{encryption}</manifest:file-entry></manifest:manifest>");
        Assert.Equal(expected, sink.NotScanned.Count(entry => entry.Reason == NotScannedReason.Encrypted));
    }

    private static RecordingSink Read(string text) => XmlDataReader.Instance.Read(Encoding.UTF8.GetBytes(text));
}
