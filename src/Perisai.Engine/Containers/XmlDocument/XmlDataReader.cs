using Perisai.Engine.Containers.Codecs;
using Perisai.Engine.Containers.Codecs.Text;

namespace Perisai.Engine.Containers.XmlDocument;

/// <summary>
/// Hands on what XML documents carry in base64: Word of 2003 and flat packages of later Office (<c>binData</c>, <c>binaryData</c>), flat
/// OpenDocument (<c>binary-data</c>), Hangul (<c>BINDATA</c>), PDF in XDP (<c>chunk</c>), and data of unknown elements. The text is looked through for
/// stretches of base64 between tags, not parsed: a document that is not well-formed hides nothing.
/// </summary>
internal sealed class XmlDataReader : IContainerReader
{
    /// <summary>Text between tags that is shorter is no file.</summary>
    private const int LeastLength = 64;

    private const int MaxParts = 10_000;

    /// <summary>How much of a tag is looked at, and of the text behind it.</summary>
    private const int MaxTag = 1024;

    /// <summary>What comes before the compressed project in an ActiveMime object, with the two bytes of zlib.</summary>
    private const int ActiveMimeHeaderLength = 0x32 + 2;

    public static readonly XmlDataReader Instance = new();

    public string Name => "xml";

    public FormatDescription Description { get; } = new(
        "XML documents with data (Word and Excel 2003 XML, flat OPC, flat OpenDocument, HWPML, XDP)",
        "base64 in elements of any name; macro projects of Word 2003 and compressed data of Hangul decompressed; "
        + "encrypted OpenDocument packages are told by their manifest",
        "ECMA-376 part 2, [MS-XMLP], OASIS OpenDocument 1.3, XDP 2.0")
    {
        Limits = "10,000 parts",
        Gaps = "only UTF-8 and 8-bit encodings are looked through",
    };

    /// <summary><c>ActiveMime</c> in base64.</summary>
    private static ReadOnlySpan<byte> ActiveMimeMark => "QWN0aXZlTWltZ"u8;

    public void Read(ByteSource source, IMemberSink sink)
    {
        var reader = new BoundedReader(source, sink.Budget);
        var count = 0;
        long at = 0;
        while ((at = reader.IndexOf(">"u8, at)) >= 0 && !sink.ShouldStop)
        {
            at++;
            reader.Position = at;
            if (!IsBase64(reader.Peek(LeastLength * 2)))
                continue;
            var end = reader.IndexOf("<"u8, at);
            if (end < 0)
            {
                sink.AddLoss(XmlFaults.UnfinishedData, at);
                end = source.Length;
            }

            if (end - at < LeastLength)
                continue;
            if (count++ == MaxParts)
            {
                sink.AddLoss(XmlFaults.TooManyParts, at);
                return;
            }

            if (!Add(reader, source, at, end - at, count, sink))
                return;
            at = end;
        }

        ReportCut(reader, source, sink);
        ReportEncryption(reader, sink);
    }

    private static bool Add(BoundedReader reader, ByteSource source, long at, long length, int number, IMemberSink sink)
    {
        var tag = TagBefore(reader, at - 1);
        var name = $"{NameOf(tag)}-{number}";
        using (var input = new CodecInput(source, at, length, sink.Budget))
        using (var content = new Base64Stream(input))
        {
            if (!sink.AddStream(new(name), content, length))
                return false;
        }

        reader.Position = at;
        var isActiveMime = reader.Peek(LeastLength).TrimStart(" \t\r\n"u8).StartsWith(ActiveMimeMark);
        if (!isActiveMime && !tag.Contains("Compress=\"true\"", StringComparison.Ordinal))
            return true;
        using var text = new CodecInput(source, at, length, sink.Budget);
        using var decoded = new Base64Stream(text);
        using var packed = new CodecInput(decoded, sink.Budget);
        if (isActiveMime && !packed.Skip(ActiveMimeHeaderLength))
            return true;
        using var inflated = CodecStreams.Deflate(packed);
        return sink.AddStream(new($"{name}.inflated"), inflated, length);
    }

    /// <summary>Whether text begins as encoded data does: white space aside, only its letters, of at least two kinds, and no words between spaces.</summary>
    private static bool IsBase64(ReadOnlySpan<byte> text)
    {
        var letters = 0;
        var spaces = 0;
        foreach (var value in text)
        {
            if (value is (byte)'\r' or (byte)'\n')
                continue;
            if (value is (byte)' ' or (byte)'\t')
            {
                // Spaces stand before a line, not between words.
                spaces++;
                continue;
            }

            if (!char.IsAsciiLetterOrDigit((char)value) && value is not ((byte)'+' or (byte)'/' or (byte)'='))
                return letters >= LeastLength - 4 && value == '<';
            letters++;
        }

        return letters >= LeastLength && spaces < letters / 2;
    }

    /// <summary>The tag that ends at a place; empty where it cannot be told.</summary>
    private static string TagBefore(BoundedReader reader, long end)
    {
        var start = Math.Max(0, end - MaxTag);
        reader.Position = start;
        return reader.TryGetSpan((int)(end - start), out var bytes) ? MemberName.Decode(bytes[(bytes.LastIndexOf((byte)'<') + 1)..]) : "";
    }

    /// <summary>The name of a tag's element, without its prefix.</summary>
    private static string NameOf(string tag)
    {
        var length = tag.AsSpan().IndexOfAny(" \t\r\n/");
        var name = length >= 0 ? tag[..length] : tag;
        name = name[(name.LastIndexOf(':') + 1)..];
        return name.Length is 0 or > 64 ? "data" : name;
    }

    /// <summary>A document ends with a tag; where it does not, something of it is missing.</summary>
    private static void ReportCut(BoundedReader reader, ByteSource source, IMemberSink sink)
    {
        reader.Position = source.Length - MaxTag;
        var tail = reader.Peek((int)Math.Min(MaxTag, source.Length)).TrimEnd(" \t\r\n\0"u8);
        if (!tail.IsEmpty && tail[^1] != '>')
            sink.AddFault(XmlFaults.Truncated, source.Length);
    }

    /// <summary>
    /// The manifest of an OpenDocument package tells which of its files are encrypted (OASIS OpenDocument 1.3, part 2, 4.4); to the zip around it they are
    /// files like any other.
    /// </summary>
    private static void ReportEncryption(BoundedReader reader, IMemberSink sink)
    {
        if (reader.IndexOf("<manifest:manifest"u8, 0, MaxTag) >= 0 && reader.IndexOf("<manifest:encryption-data"u8, 0) >= 0)
            sink.AddNotScanned(new("encrypted files of the package"), NotScannedReason.Encrypted, "An OpenDocument package with a password.");
    }
}
