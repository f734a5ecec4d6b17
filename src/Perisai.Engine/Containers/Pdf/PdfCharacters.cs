using System.Buffers;

namespace Perisai.Engine.Containers.Pdf;

/// <summary>White space and delimiters (ISO 32000-1, 7.2.2).</summary>
internal static class PdfCharacters
{
    public static readonly SearchValues<byte> NotRegular = SearchValues.Create("\0\t\n\f\r ()<>[]{}/%"u8);

    public static bool IsWhite(int value) => value is 0 or '\t' or '\n' or '\f' or '\r' or ' ';

    public static bool IsDelimiter(int value) => value is '(' or ')' or '<' or '>' or '[' or ']' or '{' or '}' or '/' or '%';

    /// <summary>Whether a word ends before this character, or before the end (-1).</summary>
    public static bool EndsWord(int value) => value < 0 || IsWhite(value) || IsDelimiter(value);

    public static bool IsDigit(int value) => value is >= '0' and <= '9';

    /// <summary>The value of a hexadecimal digit; -1 where it is none.</summary>
    public static int Hex(int value) => value switch
    {
        >= '0' and <= '9' => value - '0',
        >= 'a' and <= 'f' => value - 'a' + 10,
        >= 'A' and <= 'F' => value - 'A' + 10,
        _ => -1,
    };
}
