using System.Globalization;

namespace Perisai.Engine.Languages.ClamAv;

/// <summary>Numbers as C's strtol reads them with base 0: decimal, hexadecimal after 0x, octal after 0, with a sign.</summary>
internal static class CNumber
{
    /// <summary>False where something else follows, or the number does not fit 64 bits. No digits at all are 0.</summary>
    public static bool TryParse(ReadOnlySpan<char> text, out long value)
    {
        value = 0;
        var negative = text is ['-', ..];
        if (text is ['-' or '+', ..])
            text = text[1..];
        if (text.IsEmpty)
            return true;
        bool parsed;
        if (text is ['0', 'x' or 'X', .. var hexadecimal])
            parsed = long.TryParse(hexadecimal, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out value) && value >= 0;
        else if (text is ['0', .. var octal])
            parsed = TryParseOctal(octal, out value);
        else
            parsed = long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out value);
        if (negative)
            value = -value;
        return parsed;
    }

    private static bool TryParseOctal(ReadOnlySpan<char> text, out long value)
    {
        value = 0;
        foreach (var character in text)
        {
            if (character is < '0' or > '7' || value > (long.MaxValue >> 3))
                return false;
            value = (value << 3) | (uint)(character - '0');
        }

        return true;
    }
}
