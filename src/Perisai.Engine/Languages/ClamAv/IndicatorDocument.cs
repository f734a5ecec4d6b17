using System.Text;
using System.Xml;
using Perisai.Engine.Definitions.Ir;

namespace Perisai.Engine.Languages.ClamAv;

/// <summary>
/// An OpenIOC document (.ioc): of its indicators the digests of files count, whatever the logic between them, each a definition named
/// <c>file.ioc.digest</c>. An indicator item is one if its content says so (<c>type="md5"</c>, sha1, sha256), or its context asks for
/// <c>FileItem/Md5sum</c> and the like. Entities are not resolved, and nothing is fetched.
/// See https://docs.clamav.net/manual/Signatures.html (and the OpenIOC 1.1 schema).
/// </summary>
internal static class IndicatorDocument
{
    /// <summary>Characters of a document: more digests than a file of indicators for people ever had.</summary>
    private const long MaximumCharacters = 256 << 20;

    /// <summary>A digest and the white space around it.</summary>
    private const int MaximumContent = 4096;

    private static readonly XmlReaderSettings Settings = new()
    {
        DtdProcessing = DtdProcessing.Prohibit,
        XmlResolver = null,
        MaxCharactersInDocument = MaximumCharacters,
        CloseInput = false,
    };

    public static void Parse(Stream content, string file, DefinitionFlags flags, IDefinitionSink sink)
    {
        var found = 0;
        try
        {
            using var reader = XmlReader.Create(content, Settings);
            found = ReadDocument(reader, file, flags, sink);
        }
        catch (XmlException exception)
        {
            sink.AddDiagnostic(new Diagnostic(
                ClamAvDocumentFaults.Malformed, file, Math.Max(1, exception.LineNumber), Math.Max(1, exception.LinePosition),
                $"The document is no well-formed XML without a document type: {exception.Message} Correct it: what follows is not read."));
            return;
        }

        if (found == 0)
        {
            const string Text = "The document holds no digests of files, which are all that is taken from it.";
            sink.AddDiagnostic(new Diagnostic(ClamAvDocumentFaults.NoDigests, file, 1, 1, Text)
            {
                IsError = false,
            });
        }
    }

    private static int ReadDocument(XmlReader reader, string file, DefinitionFlags flags, IDefinitionSink sink)
    {
        var found = 0;
        var items = 0;
        var indicators = 0;
        var isDigestContext = false;
        while (reader.Read())
        {
            if (reader.NodeType is not (XmlNodeType.Element or XmlNodeType.EndElement))
                continue;
            var isStart = reader.NodeType == XmlNodeType.Element;
            switch (reader.LocalName)
            {
                case "Indicator" when !reader.IsEmptyElement:
                    indicators += isStart ? 1 : -1;
                    break;
                case "IndicatorItem" when indicators > 0 && !reader.IsEmptyElement:
                    items += isStart ? 1 : -1;
                    isDigestContext = false;
                    break;
                case "Context" when isStart && items > 0:
                    isDigestContext = AsksForDigest(reader);
                    break;
                case "Content" when isStart && items > 0 && !reader.IsEmptyElement && (isDigestContext || HasDigestType(reader)):
                    found += ReadContent(reader, file, flags, sink) ? 1 : 0;
                    break;
                default:
                    break;
            }
        }

        return found;
    }

    private static bool AsksForDigest(XmlReader reader) => reader.GetAttribute("document") == "FileItem"
        && reader.GetAttribute("search") is "FileItem/Md5sum" or "FileItem/Sha1sum" or "FileItem/Sha256sum";

    private static bool HasDigestType(XmlReader reader) => reader.GetAttribute("type")?.ToLowerInvariant() is "md5" or "sha1" or "sha256";

    /// <summary>Reads the text that follows the start of an element at once, as ClamAV does: behind a comment or an element none is taken.</summary>
    private static bool ReadContent(XmlReader reader, string file, DefinitionFlags flags, IDefinitionSink sink)
    {
        var line = reader is IXmlLineInfo place ? place.LineNumber : 1;
        if (!reader.Read() || reader.NodeType != XmlNodeType.Text)
            return false;
        var text = reader.Value.Length <= MaximumContent ? reader.Value.Trim() : reader.Value[..MaximumContent];
        if (text.Length == 0)
            return false;
        var location = new SourceLocation(file, line);
        Span<byte> digest = stackalloc byte[32];
        if (!HashSignature.TryReadDigest(text, digest, out var algorithm, out var length))
        {
            const string Text = "The content is not 32 (MD5), 40 (SHA-1) or 64 (SHA-256) hexadecimal digits. Correct or remove it.";
            sink.AddDiagnostic(Diagnostic.At(location, ClamAvLineFaults.Digest, Text) with { IsError = false });
            return false;
        }

        sink.Add(new HashDefinition($"{NameOf(file)}.{text}", location, algorithm, HashScope.Object, null, flags), digest[..length]);
        return true;
    }

    /// <summary>The file's name, without what would read as something else in a report.</summary>
    private static string NameOf(string file)
    {
        var name = new StringBuilder(Path.GetFileName(file));
        for (var i = 0; i < name.Length; i++)
        {
            if (name[i] is '\\' or '?' or '%' or '*' or ':' or '|' or '"' or '<' or '>' || char.IsWhiteSpace(name[i]))
                name[i] = '_';
        }

        return name.ToString();
    }
}

/// <summary>Ids of what can be wrong in databases that are read as a whole.</summary>
internal static class ClamAvDocumentFaults
{
    /// <summary>No well-formed XML.</summary>
    public const string Malformed = "clamav.document";

    /// <summary>No digest in it.</summary>
    public const string NoDigests = "clamav.no-digests";
}
