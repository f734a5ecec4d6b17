using System.Buffers.Binary;
using System.Globalization;
using System.Text;

namespace Perisai.Engine.Containers.Ole2.Macros;

/// <summary>Writes the tokens of a formula as clamscan 1.4.6 does: names of [MS-XLS] 2.5.198, and what some of them hold. At others it stops.</summary>
internal static class RecordFormula
{
    private const int Missing = -1;
    private const int TextToken = 0x17;

    /// <summary>Names of tokens from 0; those without a name are written as none.</summary>
    private static readonly string?[] s_names = MakeNames();

    public static void Write(ReadOnlySpan<byte> tokens, List<byte> line)
    {
        while (!tokens.IsEmpty)
        {
            if (tokens[0] < s_names.Length)
                Write(line, $" {s_names[tokens[0]] ?? "(null)"}");
            var length = WriteOperand(tokens[0] & 0x7F, tokens, line);
            if (length < 0 || length > tokens.Length)
                return;
            tokens = tokens[length..];
        }
    }

    /// <summary>The length of a token with what belongs to it; <see cref="Missing"/> where writing ends.</summary>
    private static int WriteOperand(int kind, ReadOnlySpan<byte> token, List<byte> line)
    {
        var length = LengthOf(kind);
        if (length > token.Length)
            return Missing;
        switch (kind)
        {
            case TextToken:
                return WriteText(token, line);
            case 0x19 when (token[1] & 0x40) != 0:
                if (token.Length < 4)
                    return Missing;
                var choices = (ushort)RecordText.SignedUInt16(token, 2) + 1;
                Write(line, $" CHOOSE ({choices})");
                return 4 + (2 * choices);
            case 0x19:
                return 4;
            case 0x1D:
                Write(line, $" {(token[1] != 0 ? "TRUE" : "FALSE")}");
                break;
            case 0x1E:
                Write(line, $" {RecordText.SignedUInt16(token, 1)}");
                break;
            case 0x21 or 0x41 or 0x61:
                WriteFunction(line, (ushort)RecordText.SignedUInt16(token, 1));
                break;
            case 0x22 or 0x42 or 0x62:
                var number = (ushort)RecordText.SignedUInt16(token, 2);
                Write(line, $" args {(uint)(sbyte)token[1]} func");
                WriteFunction(line, number);
                return number == 0x806D ? length + 9 : length;
            case 0x23:
                Write(line, $" 0x{NumberOfName(token):x8}");
                break;
            case 0x1F:
                WriteNumber(line, BinaryPrimitives.ReadDoubleLittleEndian(token[1..]));
                break;
            case 0x26:
                Write(line, $" REFERENCE-EXPRESSION");
                break;
            case 0x01:
                Write(line, $" R{(ushort)RecordText.SignedUInt16(token, 1) + 1}C{(ushort)RecordText.SignedUInt16(token, 3) + 1}");
                break;
            case 0x24 or 0x44:
                Write(line, $" ");
                WriteCell(line, token, 1, 3);
                break;
            case 0x25:
                Write(line, $" ");
                WriteCell(line, token, 1, 3);
                Write(line, $":");
                WriteCell(line, token, 5, 7);
                break;
            case 0x3A or 0x5A:
                Write(line, $" ");
                WriteCell(line, token, 3, 5);
                break;
            case 0x39:
                Write(line, $" NAMEIDX {(ushort)RecordText.SignedUInt16(token, 3)}");
                break;
        }

        return length;
    }

    private static int LengthOf(int kind) => kind switch
    {
        0x03 or 0x04 or 0x05 or 0x06 or >= 0x08 and <= 0x0E or 0x11 or 0x16 => 1,
        0x19 or 0x1D => 2,
        0x17 or 0x1E or 0x21 or 0x41 or 0x61 => 3,
        0x22 or 0x42 or 0x62 => 4,
        0x01 or 0x23 or 0x24 or 0x44 => 5,
        0x26 or 0x39 or 0x3A or 0x5A => 7,
        0x1F or 0x25 => 9,
        _ => Missing,
    };

