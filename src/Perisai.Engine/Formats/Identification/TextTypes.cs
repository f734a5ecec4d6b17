using System.Buffers;

namespace Perisai.Engine.Formats.Identification;

/// <summary>Tells text from binary data, and kinds of text from each other.</summary>
internal static class TextTypes
{
    /// <summary>Where the header of a PDF may begin: Acrobat and its followers look through the first KiB.</summary>
    private const int PdfHeaderRange = 1024;

    /// <summary>UTF-16 is judged by this many code units.</summary>
    private const int WideSample = 512;

    /// <summary>
    /// Control characters that no text has: all but bell, backspace, tab, line feed, vertical tab, form feed, carriage return, escape.
    /// </summary>
    private static readonly SearchValues<byte> Forbidden = SearchValues.Create(
        [0, 1, 2, 3, 4, 5, 6, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 28, 29, 30, 31, 127]);

    /// <param name="head">The object's beginning, at least one byte.</param>
    /// <param name="isWhole">Whether it is all of the object.</param>
    public static FileType Find(ReadOnlySpan<byte> head, bool isWhole)
    {
        if (head.BeginsWith([0xFF, 0xFE]) || head.BeginsWith([0xFE, 0xFF]))
        {
            if (FindWide(head[2..], bigEndian: head[0] == 0xFE, withMark: true) is var wide && wide != FileType.Unknown)
                return wide;
        }

        // What these programs look for they take from binary data too, so that it is looked for before the bytes are found to be text.
        var text = WithoutMark(head);
        if (FindAtStart(text) is var type && type != FileType.Unknown)
            return type;
        if (HasPdfHeader(head))
            return FileType.Pdf;
        if (!IsText(head, isWhole))
        {
            if (head.Length < 4 || head.IndexOf((byte)0) < 0)
                return FileType.Unknown;
            return FindWide(head, bigEndian: head[0] == 0, withMark: false);
        }

        if (text.TrimStart(" \t\r\n"u8) is var trimmed && (trimmed.StartsWith("<?xml"u8) || trimmed.StartsWith("<svg"u8)
            || XmlText.StartsOfficeDocument(trimmed)))
            return HtmlText.ContainsDocument(trimmed) && !XmlText.StartsOfficeDocument(trimmed) ? FileType.Html : FileType.Xml;
        if (MailText.ContainsHeader(text))
            return FileType.Mail;
        if (EncodedText.Find(text) is var encoded && encoded != FileType.Unknown)
            return encoded;
        if (!IsJson(text) && HtmlText.Contains(text))
            return FileType.Html;
        return ScriptText.LooksLikeProgram(text) ? FileType.Script : FileType.Text;
    }

    /// <summary>Whether all of it is text in ASCII, an 8-bit code or UTF-8. A DOS end-of-file mark may stand at the very end.</summary>
    public static bool IsText(ReadOnlySpan<byte> head, bool isWhole)
    {
        var at = head.IndexOfAny(Forbidden);
        return at < 0 || isWhole && head[at] == 0x1A && head[at..].IndexOfAnyExcept((byte)0x1A) < 0 && at > 0;
    }

    private static FileType FindAtStart(ReadOnlySpan<byte> text)
    {
        if (text.IsEmpty)
            return FileType.Unknown;
        // None of the kinds below begins with any other character than these.
        if (ScriptText.HasInterpreter(text))
            return FileType.Script;
        var trimmed = text.TrimStart(" \t\r\n\f\v"u8);
        if (trimmed.StartsWith("{\\rt"u8))
            return FileType.Rtf;
        if (StartsLine(trimmed, "BEGIN:VCALENDAR"u8))
            return FileType.Calendar;
        if (StartsLine(trimmed, "BEGIN:VCARD"u8))
            return FileType.VCard;
        if (HtmlText.StartsDocument(trimmed))
            return FileType.Html;
        if (EncodedText.IsYEncStart(text))
            return FileType.YEnc;
        return MailText.FindAtStart(text);
    }

