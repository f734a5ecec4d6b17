namespace Perisai.Engine.Scanning.Links;

/// <summary>
/// Addresses of links as they are compared: without path, white space, brackets, in lower case behind the scheme, %-codes decoded (a zero as 1). Clamscan's rules, found
/// with its <c>--debug</c> output, are kept where they are strange, for they decide what equals what. Texts are one character a byte.
/// </summary>
internal static class LinkText
{
    private const string Delimiters = ":/?";
    private static readonly string[] s_productNames = [".net", "ado.net", "asp.net"];

    /// <summary>The address where a link leads.</summary>
    public static string CleanReal(string address) => Clean(address) is { } text ? Strip(text, " ") : "";

    /// <summary>The displayed address, and the same with the white space within it, by which words before an address are told.</summary>
    public static (string Address, string Spaced) CleanDisplayed(string address)
    {
        if (Clean(address) is not { } text)
            return ("", "");
        var spaced = text.Trim(' ');
        text = Strip(spaced, " ");
        var start = 0;
        while (start < text.Length && !char.IsAsciiLetterOrDigit(text[start]))
            start++;
        var end = text.Length;
        while (end > start && !char.IsAsciiLetterOrDigit(text[end - 1]))
            end--;
        if (end < text.Length && text[end] == '/')
            end++;
        return (start < end ? text[start..end] : "", spaced);
    }

    /// <summary>Without repetitions of a text; of several at the start only one is taken away, and one that ends at the last character but one stays.</summary>
    public static string Strip(string text, string what)
    {
        if (text.Length < 2 || text.Length < what.Length)
            return text;
        if (text.StartsWith(what, StringComparison.Ordinal))
            text = text[what.Length..];
        while (text.Length > what.Length && text.EndsWith(what, StringComparison.Ordinal))
            text = text[..^what.Length];
        if (text.Length == 0)
            return text;
        // The first character stays, whatever it is.
        return text[0] + text[1..].Replace(what, "", StringComparison.Ordinal);
    }

    /// <summary>Decodes %-codes until none is left; a code needs <paramref name="following"/> characters behind it.</summary>
    public static string DecodePercent(string text, int following)
    {
        if (text.Length < 2 + following)
            return text;
        var characters = text.ToCharArray();
        var start = 0;
        if (characters[0] == '%' && characters.Length > 2)
        {
            characters[2] = Decoded(characters[1], characters[2]);
            start = 2;
        }

        var length = characters.Length;
        for (var again = true; again;)
        {
            again = false;
            for (var i = start; (i = NextPercent(characters, i + 1, length - 2 - following)) >= 0;)
            {
                if (!char.IsAsciiHexDigit(characters[i + 1]) || !char.IsAsciiHexDigit(characters[i + 2]))
                    continue;
                characters[i] = Decoded(characters[i + 1], characters[i + 2]);
                characters.AsSpan((i + 3)..length).CopyTo(characters.AsSpan(i + 1));
                length -= 2;
                again |= characters[i] == '%';
            }
        }

        return new(characters, start, length - start);
    }

    private static int NextPercent(char[] characters, int from, int end) => from < end ? Array.IndexOf(characters, '%', from, end - from) : -1;

    /// <summary>The address without its path, clean but for white space; null where it is none.</summary>
    private static string? Clean(string address)
    {
        var text = string.Create(address.Length, address, static (span, source) =>
        {
            for (var i = 0; i < span.Length; i++)
                span[i] = (char)Math.Max(' ', source[i] & 0x7F);
        }).TrimStart(' ');
        if (text.Length < 2)
            return null;
        var trimmed = text.TrimEnd(' ');
        if (s_productNames.Any(name => trimmed.StartsWith(name, StringComparison.Ordinal)))
            return null;
        trimmed = trimmed.Replace('\\', '/');
        var host = trimmed.IndexOf(':', StringComparison.Ordinal);
        while (host >= 0 && host < trimmed.Length - 1 && trimmed[host + 1] == '/')
            host++;
        host++;
        var length = trimmed.AsSpan(host).IndexOfAny(Delimiters);
        trimmed = length < 0 ? trimmed : trimmed[..(host + length)];
        trimmed = trimmed[..host] + trimmed[host..].ToLowerInvariant();
        trimmed = trimmed.Replace('<', ' ').Replace('>', ' ').Replace('"', ' ').Replace(';', ' ');
        return DecodePercent(Strip(Strip(trimmed, "&lt"), "&gt"), following: 1);
    }

    private static char Decoded(char high, char low) => high == '0' && low == '0' ? '\x1' : (char)((Digit(high) << 4) | Digit(low));

    private static int Digit(char digit) => char.IsAsciiHexDigit(digit) ? Convert.ToInt32(digit.ToString(), 16) : 0;
}
