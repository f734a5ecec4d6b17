using System.Globalization;

namespace Perisai.Engine.Containers.Views;

/// <summary>Characters by their numbers, in strings (<c>\\x41</c>) and in what <c>unescape</c> takes (<c>%41</c>, <c>%u0041</c>).</summary>
internal static class ScriptEscapes
{
    public static bool TryReadHexadecimal(ReadOnlySpan<byte> text, int length, out int value)
    {
        value = 0;
        return text.Length >= length && int.TryParse(text[..length], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out value);
    }

    /// <summary>A byte as it is, or a character in UTF-8.</summary>
    public static void AddCode(List<byte> bytes, int value, bool isWide)
    {
        if (value == 0)
        {
            bytes.Add(1);
        }
        else if (!isWide || value < 0x80)
        {
            bytes.Add((byte)value);
        }
        else if (value < 0x800)
        {
            bytes.Add((byte)(0xC0 | value >> 6));
            bytes.Add((byte)(0x80 | value & 0x3F));
        }
        else
        {
            bytes.Add((byte)(0xE0 | value >> 12));
            bytes.Add((byte)(0x80 | value >> 6 & 0x3F));
            bytes.Add((byte)(0x80 | value & 0x3F));
        }
    }

    /// <summary>Adds a text with its escapes undone.</summary>
    public static void Unescape(ReadOnlySpan<byte> text, List<byte> bytes)
    {
        for (var at = 0; at < text.Length;)
        {
            if (text[at] != '%')
            {
                bytes.Add(text[at++]);
            }
            else if (TryReadHexadecimal(text[(at + 1)..], 2, out var value))
            {
                AddCode(bytes, value, isWide: false);
                at += 3;
            }
            else if (at + 1 < text.Length && (text[at + 1] | 0x20) == 'u' && TryReadHexadecimal(text[(at + 2)..], 4, out value))
            {
                AddCode(bytes, value, isWide: true);
                at += 6;
            }
            else
            {
                bytes.Add(text[at++]);
            }
        }
    }
}
