using System.Buffers.Binary;

namespace Perisai.Engine.Formats.Identification;

/// <summary>Tells cpio archives: the three dialects in text (odc, newc, crc) and the binary one in both byte orders.</summary>
internal static class CpioHeader
{
    private const int BinaryHeaderLength = 26;

    /// <summary>All of newc's and crc's fields are hexadecimal digits, all of odc's octal ones; some writers pad with spaces.</summary>
    public static bool IsText(ReadOnlySpan<byte> head)
    {
        if (head.Length < 6 || !head.StartsWith("07070"u8))
            return false;
        return head[5] switch
        {
            (byte)'1' or (byte)'2' => AreDigits(head, 110, hexadecimal: true),
            (byte)'7' => AreDigits(head, 76, hexadecimal: false),
            _ => false,
        };
    }

    /// <summary>The mark is only two bytes, so that the length of the name and its terminator are asked for as well.</summary>
    public static bool IsBinary(ReadOnlySpan<byte> head)
    {
        if (head.Length < BinaryHeaderLength + 2)
            return false;
        bool bigEndian;
        if (head[0] == 0xC7 && head[1] == 0x71)
            bigEndian = false;
        else if (head[0] == 0x71 && head[1] == 0xC7)
            bigEndian = true;
        else
            return false;
        int nameLength = bigEndian
            ? BinaryPrimitives.ReadUInt16BigEndian(head[20..]) : BinaryPrimitives.ReadUInt16LittleEndian(head[20..]);
        var nameEnd = BinaryHeaderLength + nameLength - 1;
        return nameLength is > 1 and <= 4096 && (nameEnd >= head.Length || head[nameEnd] == 0) && head[BinaryHeaderLength] != 0;
    }

    private static bool AreDigits(ReadOnlySpan<byte> head, int length, bool hexadecimal)
    {
        // A header that is cut short is judged by what there is of it.
        foreach (var value in head[6..Math.Min(length, head.Length)])
        {
            if (value != ' ' && !(hexadecimal ? char.IsAsciiHexDigit((char)value) : value is >= (byte)'0' and <= (byte)'7'))
                return false;
        }

        return head.Length > 12;
    }
}
