using System.Globalization;
using System.Text;
using Perisai.Engine;

namespace Perisai.Cli.Yara;

/// <summary>Pieces of yara's lines.</summary>
internal static class YaraText
{
    /// <summary>Bytes of a match that yara keeps; the length that it prints is never more.</summary>
    public const int MaximumData = 512;

    private const int MaximumHexBytes = 64;

    /// <summary>Meta information in its brackets. Integers have a space before the sign, as in yara.</summary>
    public static string Meta(IEnumerable<KeyValuePair<string, object>> meta) => "[" + string.Join(",", meta.Select(item => item.Value switch
    {
        long integer => $"{item.Key} ={integer.ToString(CultureInfo.InvariantCulture)}",
        bool truth => $"{item.Key}={(truth ? "true" : "false")}",
        var text => $"{item.Key}=\"{Escape((string)text)}\"",
    })) + "]";

    /// <summary>Appends the line of a match, without its end: place, identifier, key and text under it, then the data.</summary>
    public static void AppendMatch(StringBuilder line, RuleStringMatch match, YaraSettings settings)
    {
        line.Append(CultureInfo.InvariantCulture, $"0x{match.Offset:x}:");
        if (settings.PrintsLengths)
            line.Append(CultureInfo.InvariantCulture, $"{Math.Min(match.Length, MaximumData)}:");
        line.Append(match.Identifier);
        if (settings.PrintsXorKeys)
        {
            line.Append(CultureInfo.InvariantCulture, $":xor(0x{match.XorKey:x2},");
            AppendBytes(line, match.Data.Span, match.XorKey);
            line.Append(')');
        }

        if (settings.PrintsStrings)
        {
            line.Append(": ");
            if (match.IsHex)
                AppendHex(line, match.Data.Span);
            else
                AppendBytes(line, match.Data.Span, 0);
        }
    }

    /// <summary>A text as C would write it in quotation marks; it ends at the first zero byte.</summary>
    private static string Escape(string latin1)
    {
        var text = new StringBuilder();
        foreach (var character in latin1)
        {
            if (character == '\0')
                break;
            if (character is '"' or '\'' or '\\')
                text.Append('\\').Append(character);
            else if (character is >= '\a' and <= '\r')
                text.Append('\\').Append("abtnvfr"[character - '\a']);
            else if (character is >= ' ' and <= '~')
                text.Append(character);
            else
                text.Append('\\').Append((char)('0' + (character >> 6))).Append((char)('0' + ((character >> 3) & 7))).Append((char)('0' + (character & 7)));
        }

        return text.ToString();
    }

    private static void AppendBytes(StringBuilder line, ReadOnlySpan<byte> bytes, byte key)
    {
        foreach (var stored in bytes)
        {
            var value = (byte)(stored ^ key);
            if (value is >= 32 and <= 126)
                line.Append((char)value);
            else
                line.Append(CultureInfo.InvariantCulture, $"\\x{value:X2}");
        }
    }

    private static void AppendHex(StringBuilder line, ReadOnlySpan<byte> bytes)
    {
        for (var i = 0; i < Math.Min(bytes.Length, MaximumHexBytes); i++)
            line.Append(CultureInfo.InvariantCulture, $"{(i == 0 ? "" : " ")}{bytes[i]:X2}");
        if (bytes.Length > MaximumHexBytes)
            line.Append(" ...");
    }
}
