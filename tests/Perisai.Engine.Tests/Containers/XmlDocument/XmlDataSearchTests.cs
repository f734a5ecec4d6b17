using System.Text;
using Perisai.Engine.Containers;
using Perisai.Engine.Containers.XmlDocument;

namespace Perisai.Engine.Tests.Containers.XmlDocument;

public sealed class XmlDataSearchTests
{
    private static readonly byte[] _content = MakeContent(5000);
    private static readonly string _lines = Convert.ToBase64String(_content, Base64FormattingOptions.InsertLineBreaks);

    [Theory]
    [InlineData("<?xml version='1.0'?><w:wordDocument><w:body/><w:binData w:name=\"wordml://x.wmf\">", "</w:binData></w:wordDocument>", "binData-1")]
    [InlineData("<pkg:package><pkg:part pkg:name='/word/a.bin'><pkg:binaryData>", "</pkg:binaryData></pkg:part></pkg:package>", "binaryData-1")]
    [InlineData("<xdp:xdp><pdf><document><chunk>", "</chunk></document></pdf></xdp:xdp>", "chunk-1")]
    [InlineData("<office:document><draw:image><office:binary-data>", "</office:binary-data></draw:image></office:document>", "binary-data-1")]
    [InlineData("<FictionBook><binary id=\"cover.jpg\" content-type=\"x\">", "</binary></FictionBook>", "binary-1")]
    [InlineData("<?xml version='1.0'?><a><b><![CDATA[", "]]></b></a>", "b-1")]
    [InlineData("<?xml version='1.0'?><a><other>", "</other></a>", "other-1")]
    [InlineData("<svg><image href=\"data:image/png;base64,", "\"/></svg>", "address-1")]
    public void Data_is_decoded_wherever_it_stands(string before, string behind, string name)
    {
        var bytes = Encoding.ASCII.GetBytes(before + _lines + behind);
        Assert.Equal(FileType.Xml, TypeOf(bytes));
        var sink = XmlDataReader.Instance.Read(bytes);
        var member = Assert.Single(sink.Members);
        Assert.Equal(name, member.Name);
        Assert.Equal(_content, member.Content);
        sink.AssertClean();
    }

    [Fact]
    public void Short_data_in_its_own_element_is_decoded()
    {
        var sink = XmlDataReader.Instance.Read("<?xml version='1.0'?><w:binData>\n QUJD\n REVG </w:binData>"u8.ToArray());
        Assert.Equal("ABCDEF"u8.ToArray(), Assert.Single(sink.Members).Content);
    }

    [Fact]
    public void Indented_lines_are_one_stretch()
    {
        var sink = XmlDataReader.Instance.Read(Encoding.ASCII.GetBytes($"<?xml version='1.0'?><x>\n    {_lines.Replace("\n", "\n    ")}\n  </x>"));
        Assert.Equal(_content, Assert.Single(sink.Members).Content);
    }

    [Fact]
    public void A_thousand_pieces_across_windows_come_in_order()
    {
        var text = new StringBuilder("<?xml version='1.0'?><r>");
        for (var number = 0; number < 1000; number++)
            text.Append("<p>some prose with the word chunk</p><q>").Append(Convert.ToBase64String(MakeContent(66 + number))).Append("</q>");
        var sink = XmlDataReader.Instance.Read(Encoding.ASCII.GetBytes(text + "</r>"));
        Assert.Equal(1000, sink.Members.Count);
        for (var number = 0; number < 1000; number++)
            Assert.Equal(MakeContent(66 + number), sink.Members[number].Content);
        sink.AssertClean();
    }

    [Theory]
    [InlineData("<hash>0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef</hash>")]
    [InlineData("<data name='x'><value>text</value></data>")]
    [InlineData("<data>Some words, and more.</data>")]
    [InlineData("<p>Supercalifragilisticexpialidocious and other very long words that are no base64 at all as spaces are between them</p>")]
    public void Other_content_is_no_data(string element)
    {
        var sink = XmlDataReader.Instance.Read(Encoding.ASCII.GetBytes($"<?xml version='1.0'?><a>{element}</a>"));
        Assert.Empty(sink.Members);
        sink.AssertClean();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Utf16_is_read(bool bigEndian)
    {
        var encoding = new UnicodeEncoding(bigEndian, byteOrderMark: true);
        byte[] bytes = [.. encoding.GetPreamble(), .. encoding.GetBytes($"<?xml version='1.0'?><w:wordDocument><w:binData>{_lines}</w:binData></w:wordDocument>")];
        Assert.Equal(FileType.Xml, TypeOf(bytes));
        var sink = XmlDataReader.Instance.Read(bytes);
        Assert.Equal(_content, Assert.Single(sink.Members).Content);
        sink.AssertClean();
    }

    [Fact]
    public void A_cut_is_a_loss()
    {
        var sink = XmlDataReader.Instance.Read(Encoding.ASCII.GetBytes($"<?xml version='1.0'?><a><b>{_lines}"));
        Assert.Equal(_content, Assert.Single(sink.Members).Content);
        Assert.Equal(XmlFaults.UnfinishedData, Assert.Single(sink.Losses).Id);
    }

    [Fact]
    public void A_document_with_a_script_in_it_is_still_a_document() =>
        Assert.Equal(FileType.Xml, TypeOf("<?xml version='1.0'?>\n<?x y?><!-- c --><xdp:xdp a='b'><script>x</script></xdp:xdp>"u8.ToArray()));

    [Fact]
    public void Many_false_names_cost_little()
    {
        var text = Encoding.ASCII.GetBytes("<?xml version='1.0'?>" + string.Concat(Enumerable.Repeat("<chunk><data><binary ", 1_000_000)));
        var watch = System.Diagnostics.Stopwatch.StartNew();
        XmlDataReader.Instance.Read(text);
        Assert.True(watch.Elapsed < TimeSpan.FromSeconds(5), watch.Elapsed.ToString());
    }

    private static FileType TypeOf(byte[] bytes) => ContainerDispatcher.Identify(new MemoryByteSource(bytes), new ScanBudget(ScanLimits.Default));

    private static byte[] MakeContent(int length)
    {
        var content = new byte[length];
        new Random(length).NextBytes(content);
        return content;
    }
}
