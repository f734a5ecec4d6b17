using System.Globalization;
using System.Text;
using Perisai.Linux;

namespace Perisai.Cli.Reports;

/// <summary>
/// Names for a terminal or a line of text. A file may be called anything: control characters, which could move the cursor or forge a line, and
/// characters that turn the direction of writing are shown as <c>\u202e</c>, bytes that are not UTF-8 as <c>\xff</c>.
/// </summary>
internal static class PrintableText
{
    public static string Of(string text)
    {
        for (var i = 0; i < text.Length; i++)
        {
            if (IsUnsafe(text, ref i))
                return Escape(text);
        }

        return text;
    }

    private static string Escape(string text)
    {
        var result = new StringBuilder(text.Length + 16);
        for (var i = 0; i < text.Length; i++)
        {
            var at = i;
            if (!IsUnsafe(text, ref i))
            {
                result.Append(text, at, i - at + 1);
                continue;
            }

            var character = text[i];
            if (NameEncoding.IsEscape(character))
                result.Append(CultureInfo.InvariantCulture, $"\\x{NameEncoding.EscapedByte(character):x2}");
            else if (character < 0x80)
                result.Append(character switch { '\n' => "\\n", '\r' => "\\r", '\t' => "\\t", _ => $"\\x{(int)character:x2}" });
            else
                result.Append(CultureInfo.InvariantCulture, $"\\u{(int)character:x4}");
        }

        return result.ToString();
    }

    /// <summary>Moves to the last unit of the character at <paramref name="at"/> and tells whether it must not be printed as it is.</summary>
    private static bool IsUnsafe(string text, ref int at)
    {
        var character = text[at];
        if (char.IsHighSurrogate(character) && at + 1 < text.Length && char.IsLowSurrogate(text[at + 1]))
        {
            at++;
            return false;
        }

        return char.IsSurrogate(character) || character switch
        {
            < ' ' or '\x7f' => true,
            < '\x80' => false,
            _ => char.GetUnicodeCategory(character) is UnicodeCategory.Control or UnicodeCategory.Format
                or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator,
        };
    }
}
