using System.Text;
using Perisai.Engine.Containers;
using Perisai.Engine.Containers.Pdf;

namespace Perisai.Engine.Tests.Containers.Pdf;

/// <summary>Streams, filters, names and scripts of PDF files that are made here, and ClamAV's test file.</summary>
public sealed class PdfReaderTests
{
    private static readonly byte[] _content = Encoding.ASCII.GetBytes(string.Concat(Enumerable.Range(0, 500).Select(n => $"content {n * 7919 % 1000} ")));

    public static TheoryData<string, string> Filters => new()
    {
        { "/ASCIIHexDecode", Convert.ToHexString(_content) + ">" },
        { "/AHx", string.Join("\n ", Convert.ToHexString(_content).Chunk(31).Select(part => new string(part))) },
        { "/ASCII85Decode", Ascii85(_content) + "~>" },
        { "[/A85]", "<~" + Ascii85(_content) + "~>" },
        { "[/ASCIIHexDecode /ASCII85Decode]", Convert.ToHexString(Encoding.ASCII.GetBytes(Ascii85(_content) + "~>")) + ">" },
        { "[/AHx /Fl]", Convert.ToHexString(PdfBuilder.Deflate(_content)) + ">" },
        { "[/AHx /RL]", Convert.ToHexString(RunLength(_content)) + ">" },
        { "/Fl#61teDecode", Encoding.Latin1.GetString(PdfBuilder.Deflate(_content)) },
    };

    [Fact]
    public void ClamAVs_test_file_gives_its_attachment()
    {
        const string folder = "/usr/share/clamav-testfiles";
        if (!Directory.Exists(folder))
            Assert.Skip("clamav-testfiles is not installed.");
        var sink = PdfReader.Instance.Read(File.ReadAllBytes($"{folder}/clam.pdf"));
        Assert.Equal(File.ReadAllBytes($"{folder}/clam.exe"), Assert.Single(sink.Members, member => member.Name == "clam.exe").Content);
        Assert.Contains(Observations.PdfEmbeddedFile, sink.Observed);
    }

    [Theory]
    [MemberData(nameof(Filters))]
    public void A_chain_of_filters_gives_the_content(string filter, string data)
    {
        var bytes = new PdfBuilder().Add("<< /Type /Catalog >>").AddStream($"/Filter {filter}", Encoding.Latin1.GetBytes(data)).Build();
        var sink = PdfReader.Instance.Read(bytes);
        sink.AssertClean();
        Assert.Equal(_content, Assert.Single(sink.Members).Content);
    }

    [Fact]
    public void A_wrong_length_does_not_cut_a_stream()
    {
        foreach (var length in (string[])["0", "5", "99999999", "-1", "7 0 R", "(text)"])
        {
            var sink = PdfReader.Instance.Read(new PdfBuilder().AddStream("", _content, length).Build());
            Assert.Equal(_content, Assert.Single(sink.Members).Content);
        }
    }

    [Fact]
    public void A_length_behind_the_stream_is_the_right_one()
    {
        byte[] data = [.. "one endstream two"u8, .. _content];
        var sink = PdfReader.Instance.Read(new PdfBuilder().AddStream("", data, "2 0 R").Add($"{data.Length}").Build());
        Assert.Equal(data, Assert.Single(sink.Members).Content);
    }

    [Fact]
    public void Objects_in_object_streams_name_files_and_scripts()
    {
        const string specification = "<< /Type /Filespec /F (other) /UF <FEFF0061002E0065007800650020> /EF << /F 2 0 R >> >>";
        const string action = "<< /S /JavaScript /JS (app.alert\\(1\\)) >>";
        var objects = $"7 0 8 {specification.Length + 1} ";
        var bytes = new PdfBuilder()
            .AddFlate($"/Type /ObjStm /N 2 /First {objects.Length}", Encoding.ASCII.GetBytes($"{objects}{specification} {action}"))
            .AddFlate("/Type /EmbeddedFile", _content)
            .Build();
        var sink = PdfReader.Instance.Read(bytes);
        Assert.Equal(_content, Assert.Single(sink.Members, member => member.Name == "a.exe ").Content);
        var script = Assert.Single(sink.Members, member => member.DeclaredType == FileType.Script);
        Assert.Equal("app.alert(1)", Encoding.ASCII.GetString(script.Content));
        Assert.Contains(Observations.PdfJavaScript, sink.Observed);
    }

