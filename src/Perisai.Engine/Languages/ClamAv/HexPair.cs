namespace Perisai.Engine.Languages.ClamAv;

/// <summary>Two characters that stand for a byte: hexadecimal digits, each of which may be <c>?</c>.</summary>
internal static class HexPair
{
    public static bool IsDigit(char character) => character == '?' || char.IsAsciiHexDigit(character);

    public static bool TryRead(char high, char low, out byte value, out byte mask)
    {
        value = mask = 0;
        if (!IsDigit(high) || !IsDigit(low))
            return false;
        if (high != '?')
        {
            value = (byte)(Digit(high) << 4);
            mask = 0xF0;
        }

        if (low != '?')
        {
            value |= (byte)Digit(low);
            mask |= 0x0F;
        }

        return true;
    }

    private static int Digit(char character) => character <= '9' ? character - '0' : (character | 0x20) - 'a' + 10;
}
