using System.Globalization;
using Perisai.Engine.Definitions.Ir;

namespace Perisai.Engine.Scanning;

/// <summary>Reads the number of a byte compare from an object's bytes.</summary>
internal static class ComparedNumber
{
    /// <summary>False where the bytes are too few or are no digits.</summary>
    public static bool TryRead(ByteComparePattern compare, ReadOnlySpan<byte> bytes, out long value)
    {
        value = 0;
        if (compare.Encoding == NumberEncoding.Binary)
        {
            if (bytes.Length < compare.ByteCount || compare.ByteCount is not (1 or 2 or 4 or 8))
                return false;
            ulong number = 0;
            for (var i = 0; i < compare.ByteCount; i++)
                number |= (ulong)bytes[compare.LittleEndian ? i : compare.ByteCount - 1 - i] << (8 * i);
            value = (long)number;
            return true;
        }

        if (bytes.IsEmpty || (compare.ExactLength && bytes.Length < compare.ByteCount))
            return false;
        return TryReadDigits(compare, bytes, out value);
    }

    private static bool TryReadDigits(ByteComparePattern compare, ReadOnlySpan<byte> bytes, out long value)
    {
        var hexadecimal = compare.Encoding == NumberEncoding.Hexadecimal;
        if (bytes.StartsWith("0x"u8) || bytes.StartsWith("0X"u8))
        {
            if (compare.Encoding == NumberEncoding.Decimal)
            {
                value = 0;
                return !compare.ExactLength;
            }

            hexadecimal = true;
            bytes = bytes[2..];
        }

        var digits = 0;
        while (digits < bytes.Length && (hexadecimal ? char.IsAsciiHexDigit((char)bytes[digits]) : char.IsAsciiDigit((char)bytes[digits])))
            digits++;
        value = 0;
        if (digits == 0 || (compare.ExactLength && digits < bytes.Length))
            return false;
        // Little-endian hexadecimal digits stand in reverse order of their bytes.
        Span<byte> text = stackalloc byte[64];
        bytes[..digits].CopyTo(text);
        text = text[..digits];
        if (hexadecimal && compare.LittleEndian && digits % 2 == 0)
        {
            text.Reverse();
            for (var i = 0; i + 1 < text.Length; i += 2)
                (text[i], text[i + 1]) = (text[i + 1], text[i]);
        }

        return long.TryParse(
            text, hexadecimal ? NumberStyles.AllowHexSpecifier : NumberStyles.None, CultureInfo.InvariantCulture, out value);
    }
}
