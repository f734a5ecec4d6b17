using System.Text;

namespace Perisai.Engine.Containers.Mail;

/// <summary>A parameter of a field; the value is what stands between the quotes, or up to the next semicolon.</summary>
internal readonly ref struct ContentParameter(ReadOnlySpan<byte> name, ReadOnlySpan<byte> value, bool isQuoted)
{
    public ReadOnlySpan<byte> Name { get; } = name;

    public ReadOnlySpan<byte> Value { get; } = value;

    public bool IsQuoted { get; } = isQuoted;
}

/// <summary>
/// Goes through the parameters of Content-Type and Content-Disposition (RFC 2045, section 5.1) with every sloppiness that programs
/// forgive: blanks round the equals sign, missing semicolons, missing quotes, comments, quotes without an end.
/// </summary>
internal ref struct ContentField
{
    private const int LongestComment = 256;

    /// <summary>Parameters, and things that are none, that are gone through.</summary>
    private const int MostTokens = 4000;

    private ReadOnlySpan<byte> _rest;
    private int _tokens;

    public ContentField(ReadOnlySpan<byte> value)
    {
        value = SkipBlanks(value).TrimStart("\"'"u8);
        var end = value.IndexOfAny("; \t,\"'("u8);
        Type = end < 0 ? value : value[..end];
        // "text / plain", seen in mass mail.
        if (end >= 0 && Type.IndexOf((byte)'/') < 0 && value[end..].TrimStart(" \t"u8) is [(byte)'/', ..] rest)
        {
            var subtype = rest[1..].TrimStart(" \t"u8);
            var length = subtype.IndexOfAny("; \t,\"'("u8);
            Type = (byte[])[.. Type, (byte)'/', .. length < 0 ? subtype : subtype[..length]];
            value = length < 0 ? default : subtype;
            end = length;
        }

        _rest = end < 0 ? default : value[end..];
        Current = default;
    }

    /// <summary>The value before its parameters: <c>text/plain</c>, <c>attachment</c>, in the case in which it stands.</summary>
    public ReadOnlySpan<byte> Type { get; }

    public ContentParameter Current { get; private set; }

    public readonly bool IsType(string type) => Ascii.EqualsIgnoreCase(Type, type);

    /// <summary>Whether the type begins so: <c>multipart/</c>.</summary>
    public readonly bool IsFamily(string family) => Type.Length > family.Length && Ascii.EqualsIgnoreCase(Type[..family.Length], family);

    public bool MoveNext()
    {
        while (_tokens++ < MostTokens)
        {
            _rest = SkipBlanks(_rest.TrimStart("; \t,\"'"u8));
            if (_rest.IsEmpty)
                return false;
            var end = _rest.IndexOfAny("=; \t("u8);
            if (end < 0)
                return false;
            var name = _rest[..end];
            var behind = SkipBlanks(_rest[end..]);
            if (behind.IsEmpty || behind[0] != '=' || name.IsEmpty)
            {
                _rest = _rest[Math.Max(end, 1)..];
                continue;
            }

            ReadValue(name, SkipBlanks(behind[1..]));
            return true;
        }

        return false;
    }

    /// <summary>Without blanks and comments at its beginning. What does not end soon is no comment.</summary>
    public static ReadOnlySpan<byte> SkipBlanks(ReadOnlySpan<byte> text)
    {
        while (true)
        {
            text = text.TrimStart(" \t\r\n"u8);
            if (text.IsEmpty || text[0] != '(')
                return text;
            var depth = 0;
            var at = 0;
            do
            {
                if (text[at] == '\\')
                    at++;
                else if (text[at] == '(')
                    depth++;
                else if (text[at] == ')')
                    depth--;
            }
            while (++at < text.Length && at < LongestComment && depth > 0);
            if (depth > 0)
                return text;
            text = text[Math.Min(at, text.Length)..];
        }
    }

    /// <summary>Quoted pairs resolved.</summary>
    public static byte[] Unescape(ReadOnlySpan<byte> value)
    {
        var result = new byte[value.Length];
        var count = 0;
        for (var i = 0; i < value.Length; i++)
        {
            if (value[i] == '\\' && i + 1 < value.Length)
                i++;
            result[count++] = value[i];
        }

        return result.AsSpan(0, count).ToArray();
    }

    private void ReadValue(ReadOnlySpan<byte> name, ReadOnlySpan<byte> text)
    {
        if (text is [(byte)'"', ..])
        {
            var end = 1;
            while (end < text.Length && text[end] != '"')
                end += text[end] == '\\' ? 2 : 1;
            if (end < text.Length)
            {
                Current = new(name, text[1..end], true);
                _rest = text[(end + 1)..];
                return;
            }

            text = text[1..];
        }

        var semicolon = text.IndexOf((byte)';');
        Current = new(name, (semicolon < 0 ? text : text[..semicolon]).TrimEnd(" \t"u8), false);
        // A semicolon may be missing: the next parameter is looked for behind the first blank.
        var blank = text.IndexOfAny("; \t"u8);
        _rest = blank < 0 ? default : text[blank..];
    }
}
