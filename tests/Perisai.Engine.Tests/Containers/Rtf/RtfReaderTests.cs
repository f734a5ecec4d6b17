using System.Text;
using Perisai.Engine.Containers.Rtf;

namespace Perisai.Engine.Tests.Containers.Rtf;

/// <summary>Objects in rich text, with all that may be strewn between the digits, and ClamAV's test file.</summary>
public sealed class RtfReaderTests
{
    private static readonly byte[] _compound = [0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1, .. Enumerable.Range(0, 700).Select(n => (byte)n)];

    /// <summary>An object of OLE 1 ([MS-OLEDS] 2.2.5).</summary>
    internal static byte[] Embedded(string className, byte[] data)
    {
        byte[] name = [.. Encoding.ASCII.GetBytes(className), 0];
        return [1, 5, 0, 0, 2, 0, 0, 0, .. BitConverter.GetBytes(name.Length), .. name, .. new byte[8], .. BitConverter.GetBytes(data.Length), .. data];
    }

    /// <summary>The packager's data around a file.</summary>
    internal static byte[] Package(string name, byte[] data)
    {
        byte[] text = [.. Encoding.ASCII.GetBytes(name), 0];
        return [2, 0, .. text, .. text, 0, 0, 3, 0, .. BitConverter.GetBytes(text.Length), .. text, .. BitConverter.GetBytes(data.Length), .. data];
    }

    [Fact]
    public void ClamAVs_test_file_gives_the_packed_program()
    {
        const string folder = "/usr/share/clamav-testfiles";
        if (!Directory.Exists(folder))
            Assert.Skip("clamav-testfiles is not installed.");
        var sink = RtfReader.Instance.Read(File.ReadAllBytes($"{folder}/clam.exe.rtf"));
        Assert.Equal(File.ReadAllBytes($"{folder}/clam.exe"), Assert.Single(sink.Members, member => member.Name == "Clam.exe").Content);
    }

    [Theory]
    [InlineData("plain")]
    [InlineData("spaced")]
    [InlineData("groups")]
    [InlineData("words")]
    [InlineData("binary")]
    public void Digits_are_data_wherever_they_stand(string how)
    {
        var digits = Convert.ToHexString(Embedded("Word.Document.8", _compound));
        var pairs = digits.Chunk(26).Select(pair => new string(pair));
        var data = how switch
        {
            "spaced" => string.Join("\r\n \t", digits.ToLowerInvariant().Chunk(7).Select(part => new string(part))),
            "groups" => string.Concat(pairs.Select(pair => "{" + pair + "{\\*\\abc 0102}}")),
            "words" => string.Concat(pairs.Select(pair => $"{pair}\\par7 \\'4a\\~")),
            "binary" => Encoding.Latin1.GetString([.. Encoding.ASCII.GetBytes(digits[..20] + $"\\bin{digits.Length / 2 - 10} "), .. Convert.FromHexString(digits[20..])]),
            _ => digits,
        };
        var document = Encoding.Latin1.GetBytes($"{{\\rtf1 text {{\\object\\objemb{{\\*\\objclass Word}}{{\\*\\objdata {data}}}{{\\result{{\\pict 0102}}}}}}}}\r\n");
        var sink = RtfReader.Instance.Read(document);
        sink.AssertClean();
        Assert.Equal(["object 1 Word.Document.8", "picture 2"], sink.Members.Select(member => member.Name));
        Assert.Equal(_compound, sink.Members[0].Content);
        Assert.Equal([1, 2], sink.Members[1].Content);
    }

    [Fact]
    public void A_broken_header_hides_no_compound_file()
    {
        var document = Encoding.ASCII.GetBytes($"{{\\rt{{\\object{{\\objdata ffffffff{Convert.ToHexString(_compound)}}}}}}}");
        var sink = RtfReader.Instance.Read(document);
        Assert.Contains(sink.Faults, fault => fault.Id == RtfFaults.BadObject);
        Assert.Contains(sink.Members, member => member.Content.AsSpan().SequenceEqual(_compound));
    }

    [Fact]
    public void What_follows_the_last_brace_is_a_member_and_a_missing_brace_a_loss()
    {
        var sink = RtfReader.Instance.Read("{\\rtf1 {\\*\\datastore 0a0b0}}\r\n\0MZ behind"u8.ToArray());
        Assert.Equal([[0x0A, 0x0B, 0], "\r\n\0MZ behind"u8.ToArray()], sink.Members.Select(member => member.Content));
        sink = RtfReader.Instance.Read("{\\rtf1 {\\*\\datastore 0a0b"u8.ToArray());
        Assert.Equal([0x0A, 0x0B], Assert.Single(sink.Members).Content);
        Assert.Contains(sink.Losses, fault => fault.Id == RtfFaults.Truncated);
    }
}