    [Fact]
    public void Scripts_behind_references_and_hidden_names_are_seen()
    {
        var bytes = new PdfBuilder()
            .Add("<< /Type /Catalog /OpenAction 2 0 R /AA << /O << /S /Launch /F (calc) >> >> /U << /S /URI /URI (http://example.org) >> >>")
            .Add("<< /S /Java#53cript /#4a#53 3 0 R /Next << /S /JavaScript /JS 4 0 R >> >>")
            .AddFlate("", "first()"u8.ToArray())
            .Add("(second\\050\\051)")
            .Build();
        var sink = PdfReader.Instance.Read(bytes);
        Assert.Equal(["first()", "second()"], sink.Members.Where(member => member.DeclaredType == FileType.Script).Select(member => Encoding.ASCII.GetString(member.Content)));
        Assert.Equal(
            [Observations.PdfAdditionalActions, Observations.PdfJavaScript, Observations.PdfLaunch, Observations.PdfObfuscatedName, Observations.PdfOpenAction, Observations.PdfUri],
            sink.Observed.Distinct().Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Whatever_an_update_replaced_is_still_a_member()
    {
        var first = new PdfBuilder().AddFlate("", _content).Build();
        byte[] bytes = [.. "garbage before "u8, .. first, .. "1 0 obj\n<< /Length 3 >> stream\nnew\nendstream endobj\nstartxref\n0\n%%EOF"u8];
        var sink = PdfReader.Instance.Read(bytes);
        Assert.Equal([_content, "new"u8.ToArray()], sink.Members.Select(member => member.Content));
    }

    [Fact]
    public void An_object_that_only_a_table_leads_to_is_found_inside_a_stream()
    {
        var inner = "9 0 obj << /Length 4 /Filter /AHx >> stream\n4142\nendstream endobj "u8.ToArray();
        var builder = new PdfBuilder().AddStream("", [.. "xx "u8, .. inner, .. "yy"u8], null);
        var bytes = builder.Build();
        var at = bytes.AsSpan().IndexOf("9 0 obj"u8);
        var text = Encoding.Latin1.GetString(bytes).Replace("trailer", $"9 1\n{at:d10} 00000 n \ntrailer", StringComparison.Ordinal);
        var sink = PdfReader.Instance.Read(Encoding.Latin1.GetBytes(text));
        Assert.Contains(sink.Members, member => member.Content.AsSpan().SequenceEqual("AB"u8));
        Assert.Contains(sink.Faults, fault => fault.Id == PdfFaults.HiddenObject);
    }

    [Fact]
    public void Predictors_are_undone()
    {
        // Rows of four: none, left, above, average, Paeth.
        byte[] png = [0, 1, 2, 3, 4, 1, 1, 1, 1, 1, 2, 1, 1, 1, 1, 3, 1, 1, 1, 1, 4, 1, 1, 1, 1];
        var sink = PdfReader.Instance.Read(new PdfBuilder().AddFlate("/DecodeParms << /Predictor 15 /Columns 4 >>", png).Build());
        Assert.Equal([1, 2, 3, 4, 1, 2, 3, 4, 2, 3, 4, 5, 2, 3, 4, 5, 3, 4, 5, 6], Assert.Single(sink.Members).Content);
        sink = PdfReader.Instance.Read(new PdfBuilder().AddFlate("/DecodeParms [<< /Predictor 2 /Columns 2 /Colors 2 >>]", [1, 2, 3, 4, 5, 6, 7, 8]).Build());
        Assert.Equal([1, 2, 4, 6, 5, 6, 12, 14], Assert.Single(sink.Members).Content);
    }

    [Fact]
    public void A_document_without_its_end_is_never_silent()
    {
        var bytes = new PdfBuilder().AddFlate("", _content).Build();
        var sink = PdfReader.Instance.Read(bytes[..^40]);
        Assert.NotEmpty(sink.Losses);
    }

    private static byte[] RunLength(byte[] data)
    {
        var bytes = new List<byte>();
        foreach (var part in data.Chunk(100))
            bytes.AddRange([(byte)(part.Length - 1), .. part]);
        return [.. bytes, 128];
    }

    private static string Ascii85(byte[] data)
    {
        var text = new StringBuilder();
        foreach (var group in data.Chunk(4))
        {
            byte[] padded = [.. group, .. new byte[4 - group.Length]];
            var value = System.Buffers.Binary.BinaryPrimitives.ReadUInt32BigEndian(padded);
            var digits = new char[5];
            for (var index = 4; index >= 0; index--, value /= 85)
                digits[index] = (char)('!' + value % 85);
            text.Append(group.Length == 4 && digits.All(digit => digit == '!') ? "z" : new string(digits, 0, group.Length + 1));
        }

        return text.ToString();
    }
}
