using System.Buffers.Binary;
using System.Text;

namespace Perisai.Engine.Containers.Ole2;

/// <summary>
/// Decodes the names of entries. A control character, with which names of Office's own streams begin, is written as its number in brackets:
/// <c>[5]SummaryInformation</c>. Windows Installer packs two characters of its names into one of a range that Chinese signs lie in.
/// </summary>
internal static class Ole2Name
{
    private const string Packed = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz._";

    /// <param name="field">The 64 bytes of the field.</param>
    /// <param name="length">The bytes in use by the entry, the terminating zero included; not to be believed.</param>
    public static string Decode(ReadOnlySpan<byte> field, int length)
    {
        var count = Math.Min(length is > 0 and <= 64 ? length / 2 : 32, 32);
        var name = new StringBuilder(32);
        for (var index = 0; index < count; index++)
        {
            var unit = BinaryPrimitives.ReadUInt16LittleEndian(field[(2 * index)..]);
            if (unit == 0)
                break;
            if (unit is >= 0x3800 and < 0x4800)
                name.Append(Packed[(unit - 0x3800) & 0x3F]).Append(Packed[(unit - 0x3800) >> 6]);
            else if (unit is >= 0x4800 and < 0x4840)
                name.Append(Packed[unit - 0x4800]);
            else if (unit == 0x4840)
                name.Append('!');
            else if (unit < ' ')
                name.Append('[').Append(unit).Append(']');
            else
                name.Append(unit == '/' ? '_' : (char)unit);
        }

        return name.ToString();
    }
}