    /// <summary>A text of single bytes is taken from where its token begins; a length above 127 is none.</summary>
    private static int WriteText(ReadOnlySpan<byte> token, List<byte> line)
    {
        int count = token[1];
        var length = token[2] == 1 ? 2 * count : count;
        if (count > sbyte.MaxValue || token[2] > 1 || 2 + length > token.Length)
            return Missing;
        if (token[2] == 0)
            line.AddRange(token[..count]);
        else if (3 + length <= token.Length)
            RecordText.WriteWide(token.Slice(3, length), line);
        return 3 + length;
    }

    /// <summary>Four bytes as signed numbers, put together: one above 127 sets all bits above it.</summary>
    private static int NumberOfName(ReadOnlySpan<byte> token) =>
        token[1] > 127 || token[2] > 127 ? RecordText.SignedUInt16(token, 1) : token[1] + (token[2] << 8) + ((sbyte)token[3] << 16) + (token[3] > 127 ? 0 : token[4] << 24);

    private static void WriteFunction(List<byte> line, ushort number) => Write(line, $" {MacroFunctions.Find(number) ?? "<unknown function>"} (0x{number:x4})");

    private static void WriteNumber(List<byte> line, double value)
    {
        if (double.IsFinite(value))
            Write(line, $" {value:F6}");
        else
            Write(line, $" {(double.IsNegative(value) ? "-" : "")}{(double.IsNaN(value) ? "nan" : "inf")}");
    }

    /// <summary>A cell, relative to another where bits of the row say so.</summary>
    private static void WriteCell(List<byte> line, ReadOnlySpan<byte> token, int rowAt, int columnAt)
    {
        int row = (ushort)RecordText.SignedUInt16(token, rowAt), column = (ushort)RecordText.SignedUInt16(token, columnAt);
        bool isRowRelative = (row & 0x4000) != 0, isColumnRelative = (row & 0x8000) != 0;
        Write(line, $"R{(isRowRelative ? "~" : "")}{(row & 0x3FFF) + (isRowRelative ? 0 : 1)}C{(isColumnRelative ? "~" : "")}{column + (isColumnRelative ? 0 : 1)}");
    }

    private static void Write(List<byte> line, FormattableString text) => line.AddRange(Encoding.Latin1.GetBytes(text.ToString(CultureInfo.InvariantCulture)));

    private static string?[] MakeNames()
    {
        var names = new string?[0x7E];
        ReadOnlySpan<string> simple =
        [
            "Exp", "Tbl", "Add", "Sub", "Mul", "Div", "Power", "Concat", "LT", "LE", "EQ", "GE", "GT", "NE", "Isect", "Union", "Range", "Uplus", "Uminus",
            "Percent", "Paren", "MissArg", "Str", "", "Attr", "Sheet", "EndSheet", "Err", "Bool", "Int", "Num",
        ];
        // Each in three classes: a reference, a value, an array.
        ReadOnlySpan<string> classed =
        [
            "Array", "Func", "FuncVar", "Name", "Ref", "Area", "MemArea", "MemErr", "MemNoMem", "MemFunc", "RefErr", "AreaErr", "RefN", "AreaN", "MemAreaN",
            "MemNoMemN", "", "", "", "", "", "", "", "", "FuncCE", "NameX", "Ref3d", "Area3d", "RefErr3d", "AreaErr3d",
        ];
        for (var index = 0; index < simple.Length; index++)
            names[index + 1] = simple[index].Length > 0 ? "ptg" + simple[index] : null;
        for (var index = 0; index < classed.Length * 3; index++)
        {
            var (name, kind) = (classed[index % classed.Length], index / classed.Length);
            if (name.Length > 0 && (name != "FuncCE" || kind > 0))
                names[0x20 + (0x20 * kind) + (index % classed.Length)] = "ptg" + name + (kind switch { 0 => "", 1 => "V", _ => "A" });
        }

        return names;
    }
}
