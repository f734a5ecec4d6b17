using System.Text;

namespace Perisai.Engine.Formats.Identification;

/// <summary>Tells HTML, by the tags that browsers sniff for (WHATWG MIME Sniffing, 7.1) and those that attacks begin with.</summary>
internal static class HtmlText
{
    /// <summary>Whether the text begins with a tag of HTML; comments and white space may stand before it.</summary>
    public static bool StartsDocument(ReadOnlySpan<byte> text)
    {
        while (text.StartsWith("<!--"u8))
        {
            var end = text.IndexOf("-->"u8);
            if (end < 0)
                return true;
            text = text[(end + 3)..].TrimStart(" \t\r\n\f"u8);
            // A comment alone is HTML to a browser, and to nothing else.
            if (text.IsEmpty)
                return true;
        }

        return text.Length > 2 && text[0] == '<' && IsTag(text[1..], anyElement: true);
    }

    /// <summary>
    /// Whether a tag that only HTML has stands at a place where markup begins: after white space, another tag, or nothing. In the strings
    /// of a program it stands after a quote.
    /// </summary>
    public static bool Contains(ReadOnlySpan<byte> text)
    {
        var at = 0;
        while (text[at..].IndexOf((byte)'<') is var found && found >= 0)
        {
            at += found;
            if ((at == 0 || text[at - 1] is (byte)' ' or (byte)'\t' or (byte)'\r' or (byte)'\n' or (byte)'>')
                && text.Length - at > 2 && IsTag(text[(at + 1)..], anyElement: false))
                return true;
            at++;
        }

        return false;
    }

    /// <summary>Whether XML holds an HTML document or a script.</summary>
    public static bool ContainsDocument(ReadOnlySpan<byte> text)
    {
        var at = 0;
        while (text[at..].IndexOf((byte)'<') is var found && found >= 0)
        {
            at += found + 1;
            if (IsNamed(text[at..], "html") || IsNamed(text[at..], "script") || IsNamed(text[at..], "iframe") || IsDocumentType(text[at..]))
                return true;
        }

        return false;
    }

    /// <param name="rest">What follows the opening bracket.</param>
    /// <param name="anyElement">Also tags that other texts might have.</param>
    private static bool IsTag(ReadOnlySpan<byte> rest, bool anyElement) => (rest[0] | 0x20) switch
    {
        '!' | 0x20 => IsDocumentType(rest),
        'a' => IsNamed(rest, "a") && (rest[1] is (byte)' ' or (byte)'\t' or (byte)'\r' or (byte)'\n') && HasReference(rest) || IsNamed(rest, "applet"),
        'b' => IsNamed(rest, "body") || anyElement && (IsNamed(rest, "b") || IsNamed(rest, "br") || IsNamed(rest, "base")),
        'c' => anyElement && IsNamed(rest, "center"),
        'd' => anyElement && IsNamed(rest, "div"),
        'e' => IsNamed(rest, "embed"),
        'f' => anyElement && (IsNamed(rest, "font") || IsNamed(rest, "form")) || IsNamed(rest, "frameset"),
        'h' => IsNamed(rest, "html") || IsNamed(rest, "head") || IsNamed(rest, "hta:application") || anyElement && IsNamed(rest, "h1"),
        'i' => IsNamed(rest, "iframe") || IsNamed(rest, "img"),
        'l' => anyElement && IsNamed(rest, "link"),
        'm' => anyElement && IsNamed(rest, "meta"),
        'o' => anyElement && IsNamed(rest, "object"),
        'p' => anyElement && IsNamed(rest, "p"),
        's' => IsNamed(rest, "script") || anyElement && (IsNamed(rest, "style") || IsNamed(rest, "span")),
        't' => IsNamed(rest, "table") || anyElement && IsNamed(rest, "title"),
        _ => false,
    };

    private static bool IsDocumentType(ReadOnlySpan<byte> rest)
    {
        if (!StartsWith(rest, "!doctype"))
            return false;
        return StartsWith(rest[8..].TrimStart(" \t\r\n"u8), "html");
    }

    private static bool HasReference(ReadOnlySpan<byte> rest)
    {
        var end = rest.IndexOf((byte)'>');
        var tag = end < 0 ? rest : rest[..end];
        for (var at = 2; at + 4 <= tag.Length; at++)
        {
            if ((tag[at] | 0x20) == 'h' && StartsWith(tag[at..], "href"))
                return true;
        }

        return false;
    }

    private static bool IsNamed(ReadOnlySpan<byte> rest, ReadOnlySpan<char> name) =>
        StartsWith(rest, name) && (rest.Length == name.Length
            || rest[name.Length] is (byte)'>' or (byte)' ' or (byte)'\t' or (byte)'\r' or (byte)'\n' or (byte)'\f' or (byte)'/' or 0);

    private static bool StartsWith(ReadOnlySpan<byte> text, ReadOnlySpan<char> prefix) =>
        text.Length >= prefix.Length && Ascii.EqualsIgnoreCase(text[..prefix.Length], prefix);
}
