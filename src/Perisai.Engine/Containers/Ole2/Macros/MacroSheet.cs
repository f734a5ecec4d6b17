using System.Buffers.Binary;
using System.Globalization;
using System.Text;

namespace Perisai.Engine.Containers.Ole2.Macros;

/// <summary>Writes a sheet of Excel 4 macros as text: a line for each cell with a formula, a text, or the text that a formula gave.</summary>
internal static class MacroSheet
{
    private const int EndOfFile = 0x0A;
    private const int Formula = 0x06;
    private const int Label = 0x204;
    private const int FormulaText = 0x207;

    /// <summary>Where the tokens of a formula begin, behind its place, its last value, and their length.</summary>
    private const int TokensOffset = 22;

    private const int MaxText = 8 << 20;

    public static byte[] Render(ByteSource workbook, long offset, ScanBudget budget)
    {
        var reader = new BoundedReader(workbook, budget, offset);
        var text = new StringBuilder();
        while (text.Length < MaxText && budget.CheckTime() && reader.TryReadUInt16(out var kind) && reader.TryReadUInt16(out var length)
            && reader.TryGetSpan(length, out var value) && kind != EndOfFile)
        {
            switch (kind)
            {
                case Formula when length >= TokensOffset:
                    WritePlace(value, text);
                    var tokens = value[TokensOffset..];
                    MacroFormula.Write(tokens[..Math.Min(BinaryPrimitives.ReadUInt16LittleEndian(value[20..]), tokens.Length)], text);
                    text.Append('\n');
                    break;
                case Label when length > 8:
                    WritePlace(value, text);
                    text.Append(' ');
                    MacroFormula.WriteText(value[6..], 2, text);
                    text.Append('\n');
                    break;
                case FormulaText when length > 3:
                    text.Append("= ");
                    MacroFormula.WriteText(value, 2, text);
                    text.Append('\n');
                    break;
                default:
                    break;
            }
        }

        return Encoding.UTF8.GetBytes(text.ToString());
    }

    private static void WritePlace(ReadOnlySpan<byte> value, StringBuilder text) => text.Append(
        CultureInfo.InvariantCulture, $"R{BinaryPrimitives.ReadUInt16LittleEndian(value) + 1}C{BinaryPrimitives.ReadUInt16LittleEndian(value[2..]) + 1}");
}
