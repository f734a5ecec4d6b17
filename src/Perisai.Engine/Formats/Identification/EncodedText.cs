namespace Perisai.Engine.Formats.Identification;

/// <summary>Tells binary data in the clothes of text: uuencode, yEnc and BinHex, also behind some lines of other text.</summary>
internal static class EncodedText
{
    private static ReadOnlySpan<byte> BinHexMark => "(This file must be converted with BinHex"u8;

    public static FileType Find(ReadOnlySpan<byte> text)
    {
        while (!text.IsEmpty)
        {
            if (text[0] == '(' && text.StartsWith(BinHexMark))
                return FileType.BinHex;
            if (text[0] == 'b' && IsUuencodeStart(text))
                return FileType.Uuencode;
            if (text[0] == '=' && IsYEncStart(text))
                return FileType.YEnc;
            var end = text.IndexOf((byte)'\n');
            if (end < 0)
                break;
            text = text[(end + 1)..];
        }

        return FileType.Unknown;
    }

    /// <summary><c>=ybegin</c> with a line length and a size. Its data is no text: the head of a file is seldom told from text by its bytes.</summary>
    public static bool IsYEncStart(ReadOnlySpan<byte> text)
    {
        if (!text.StartsWith("=ybegin "u8))
            return false;
        var end = text.IndexOf((byte)'\n');
        var line = end < 0 ? text[..Math.Min(text.Length, 1024)] : text[..end];
        return line.IndexOf("line="u8) >= 0 && line.IndexOf("size="u8) >= 0;
    }

    /// <summary><c>begin</c>, a mode of three or four octal digits, a name; and then a line whose length fits its first character.</summary>
    private static bool IsUuencodeStart(ReadOnlySpan<byte> text)
    {
        var isBase64 = text.StartsWith("begin-base64 "u8);
        if (!isBase64 && !text.StartsWith("begin "u8))
            return false;
        var rest = text[(isBase64 ? 13 : 6)..];

        var digits = 0;
        while (digits < rest.Length && digits < 5 && rest[digits] is >= (byte)'0' and <= (byte)'7')
            digits++;
        var end = rest.IndexOf((byte)'\n');
        if (digits is < 3 or > 4 || digits >= rest.Length || rest[digits] != ' ' || end < 0)
            return false;
        var line = rest[(end + 1)..];
        end = line.IndexOf((byte)'\n');
        // The head may end within the line.
        if (end < 0)
            return line.Length == 0 || isBase64 || line[0] is >= 0x20 and <= 0x60;
        line = line[..end].TrimEnd("\r "u8);
        if (isBase64)
            return line.IndexOfAnyExceptInRange((byte)'+', (byte)'z') < 0;
        if (line.IsEmpty)
            return true;
        if (line[0] is < 0x20 or > 0x60)
            return false;
        // Trailing spaces stand for zeros and are often lost; some encoders add a character as a checksum.
        var bytes = line[0] - 0x20 & 0x3F;
        return line.Length - 1 <= (bytes + 2) / 3 * 4 + 2 && line[1..].IndexOfAnyExceptInRange((byte)0x20, (byte)0x60) < 0;
    }
}
