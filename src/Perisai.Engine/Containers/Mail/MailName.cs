using System.Buffers;
using System.Buffers.Text;
using System.Text;
using System.Text.Unicode;

namespace Perisai.Engine.Containers.Mail;

/// <summary>
/// The name of an attachment, from <c>filename</c> and <c>name</c> parameters with their continuations and charsets (RFC 2231) and from
/// encoded words (RFC 2047). It is for reports only: a charset that the runtime does not have is read a byte a character.
/// </summary>
internal static class MailName
{
    private const int LongestName = 1024;
    private const int MostSegments = 64;

    /// <summary>The first name that the fields give; empty where they give none.</summary>
    public static string Find(MailHeader header)
    {
        foreach (var (list, key) in new[] { (header.Dispositions, "filename"), (header.ContentTypes, "name"), (header.Dispositions, "name"), (header.ContentTypes, "filename") })
        {
            foreach (var value in list)
            {
                if (FindIn(value.Span, key) is { Length: > 0 } name)
                    return name;
            }
        }

        return "";
    }

    /// <summary>
    /// A parameter's value; whole where it stands so, put together where it is cut into pieces (<c>key*0*=</c>). Null where there is none.
    /// </summary>
    public static byte[]? FindExtended(ReadOnlySpan<byte> field, string key, out string charset)
    {
        charset = "";
        var pieces = new List<(int Number, byte[] Value, bool IsEncoded)>();
        var reader = new ContentField(field);
        while (reader.MoveNext())
        {
            var name = reader.Current.Name;
            if (name.Length <= key.Length || name[key.Length] != '*' || !Ascii.EqualsIgnoreCase(name[..key.Length], key))
                continue;
            var isEncoded = name[^1] == '*';
            var number = name[(key.Length + 1)..].TrimEnd((byte)'*');
            if (pieces.Count < MostSegments && (number.IsEmpty || Utf8Parser.TryParse(number, out int parsed, out _) && parsed >= 0))
            {
                Utf8Parser.TryParse(number, out int index, out _);
                pieces.Add((index, reader.Current.IsQuoted ? ContentField.Unescape(reader.Current.Value) : reader.Current.Value.ToArray(), isEncoded));
            }
        }

        if (pieces.Count == 0)
            return null;
        var result = new ArrayBufferWriter<byte>();
        var isFirst = true;
        foreach (var (_, value, isEncoded) in pieces.OrderBy(piece => piece.Number))
        {
            ReadOnlySpan<byte> text = value;
            if (isFirst && isEncoded && text.IndexOf((byte)'\'') is var quote && quote >= 0 && text[(quote + 1)..].IndexOf((byte)'\'') is var second && second >= 0)
            {
                charset = Encoding.Latin1.GetString(text[..quote]);
                text = text[(quote + second + 2)..];
            }

            result.Write(isEncoded ? PercentDecode(text) : text);
            isFirst = false;
        }

        return result.WrittenSpan.ToArray();
    }

    /// <summary>Text in a charset; what the charset is not told for is UTF-8 where it can be, and a byte a character otherwise.</summary>
    public static string Decode(ReadOnlySpan<byte> text, string charset)
    {
        if (text.Length > LongestName)
            text = text[..LongestName];
        if (charset.Length == 0 || charset.Equals("utf-8", StringComparison.OrdinalIgnoreCase) || charset.Equals("us-ascii", StringComparison.OrdinalIgnoreCase))
            return Utf8.IsValid(text) ? Encoding.UTF8.GetString(text) : Encoding.Latin1.GetString(text);
        if (charset.StartsWith("utf-16", StringComparison.OrdinalIgnoreCase))
            return charset.EndsWith("le", StringComparison.OrdinalIgnoreCase) ? Encoding.Unicode.GetString(text) : Encoding.BigEndianUnicode.GetString(text);
        return Encoding.Latin1.GetString(text);
    }

    /// <summary>Resolves encoded words; blanks between two of them are no text.</summary>
    public static string DecodeWords(ReadOnlySpan<byte> text)
    {
        if (text.Length > LongestName)
            text = text[..LongestName];
        var result = new StringBuilder();
        while (text.IndexOf("=?"u8) is var at && at >= 0)
        {
            if (!TryReadWord(text[at..], out var word, out var length))
            {
                result.Append(Decode(text[..(at + 2)], ""));
                text = text[(at + 2)..];
                continue;
            }

            if (result.Length == 0 || text[..at].ContainsAnyExcept(" \t"u8))
                result.Append(Decode(text[..at], ""));
            result.Append(word);
            text = text[(at + length)..];
        }

        return result.Append(Decode(text, "")).ToString();
    }

    private static string? FindIn(ReadOnlySpan<byte> field, string key)
    {
        if (field.IndexOf((byte)'*') >= 0 && FindExtended(field, key, out var charset) is { } extended)
            return Clean(Decode(extended, charset));
        var reader = new ContentField(field);
        while (reader.MoveNext())
        {
            if (!Ascii.EqualsIgnoreCase(reader.Current.Name, key))
                continue;
            // A backslash in a name is more often a folder of Windows than a quoted pair.
            var value = reader.Current.Value.IndexOf("\\\""u8) >= 0 ? ContentField.Unescape(reader.Current.Value) : reader.Current.Value;
            return Clean(DecodeWords(value));
        }

        return null;
    }

    private static string Clean(string name)
    {
        name = name.Trim();
        return name.AsSpan().IndexOfAnyInRange('\0', '\x1F') < 0 ? name : string.Concat(name.Where(c => c >= ' '));
    }

    private static bool TryReadWord(ReadOnlySpan<byte> text, out string word, out int length)
    {
        word = "";
        length = 0;
        var body = text[2..];
        var first = body.IndexOf((byte)'?');
        if (first <= 0 || first + 2 >= body.Length || body[first + 2] != '?')
            return false;
        var content = body[(first + 3)..];
        var end = content.IndexOf("?="u8);
        if (end < 0)
            return false;
        var charset = Encoding.Latin1.GetString(body[..first]);
        // "utf-8*en" names a language as well.
        if (charset.IndexOf('*') is var star && star >= 0)
            charset = charset[..star];
        length = 2 + first + 3 + end + 2;
        content = content[..end];
        switch (body[first + 1] | 0x20)
        {
            case 'b':
                word = Decode(Base64Decode(content), charset);
                return true;
            case 'q':
                var replaced = content.ToArray();
                replaced.AsSpan().Replace((byte)'_', (byte)' ');
                replaced.AsSpan().Replace((byte)'=', (byte)'%');
                word = Decode(PercentDecode(replaced), charset);
                return true;
            default:
                return false;
        }
    }

    private static byte[] Base64Decode(ReadOnlySpan<byte> text)
    {
        var padded = new byte[(text.Length + 3) / 4 * 4];
        Array.Fill(padded, (byte)'=');
        text.CopyTo(padded);
        var result = new byte[padded.Length];
        Base64.DecodeFromUtf8(padded, result, out _, out var written);
        return result[..written];
    }

    private static byte[] PercentDecode(ReadOnlySpan<byte> text)
    {
        var result = new byte[text.Length];
        var count = 0;
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] == '%' && i + 2 < text.Length && Utf8Parser.TryParse(text.Slice(i + 1, 2), out byte value, out var used, 'x') && used == 2)
            {
                result[count++] = value;
                i += 2;
            }
            else
            {
                result[count++] = text[i];
            }
        }

        return result[..count];
    }
}
