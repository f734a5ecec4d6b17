namespace Perisai.Engine.Languages.ClamAv;

/// <summary>Decimal numbers as ClamAV reads them: digits only, and none at all are 0.</summary>
internal static class ClamAvNumber
{
    /// <summary>False where something else than digits stands there, or where the number does not fit 31 bits.</summary>
    public static bool TryParse(ReadOnlySpan<char> text, out int value)
    {
        value = 0;
        foreach (var character in text)
        {
            if (!char.IsAsciiDigit(character))
                return false;
            var next = (value * 10L) + (character - '0');
            if (next > int.MaxValue)
                return false;
            value = (int)next;
        }

        return true;
    }

    /// <summary>Digits at the start, as C's scanf reads an unsigned number: at least one, with what was read taken off.</summary>
    public static bool TryTake(ref ReadOnlySpan<char> text, out int value)
    {
        var digits = text.IndexOfAnyExceptInRange('0', '9');
        if (digits < 0)
            digits = text.Length;
        if (!TryParse(text[..digits], out value) || digits == 0)
            return false;
        text = text[digits..];
        return true;
    }
}
