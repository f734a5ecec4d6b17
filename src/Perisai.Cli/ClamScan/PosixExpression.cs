using System.Text;
using System.Text.RegularExpressions;
using Perisai.Cli.Commands;

namespace Perisai.Cli.ClamScan;

/// <summary>
/// POSIX extended regular expressions (regex(7)) by way of the runtime's: the two differ in brackets and in what a backslash means. Matched in
/// time linear in the path, whatever the expression.
/// </summary>
internal static class PosixExpression
{
    /// <exception cref="UsageException">It is not one.</exception>
    public static Regex Compile(string option, string text)
    {
        try
        {
            return new Regex(Translate(text), RegexOptions.NonBacktracking | RegexOptions.CultureInvariant | RegexOptions.Singleline);
        }
        catch (Exception exception) when (exception is ArgumentException or NotSupportedException)
        {
            throw new UsageException($"--{option}: '{text}' is not a regular expression: {exception.Message}");
        }
    }

    private static string Translate(string text)
    {
        var result = new StringBuilder();
        for (var i = 0; i < text.Length; i++)
        {
            var character = text[i];
            if (character == '[')
                i = TranslateBrackets(text, i, result);
            else if (character == '\\' && i + 1 < text.Length)
                result.Append(Regex.Escape(text[++i].ToString()));
            else if (character == '$')
                result.Append("\\z");
            else if (character == '(' && i + 1 < text.Length && text[i + 1] == '?')
                throw new ArgumentException("nothing to repeat after '('");
            else
                result.Append(character);
        }

        return result.ToString();
    }

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
                result.Append(ClassOf(text[(i + 2)..end]));
                i = end + 1;
            }
            else if (character is '[' or ']' or '\\' or '^')
            {
                result.Append('\\').Append(character);
            }
            else
            {
                result.Append(character);
            }
        }

        throw new ArgumentException("a bracket is not closed");
    }

    private static string ClassOf(string name) => name switch
    {
        "alpha" => "a-zA-Z",
        "digit" => "0-9",
        "alnum" => "a-zA-Z0-9",
        "upper" => "A-Z",
        "lower" => "a-z",
        "space" => " \\t\\n\\v\\f\\r",
        "blank" => " \\t",
        "punct" => "!-/:-@\\[-`{-~",
        "xdigit" => "0-9a-fA-F",
        "print" => " -~",
        "graph" => "!-~",
        "cntrl" => "\\x00-\\x1f\\x7f",
        _ => throw new ArgumentException($"there is no class [:{name}:]"),
    };
}
