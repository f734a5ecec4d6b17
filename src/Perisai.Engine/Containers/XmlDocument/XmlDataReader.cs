using Perisai.Engine.Containers.Codecs;
using Perisai.Engine.Containers.Codecs.Text;

namespace Perisai.Engine.Containers.XmlDocument;

/// <summary>
/// Hands on what XML documents carry in base64: Word of 2003 and flat packages of later Office (<c>binData</c>, <c>binaryData</c>), flat
/// OpenDocument (<c>binary-data</c>), Hangul (<c>BINDATA</c>), PDF in XDP (<c>chunk</c>), and data of unknown elements. The text is looked through for
/// stretches of base64 between tags and in <c>data:</c> addresses, not parsed: a document that is not well-formed hides nothing.
/// </summary>
internal sealed class XmlDataReader : IContainerReader
{
    private const int MaxParts = 10_000;

    /// <summary>How much is looked at for the first tag and for the last.</summary>
    private const int MaxTag = 1024;

    public static readonly XmlDataReader Instance = new();

    public string Name => "xml";

    public FormatDescription Description { get; } = new(
        "XML documents with data (Word and Excel 2003 XML, flat OPC, flat OpenDocument, HWPML, XDP)",
        "base64 in elements of any name and in `data:` addresses, also in UTF-16; compressed data of Hangul decompressed; "
        + "encrypted OpenDocument packages are told by their manifest",
        "ECMA-376 part 2, [MS-XMLP], OASIS OpenDocument 1.3, XDP 2.0")
    {
        Limits = "10,000 parts",
        Gaps = "in elements that are not made for data, less than 66 bytes",
    };

    public void Read(ByteSource source, IMemberSink sink)
    {
        using var narrow = WideXml.Open(source);
        if (narrow is not null)
            source = narrow;
        var reader = new BoundedReader(source, sink.Budget);
        var search = new XmlDataSearch(reader);
        var count = 0;
        while (!sink.ShouldStop && search.TryNext(out var data))
        {
            if (data.End == source.Length)
                sink.AddLoss(XmlFaults.UnfinishedData, data.Start);
            if (count++ == MaxParts)
            {
                sink.AddLoss(XmlFaults.TooManyParts, data.Start);
                return;
            }

            if (!Add(source, data, count, sink))
                return;
            reader.Position = data.End;
        }

        ReportCut(reader, source, sink);
        ReportEncryption(reader, sink);
    }

    private static bool Add(ByteSource source, in XmlData data, int number, IMemberSink sink)
    {
        var (at, length) = (data.Start, data.End - data.Start);
        var name = $"{data.Name}-{number}";
        using (var input = new CodecInput(source, at, length, sink.Budget))
        using (var content = new Base64Stream(input))
        {
            if (!sink.AddStream(new(name), content, length))
                return false;
        }

        if (!data.IsDeflated)
            return true;
        using var text = new CodecInput(source, at, length, sink.Budget);
        using var decoded = new Base64Stream(text);
        using var packed = new CodecInput(decoded, sink.Budget);
        using var inflated = CodecStreams.Deflate(packed);
        return sink.AddStream(new($"{name}.inflated"), inflated, length);
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
