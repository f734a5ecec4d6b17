using System.Text;

namespace Perisai.Engine.Languages.ClamAv;

/// <summary>
/// POSIX extended regular expressions (regex(7)), in which ClamAV writes names and links, as expressions of this engine. What matches is the same; which of
/// several matches is taken may differ, and nobody asks.
/// </summary>
internal static class PosixExpression
{
    /// <summary>The expression in the engine's syntax; null where it is none.</summary>
    public static string? Translate(string text)
    {
        var result = new StringBuilder();
        var i = 0;
        // An extension of the library that ClamAV uses.
        if (text.StartsWith("(?i)", StringComparison.Ordinal))
        {
            result.Append("(?i)");
            i = 4;
        }

        for (; i < text.Length; i++)
        {
            var character = text[i];
            if (character == '[')
            {
                i = TranslateBrackets(text, i, result);
                if (i < 0)
                    return null;
            }
            else if (character == '\\')
            {
                if (++i == text.Length)
                    return null;
                AppendLiteral(result, text[i]);
            }
            else if (character == '$')
            {
                result.Append("\\z");
            }
            else if (character == '(' && i + 1 < text.Length && text[i + 1] is '?' or '*')
            {
                return null;
            }
            else if (character is '.' or '^' or '(' or ')' or '|' or '*' or '+' or '?' or '{' or '}')
            {
                result.Append(character == '.' ? "(?s:.)" : character.ToString());
            }
            else
            {
                AppendLiteral(result, character);
            }
        }

        return result.ToString();
    }

    private static void AppendLiteral(StringBuilder result, char character)
    {
        if (character < 128 && !char.IsAsciiLetterOrDigit(character))
            result.Append('\\');
        result.Append(character);
    }

    /// <summary>The index of the closing bracket; -1 where there is none.</summary>
    private static int TranslateBrackets(string text, int start, StringBuilder result)
    {
        var i = start + 1;
        result.Append('[');
        if (i < text.Length && text[i] == '^')
        {
            result.Append('^');
            i++;
        }

        for (var first = i; i < text.Length; i++)
        {
            var character = text[i];
            if (character == ']' && i > first)
            {
                result.Append(']');
                return i;
            }

            if (character == '[' && i + 1 < text.Length && text[i + 1] == ':' && text.IndexOf(":]", i + 2, StringComparison.Ordinal) is > 0 and var end)
            {
                result.Append(text, i, end + 2 - i);
                i = end + 1;
            }
            else
            {
                if (character is '[' or ']' or '\\' or '^')
                    result.Append('\\');
                result.Append(character);
            }
        }

        return -1;
    }
}
