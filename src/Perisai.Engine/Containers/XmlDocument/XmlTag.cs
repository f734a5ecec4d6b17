using System.Text;

namespace Perisai.Engine.Containers.XmlDocument;

/// <summary>A start tag, looked at without a parser: documents with errors are opened by the programs they are meant for, too.</summary>
internal readonly ref struct XmlTag(ReadOnlySpan<byte> text)
{
    /// <summary>Tags longer than this are not looked at.</summary>
    public const int MaximumLength = 1024;

    /// <summary>From the opening bracket to before the closing one.</summary>
    private readonly ReadOnlySpan<byte> _text = text;

    /// <summary>The element's name without its prefix.</summary>
    public ReadOnlySpan<byte> LocalName
    {
        get
        {
            var name = _text[1..];
            var end = name.IndexOfAny(" \t\r\n/"u8);
            if (end >= 0)
                name = name[..end];
            return name[(name.LastIndexOf((byte)':') + 1)..];
        }
    }

    public bool IsStart => _text.Length > 1 && _text[1] is not ((byte)'/' or (byte)'!' or (byte)'?') && !_text.EndsWith("/"u8);

    /// <summary>Whether its content is base64 and nothing else: Word 2003 and its kin, HWPML, flat OPC, flat OpenDocument.</summary>
    public bool HoldsOnlyBase64 => LocalName is var name && (Is(name, "binData") || Is(name, "binaryData") || Is(name, "binary-data"));

    /// <summary>Whether its content may be base64: XDP, FictionBook and property lists use words that others do, too.</summary>
    public bool HoldsBase64 => HoldsOnlyBase64 || LocalName is var name && (Is(name, "chunk") || Is(name, "binary") || Is(name, "data"));

    public bool IsDeflated => Is(Attribute("Compress"), "true");

    /// <summary>The value of an attribute whose name ends so; empty where there is none.</summary>
    private ReadOnlySpan<byte> Attribute(ReadOnlySpan<char> name)
    {
        for (var rest = _text; rest.IndexOf((byte)'=') is var at && at >= 0; rest = rest[(at + 1)..])
        {
            var before = rest[..at].TrimEnd(" \t\r\n"u8);
            if (before.Length <= name.Length || !Is(before[^name.Length..], name) || char.IsAsciiLetterOrDigit((char)before[^(name.Length + 1)]))
                continue;
            var value = rest[(at + 1)..].TrimStart(" \t\r\n"u8);
            if (value.Length < 2 || value[0] is not ((byte)'"' or (byte)'\''))
                continue;
            var end = value[1..].IndexOf(value[0]);
            if (end >= 0)
                return value.Slice(1, end);
        }

        return [];
    }

    private static bool Is(ReadOnlySpan<byte> text, ReadOnlySpan<char> word) => Ascii.EqualsIgnoreCase(text, word);
}
