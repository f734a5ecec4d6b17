using System.Buffers.Binary;
using System.Globalization;
using System.Text;

namespace Perisai.Engine.Containers.Ole2.Macros;

/// <summary>
/// Writes the tokens of a formula ([MS-XLS] 2.5.198) as text, in the order in which Excel evaluates them: values first, then what is done with them. A
/// token that is not known ends the text with a question mark.
/// </summary>
internal static class MacroFormula
{
    private const byte WideFlag = 1;
    private const byte ChooseFlag = 4;

    private static readonly string[] _operators = ["+", "-", "*", "/", "^", "&", "<", "<=", "=", ">=", ">", "<>", " ", ",", ":", "+", "-", "%"];

    public static void Write(ReadOnlySpan<byte> tokens, StringBuilder text)
    {
        while (!tokens.IsEmpty)
        {
            var token = tokens[0];
            // Three classes of the same operands differ in what they give: references, values, arrays.
            var kind = token >= 0x20 ? token & 0x1F | 0x20 : token;
            tokens = tokens[1..];
            var length = WriteToken(kind, tokens, text);
            if (length < 0 || length > tokens.Length)
            {
                text.Append(" ?");
                return;
            }

            tokens = tokens[length..];
        }
    }

    /// <summary>Writes a text as formulas have it: a count, whether it is UTF-16, the characters. The bytes it takes; -1 where it is cut.</summary>
    public static int WriteText(ReadOnlySpan<byte> bytes, int countLength, StringBuilder text)
    {
        if (bytes.Length < countLength + 1)
            return -1;
        int count = countLength == 1 ? bytes[0] : BinaryPrimitives.ReadUInt16LittleEndian(bytes);
        var isWide = (bytes[countLength] & WideFlag) != 0;
        var length = isWide ? count * 2 : count;
        var characters = bytes[(countLength + 1)..];
        characters = characters[..Math.Min(length, characters.Length)];
        text.Append('"').Append((isWide ? Encoding.Unicode : Encoding.Latin1).GetString(characters)).Append('"');
        return countLength + 1 + length;
    }

    /// <summary>The length of what belongs to a token; -1 where it is not known.</summary>
    private static int WriteToken(int kind, ReadOnlySpan<byte> operand, StringBuilder text)
    {
        text.Append(' ');
        if (kind is >= 0x03 and <= 0x14)
        {
            text.Append(_operators[kind - 3]);
            return 0;
        }

        var length = LengthOf(kind);
        if (length > operand.Length)
            return -1;
        switch (kind)
        {
            case 0x17:
                return WriteText(operand, 1, text);
            case 0x19:
                var isChoose = (operand[0] & ChooseFlag) != 0;
                return isChoose ? length + 2 * (BinaryPrimitives.ReadUInt16LittleEndian(operand[1..]) + 1) : length;
            case 0x1D:
                text.Append(operand[0] != 0 ? "TRUE" : "FALSE");
                return length;
            case 0x1E:
                text.Append(CultureInfo.InvariantCulture, $"{BinaryPrimitives.ReadUInt16LittleEndian(operand)}");
                return length;
            case 0x1F:
                text.Append(CultureInfo.InvariantCulture, $"{BinaryPrimitives.ReadDoubleLittleEndian(operand)}");
                return length;
            case 0x21:
                text.Append(MacroFunctions.NameOf(BinaryPrimitives.ReadUInt16LittleEndian(operand))).Append("()");
                return length;
            case 0x22:
                text.Append(MacroFunctions.NameOf(BinaryPrimitives.ReadUInt16LittleEndian(operand[1..])));
                text.Append(CultureInfo.InvariantCulture, $"({operand[0] & 0x7F})");
                return length;
            case 0x23 or 0x39:
                text.Append(CultureInfo.InvariantCulture, $"NAME.{BinaryPrimitives.ReadUInt16LittleEndian(operand[(kind == 0x39 ? 2 : 0)..])}");
                return length;
            case 0x24 or 0x2C or 0x3A:
                WriteCell(operand[(kind == 0x3A ? 2 : 0)..], text);
                return length;
            default:
                return length;
        }
    }

    private static void WriteCell(ReadOnlySpan<byte> cell, StringBuilder text) => text.Append(
        CultureInfo.InvariantCulture,
        $"R{BinaryPrimitives.ReadUInt16LittleEndian(cell) + 1}C{(BinaryPrimitives.ReadUInt16LittleEndian(cell[2..]) & 0x3FFF) + 1}");

    private static int LengthOf(int kind) => kind switch
    {
        0x15 or 0x16 => 0,
        0x17 => 2,
        0x1C or 0x1D => 1,
        0x1E or 0x21 or 0x29 => 2,
        0x19 or 0x22 => 3,
        0x01 or 0x02 or 0x23 or 0x24 or 0x2A or 0x2C => 4,
        0x18 => 5,
        0x26 or 0x27 or 0x28 or 0x39 or 0x3A or 0x3C => 6,
        0x20 => 7,
        0x1F or 0x25 or 0x2B or 0x2D => 8,
        0x3B or 0x3D => 10,
        _ => -1,
    };
}
