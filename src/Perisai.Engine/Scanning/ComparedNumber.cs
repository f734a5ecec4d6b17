using Perisai.Engine.Definitions.Ir;

namespace Perisai.Engine.Scanning;

/// <summary>
/// Reads the number of a byte compare from an object's bytes, as ClamAV 1.4 does: leading white space is passed over, digits end where others
/// begin, and no digits at all are 0 unless the exact length is asked for.
/// </summary>
internal static class ComparedNumber
{
    /// <summary>Numbers written in digits are read up to this many bytes; compilers refuse more.</summary>
    public const int MaximumLength = 64;

    /// <summary>Shorter texts are never recognised as hexadecimal by their prefix.</summary>
    private const int ShortestPrefixed = 3;

    /// <summary>False where there is no number in ClamAV's sense. <paramref name="bytes"/> are all that the compare asks for.</summary>
    public static bool TryRead(ByteComparePattern compare, ReadOnlySpan<byte> bytes, out long value)
    {
        value = 0;
        if (compare.Encoding == NumberEncoding.Binary)
        {
            ulong number = 0;
            for (var i = 0; i < bytes.Length; i++)
                number |= (ulong)bytes[compare.LittleEndian ? i : bytes.Length - 1 - i] << (8 * i);
            value = (long)number;
            return true;
        }

        var text = bytes.TrimStart(" \t\n\v\f\r"u8);
        var hexadecimal = compare.Encoding == NumberEncoding.Hexadecimal;
        if (compare.Encoding == NumberEncoding.Automatic)
        {
            if (text.Length < ShortestPrefixed)
                return false;
            hexadecimal = HasPrefix(text);
        }

        // Little-endian decimal digits have no meaning.
        if (compare.LittleEndian && !hexadecimal)
            return false;
        Span<byte> turned = stackalloc byte[MaximumLength + 2];
        scoped ReadOnlySpan<byte> digits = text;
        if (compare.LittleEndian)
            digits = TurnPairs(text, turned);
        if (!TryParse(digits, hexadecimal ? 16 : 10, out value, out var consumed))
            return false;
        return !compare.ExactLength || (text.Length == bytes.Length && consumed == text.Length);
    }

    private static bool HasPrefix(ReadOnlySpan<byte> text) => text.StartsWith("0x"u8) || text.StartsWith("0X"u8);

    /// <summary>
    /// Digits in the opposite order of their pairs, an odd number of them with a zero before. A pair with anything but a digit or an x makes
    /// all pairs behind it, which are the more significant ones now, zeros.
    /// </summary>
    private static ReadOnlySpan<byte> TurnPairs(ReadOnlySpan<byte> text, Span<byte> output)
    {
        if (text.Length <= 1)
            return text;
        var length = text.Length + (text.Length & 1);
        Span<byte> padded = stackalloc byte[length];
        padded.Fill((byte)'0');
        var isPrefixed = text.Length >= ShortestPrefixed && HasPrefix(text);
        if (length == text.Length)
            text.CopyTo(padded);
        else if (isPrefixed)
            text[2..].CopyTo(padded[3..]);
        else
            text.CopyTo(padded[1..]);
        if (isPrefixed)
            padded[0] = (byte)'x';
        output = output[..length];
        output.Fill((byte)'0');
        for (var i = 0; i < length; i += 2)
        {
            for (var k = 0; k < 2; k++)
            {
                var digit = padded[length - i - 2 + k];
                if (char.IsAsciiHexDigit((char)digit) || digit is (byte)'x' or (byte)'X')
                {
                    output[i + k] = digit;
                    continue;
                }

                output.Fill((byte)'0');
                break;
            }
        }

        return output;
    }

    /// <summary>Reads as C's strtol within the text; false where the number does not fit. No digits: 0, and nothing consumed.</summary>
    private static bool TryParse(ReadOnlySpan<byte> text, int radix, out long value, out int consumed)
    {
        value = 0;
        consumed = 0;
        var at = text.Length - text.TrimStart(" \t\n\v\f\r"u8).Length;
        var negative = at < text.Length && text[at] == '-';
        if (at < text.Length && text[at] is (byte)'-' or (byte)'+')
            at++;
        if (radix == 16 && HasPrefix(text[at..]))
            at += 2;
        ulong number = 0;
        for (; at < text.Length && char.IsAsciiHexDigit((char)text[at]); at++)
        {
            var digit = text[at] <= '9' ? text[at] - '0' : (text[at] | 0x20) - 'a' + 10;
            if (digit >= radix)
                break;
            if (number > ((ulong)long.MaxValue - (ulong)digit) / (ulong)radix)
                return false;
            number = (number * (ulong)radix) + (ulong)digit;
            consumed = at + 1;
        }

        value = negative ? -(long)number : (long)number;
        return true;
    }
}
