using System.Text;

namespace Perisai.Engine.Containers.Mail;

/// <summary>Ways in which a body may be encoded (RFC 2045, section 6); a body may have to be read in several of them.</summary>
[Flags]
internal enum TransferEncodings
{
    None = 0,

    /// <summary>7bit, 8bit, binary, and whatever nobody knows.</summary>
    Identity = 1,
    Base64 = 2,
    QuotedPrintable = 4,
    Uuencode = 8,
    YEnc = 16,
}

/// <summary>Tells a body's encoding from its header field, and from its looks.</summary>
internal static class TransferEncoding
{
    /// <summary>Bytes of a body that are looked at.</summary>
    public const int SampleLength = 4096;

    /// <summary>The encoding that a field's value names; None where it names none that we know.</summary>
    public static TransferEncodings Parse(ReadOnlySpan<byte> value)
    {
        value = ContentField.SkipBlanks(value).Trim(" \t\"'"u8);
        var end = value.IndexOfAny(" \t;,(\"'\r"u8);
        if (end >= 0)
            value = value[..end];
        if (Is(value, "base64") || Is(value, "x-base64") || Is(value, "base-64"))
            return TransferEncodings.Base64;
        if (Is(value, "quoted-printable") || Is(value, "quotedprintable") || Is(value, "x-quoted-printable") || Is(value, "qp"))
            return TransferEncodings.QuotedPrintable;
        if (Is(value, "x-uuencode") || Is(value, "uuencode") || Is(value, "x-uue") || Is(value, "uue") || Is(value, "x-uu"))
            return TransferEncodings.Uuencode;
        if (Is(value, "x-yencode") || Is(value, "yenc") || Is(value, "x-yenc"))
            return TransferEncodings.YEnc;
        return Is(value, "7bit") || Is(value, "8bit") || Is(value, "binary") || Is(value, "7-bit") || Is(value, "8-bit")
            ? TransferEncodings.Identity : TransferEncodings.None;
    }

    /// <summary>
    /// Whether a body's beginning is base64 and nothing else: long lines of the alphabet without a blank. A single word would be, too;
    /// therefore one full line is asked for.
    /// </summary>
    public static bool LooksLikeBase64(ReadOnlySpan<byte> sample)
    {
        var longest = 0;
        var isCut = sample.Length >= SampleLength;
        while (!sample.IsEmpty)
        {
            var end = sample.IndexOf((byte)'\n');
            var line = (end < 0 ? sample : sample[..end]).TrimEnd("\r \t"u8);
            sample = end < 0 ? default : sample[(end + 1)..];
            var digits = line.TrimEnd((byte)'=');
            if (line.Length - digits.Length > 2 || ContainsOther(digits))
                return false;
            longest = Math.Max(longest, line.Length);
            if (digits.Length < line.Length)
                break;
        }

        return longest >= 60 || !isCut && longest >= 16 && longest % 4 == 0;
    }

    /// <summary>Whether so much of it is outside the alphabet that some programs would show it as it is.</summary>
    public static bool LooksLikeNoBase64(ReadOnlySpan<byte> sample)
    {
        var other = 0;
        foreach (var value in sample)
            other += char.IsAsciiLetterOrDigit((char)value) || value is (byte)'+' or (byte)'/' or (byte)'=' or (byte)'\r' or (byte)'\n' ? 0 : 1;
        return other * 16 > sample.Length;
    }

    /// <summary>Whether a body's beginning has soft line breaks and escapes as quoted-printable has them.</summary>
    public static bool LooksLikeQuotedPrintable(ReadOnlySpan<byte> sample)
    {
        var softBreaks = 0;
        var escapes = 0;
        for (int at; (at = sample.IndexOf((byte)'=')) >= 0 && at + 2 < sample.Length; sample = sample[(at + 1)..])
        {
            if (sample[at + 1] == '\n' || sample[at + 1] == '\r' && sample[at + 2] == '\n')
                softBreaks++;
            else if (char.IsAsciiHexDigitUpper((char)sample[at + 1]) && char.IsAsciiHexDigitUpper((char)sample[at + 2]))
                escapes++;
        }

        return softBreaks + escapes >= 3 && escapes > 0;
    }

    private static bool ContainsOther(ReadOnlySpan<byte> digits)
    {
        foreach (var digit in digits)
        {
            if (!char.IsAsciiLetterOrDigit((char)digit) && digit is not ((byte)'+' or (byte)'/'))
                return true;
        }

        return false;
    }

    private static bool Is(ReadOnlySpan<byte> value, string name) => Ascii.EqualsIgnoreCase(value, name);
}
