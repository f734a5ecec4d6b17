using System.Text;
using System.Text.Unicode;

namespace Perisai.Engine.Containers.Zip;

/// <summary>Decodes stored names: UTF-8 where the entry says so or where they are it, otherwise the code page of the IBM PC, 437.</summary>
internal static class ZipName
{
    // The characters 80 to FF of code page 437.
    private const string UpperHalf =
        "ÇüéâäàåçêëèïîìÄÅÉæÆôöòûùÿÖÜ¢£¥₧ƒáíóúñÑªº¿⌐¬½¼¡«»░▒▓│┤╡╢╖╕╣║╗╝╜╛┐"
        + "└┴┬├─┼╞╟╚╔╩╦╠═╬╧╨╤╥╙╘╒╓╫╪┘┌█▄▌▐▀αßΓπΣσµτΦΘΩδ∞φε∩≡±≥≤⌠⌡÷≈°∙·√ⁿ²■\u00A0";

    private const int MaxName = 4096;

    public static string Decode(ReadOnlySpan<byte> stored, bool utf8)
    {
        if (stored.Length > MaxName)
            stored = stored[..MaxName];
        if (utf8 || Ascii.IsValid(stored) || Utf8.IsValid(stored))
            return Encoding.UTF8.GetString(stored);
        return string.Create(stored.Length, stored, static (text, bytes) =>
        {
            for (var index = 0; index < bytes.Length; index++)
                text[index] = bytes[index] < 0x80 ? (char)bytes[index] : UpperHalf[bytes[index] - 0x80];
        });
    }
}
