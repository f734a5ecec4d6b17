namespace Perisai.Engine.Modules.Strings;

/// <summary>
/// Reads whole numbers as the C function strtoll does, which YARA calls: space, a sign, a prefix, digits. The text ends at its first zero byte; what does not fit
/// 64 bits or leaves something over is no number.
/// </summary>
internal static class IntegerText
{
    /// <param name="text">The text.</param>
    /// <param name="numberBase">2 to 36; 0 takes it from the prefix: 0x for 16, 0 for 8, otherwise 10.</param>
    /// <param name="value">The number.</param>
    public static bool TryParse(ReadOnlySpan<byte> text, long numberBase, out long value)
    {
        value = 0;
        // The C function takes an int; YARA hands it the low 32 bits.
        numberBase = (int)numberBase;
        if (numberBase is < 0 or 1 or > 36)
            return false;
        var end = text.IndexOf((byte)0);
        if (end >= 0)
            text = text[..end];
        while (text.Length > 0 && text[0] is (byte)' ' or >= 9 and <= 13)
            text = text[1..];
        var negative = text.Length > 0 && text[0] == '-';
        if (text.Length > 0 && text[0] is (byte)'-' or (byte)'+')
            text = text[1..];
        // A prefix counts only before a digit: "0x" alone is a zero with an x left over.
        if (numberBase is 0 or 16 && text.Length > 2 && text[0] == '0' && (text[1] | 0x20) == 'x' && Digit(text[2]) < 16)
        {
            text = text[2..];
            numberBase = 16;
        }
        else if (numberBase == 0)
        {
            numberBase = text.Length > 0 && text[0] == '0' ? 8 : 10;
        }

        if (text.Length == 0)
            return false;

        var limit = negative ? 1UL << 63 : long.MaxValue;
        ulong magnitude = 0;
        foreach (var letter in text)
        {
            var digit = Digit(letter);
            if (digit >= numberBase || magnitude > (limit - (ulong)digit) / (ulong)numberBase)
                return false;
            magnitude = magnitude * (ulong)numberBase + (ulong)digit;
        }

        value = negative ? unchecked(-(long)magnitude) : (long)magnitude;
        return true;
    }

    private static int Digit(byte letter) => letter switch
    {
        >= (byte)'0' and <= (byte)'9' => letter - '0',
        >= (byte)'a' and <= (byte)'z' => letter - 'a' + 10,
        >= (byte)'A' and <= (byte)'Z' => letter - 'A' + 10,
        _ => int.MaxValue,
    };
}
