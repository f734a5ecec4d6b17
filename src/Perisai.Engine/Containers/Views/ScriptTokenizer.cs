using System.Buffers;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;

namespace Perisai.Engine.Containers.Views;

/// <summary>
/// Reads a script as ClamAV's normaliser does: comments and white space end, strings are decoded and joined where a plus stands between them, numbers are written
/// anew. Expressions in slashes are punctuation to it, as they are to clamscan.
/// </summary>
internal sealed class ScriptTokenizer(ScriptTokens tokens, ScriptScopes scopes, ScanBudget budget)
{
    private static readonly SearchValues<byte> WordBytes = SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_$"u8);

    private int _openParentheses;

    private List<byte> Bytes => tokens.Bytes;

    public static bool IsSpace(byte value) => value is (byte)' ' or >= 9 and <= 13;

    public static bool IsWord(byte value) => char.IsAsciiLetterOrDigit((char)value) || value is (byte)'_' or (byte)'$';

    /// <summary>Adds the tokens of a text to the list's chain.</summary>
    public void Read(ReadOnlySpan<byte> text)
    {
        for (var at = 0; at < text.Length;)
        {
            if ((tokens.Count & 0xFFF) == 0 && !budget.CheckTime())
                return;
            var value = text[at];
            if (char.IsAsciiDigit((char)value))
            {
                at += AddNumber(text[at..]);
            }
            else if (IsWord(value) || value == '\\')
            {
                at += AddWord(text[at..]);
            }
            else if (value is (byte)'"' or (byte)'\'')
            {
                at += AddText(text[at..], value);
            }
            else if (value == '/' && at + 1 < text.Length && text[at + 1] is (byte)'*' or (byte)'/')
            {
                at += SkipComment(text[at..]);
            }
            else
            {
                if (value > ' ' && value < 0x7F && value is not ((byte)'@' or (byte)'#' or (byte)'`'))
                    AddMark(value);
                at++;
            }
        }
    }

    /// <summary>Closes the parentheses that are open at the end.</summary>
    public void Close()
    {
        for (; _openParentheses > 0; _openParentheses--)
            tokens.Add(ScriptTokenKind.Mark, ")"u8, scopes.Current);
    }

    /// <summary>A comment to the end of its line is read to the next white space only: line ends are gone before clamscan's tokenizer.</summary>
    private static int SkipComment(ReadOnlySpan<byte> text)
    {
        if (text[1] == '*')
            return text[2..].IndexOf("*/"u8) is var end && end >= 0 ? end + 4 : text.Length;
        var space = text.IndexOfAny(" \t\r\n\v\f"u8);
        return space < 0 ? text.Length : space;
    }

    /// <summary>
    /// A backslash ends a word and is lost, so that one by itself is a word without letters; before an u it stays in the word, and the u is lost.
    /// </summary>
    private int AddWord(ReadOnlySpan<byte> text)
    {
        // The word function belongs to what is around it.
        var scope = scopes.Current;
        var length = text.IndexOfAnyExcept(WordBytes);
        length = length < 0 ? text.Length : length;
        if (length == text.Length || text[length] != '\\' || length + 1 == text.Length)
        {
            tokens.Add(scopes.OnWord(text[..length]), text[..length], scope);
            return length + (length < text.Length && text[length] == '\\' ? 1 : 0);
        }

        var start = Bytes.Count;
        Bytes.AddRange(text[..length]);
        while (length + 1 < text.Length && text[length] == '\\' && text[length + 1] == 'u')
        {
            Bytes.Add((byte)'\\');
            length += 2;
            var more = text[length..].IndexOfAnyExcept(WordBytes);
            more = more < 0 ? text.Length - length : more;
            Bytes.AddRange(text.Slice(length, more));
            length += more;
        }

        if (length < text.Length && text[length] == '\\')
            length++;
        var word = CollectionsMarshal.AsSpan(Bytes)[start..];
        tokens.Add(scopes.OnWord(word), start, scope);
        return length;
    }

    private void AddMark(byte value)
    {
        var scope = scopes.Current;
        tokens.Add(ScriptTokenKind.Mark, [value], scope);
        if (scopes.OnMark(value))
            tokens.Add(ScriptTokenKind.FunctionEnd, [], scope);
        if (value == '(')
            _openParentheses++;
        else if (value == ')' && _openParentheses > 0)
            _openParentheses--;
    }

    private int AddNumber(ReadOnlySpan<byte> text)
    {
        var length = CountDigits(text);
        var digits = length;
        var end = length;
        if (length < text.Length && text[length] == '.')
        {
            length++;
            end = length += CountDigits(text[length..]);
            if (length + 1 < text.Length && (text[length] | 0x20) == 'e')
            {
                // The letter is lost where it begins no exponent.
                end = length;
                length += text[length + 1] is (byte)'+' or (byte)'-' ? 2 : 1;
                var count = CountDigits(text[length..]);
                length += count;
                if (count > 0)
                    end = length;
            }
        }

        string written;
        if (length > digits)
        {
            double.TryParse(text[..end], NumberStyles.Float, CultureInfo.InvariantCulture, out var number);
            written = number.ToString("G6", CultureInfo.InvariantCulture).Replace('E', 'e');
        }
        else
        {
            written = unchecked((int)(long.TryParse(text[..length], CultureInfo.InvariantCulture, out var number) ? number : long.MaxValue))
                .ToString(CultureInfo.InvariantCulture);
        }

        scopes.OnValue();
        tokens.Add(ScriptTokenKind.Number, Encoding.ASCII.GetBytes(written), scopes.Current);
        return length;
    }

    private static int CountDigits(ReadOnlySpan<byte> text) =>
        text.IndexOfAnyExceptInRange((byte)'0', (byte)'9') is var end && end >= 0 ? end : text.Length;

    /// <summary>Up to the next such quote without a backslash before it, be that one escaped or not.</summary>
    private int AddText(ReadOnlySpan<byte> text, byte quote)
    {
        scopes.OnValue();
        var end = 1;
        while (end < text.Length && (text[end] != quote || end > 1 && text[end - 1] == '\\'))
            end++;
        var start = Bytes.Count;
        AddDecoded(text[1..end]);
        if (!tokens.TryJoin(start))
            tokens.Add(ScriptTokenKind.Text, start, scopes.Current);
        return Math.Min(end + 1, text.Length);
    }

    private void AddDecoded(ReadOnlySpan<byte> text)
    {
        for (var at = 0; at < text.Length;)
        {
            if (text[at] == '\\' && at + 1 < text.Length)
                at += AddEscaped(text[(at + 1)..]) + 1;
            else
                Bytes.Add(text[at++]);
        }
    }

    private int AddEscaped(ReadOnlySpan<byte> text)
    {
        switch (text[0])
        {
            case (byte)'x' when ScriptEscapes.TryReadHexadecimal(text[1..], 2, out var value):
                ScriptEscapes.AddCode(Bytes, value, isWide: false);
                return 3;
            case (byte)'u' when ScriptEscapes.TryReadHexadecimal(text[1..], 4, out var value):
                ScriptEscapes.AddCode(Bytes, value, isWide: true);
                return 5;
            case (byte)'0':
                Bytes.Add(1);
                return 1;
            case (byte)'b':
                Bytes.Add(8);
                return 1;
            case (byte)'n' or (byte)'r' or (byte)'t' or (byte)'v' or (byte)'f':
                Bytes.Add((byte)' ');
                return 1;
            default:
                Bytes.Add(text[0]);
                return 1;
        }
    }
}