    private static bool StartsLine(ReadOnlySpan<byte> text, ReadOnlySpan<byte> line) =>
        text.Length > line.Length && text[line.Length] is (byte)'\r' or (byte)'\n' && System.Text.Ascii.EqualsIgnoreCase(text[..line.Length], line);

    /// <summary>An object or array of JSON, whose strings may well hold markup.</summary>
    private static bool IsJson(ReadOnlySpan<byte> text)
    {
        text = text.TrimStart(" \t\r\n"u8);
        return !text.IsEmpty && text[0] is (byte)'{' or (byte)'[' && text[1..].TrimStart(" \t\r\n"u8) is var rest && !rest.IsEmpty
            && rest[0] is (byte)'"' or (byte)'{' or (byte)'[';
    }

    private static bool HasPdfHeader(ReadOnlySpan<byte> head)
    {
        var range = head[..Math.Min(head.Length, PdfHeaderRange + 8)];
        var from = 0;
        while (range[from..].IndexOf("-"u8) is var dash && dash >= 0)
        {
            var at = from + dash;
            from = at + 1;
            if (at < 4 || at + 1 >= range.Length || !range.Slice(at - 4, 4).SequenceEqual("%PDF"u8) && !range.Slice(at - 4, 4).SequenceEqual("%pdf"u8))
                continue;
            // At the start any version will do; further on a program that only speaks of PDF shall not pass for one.
            if (at == 4 || char.IsAsciiDigit((char)range[at + 1]) && (at == 4 || range[at - 5] is not ((byte)'"' or (byte)'\'' or (byte)'`')))
                return true;
        }

        return false;
    }

    private static ReadOnlySpan<byte> WithoutMark(ReadOnlySpan<byte> head) =>
        head.BeginsWith([0xEF, 0xBB, 0xBF]) ? head[3..] : head;

    /// <summary>UTF-16 text, or HTML in it. Without a byte order mark most characters must be ASCII, which all markup and scripts are.</summary>
    private static FileType FindWide(ReadOnlySpan<byte> bytes, bool bigEndian, bool withMark)
    {
        var count = Math.Min(bytes.Length / 2, WideSample);
        Span<byte> narrow = stackalloc byte[WideSample];
        var ascii = 0;
        for (var i = 0; i < count; i++)
        {
            var unit = bigEndian ? bytes[2 * i] << 8 | bytes[2 * i + 1] : bytes[2 * i + 1] << 8 | bytes[2 * i];
            if (unit < 128)
            {
                if (Forbidden.Contains((byte)unit))
                    return FileType.Unknown;
                ascii++;
            }
            else if (unit >= 0xFFFE || IsUnpaired(bytes, i, count, unit, bigEndian))
            {
                return FileType.Unknown;
            }

            narrow[i] = unit < 128 ? (byte)unit : (byte)'?';
        }

        if (!withMark && (count < 2 || ascii < count - count / 5))
            return FileType.Unknown;
        var text = narrow[..count].TrimStart(" \t\r\n"u8);
        if (text.StartsWith("<?xml"u8) && (XmlText.StartsOfficeDocument(text) || !HtmlText.ContainsDocument(text)))
            return FileType.Xml;
        return HtmlText.StartsDocument(text) || HtmlText.Contains(text) ? FileType.Html : FileType.TextUtf16;
    }

    private static bool IsUnpaired(ReadOnlySpan<byte> bytes, int index, int count, int unit, bool bigEndian)
    {
        if (unit is < 0xD800 or > 0xDFFF)
            return false;
        var isHigh = unit < 0xDC00;
        var other = isHigh ? index + 1 : index - 1;
        if (other >= count)
            return false;
        if (other < 0)
            return true;
        int first = bytes[2 * other + (bigEndian ? 0 : 1)];
        return isHigh ? first is < 0xDC or > 0xDF : first is < 0xD8 or > 0xDB;
    }
}
