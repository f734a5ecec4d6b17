using System.Buffers;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;

namespace Perisai.Engine.Containers.Views;

/// <summary>
/// Writes a script of a page as ClamAV's definitions expect it: without comments and needless space, in lower case, declared names as
/// <c>n000</c>, strings in
/// double quotes and joined, <c>unescape</c> and <c>eval</c> of strings done. Measured with clamscan 1.4.6. No more than a tokenizer:
/// expressions in slashes
/// are punctuation to it, as they are to clamscan.
/// </summary>
internal sealed class ScriptNormalizer
{
    /// <summary>Bytes of one script that are looked at: a token costs sixteen more.</summary>
    public const int MaximumLength = 4 << 20;

    /// <summary>Evaluated strings within evaluated strings.</summary>
    private const int MaximumDepth = 8;

    private static readonly SearchValues<byte> WordBytes = SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_$"u8);

    private readonly List<ScriptToken> _tokens = [];
    private readonly List<byte> _bytes = [];
    private readonly ScriptScopes _scopes = new();
    private int _depth;
    private int _openParentheses;

    /// <summary>Writes a script; of <paramref name="text"/> is what follows its tag, with the tag that ends it.</summary>
    public static void Write(ReadOnlySpan<byte> text, ViewWriter output, ScanBudget budget)
    {
        var script = new ScriptNormalizer();
        script.Tokenize(text, budget);
        for (; script._openParentheses > 0; script._openParentheses--)
            script.Add(ScriptTokenKind.Mark, ")"u8);
        script.DropEndTag();
        output.Write("<script>"u8);
        script.WriteTokens(output, budget);
        output.Write("</script>"u8);
    }

    private static bool IsSpace(byte value) => value is (byte)' ' or >= 9 and <= 13;

    private static bool IsWord(byte value) => char.IsAsciiLetterOrDigit((char)value) || value is (byte)'_' or (byte)'$';

    private void Tokenize(ReadOnlySpan<byte> text, ScanBudget budget)
    {
        for (var at = 0; at < text.Length;)
        {
            if ((_tokens.Count & 0xFFF) == 0 && !budget.CheckTime())
                return;
            var value = text[at];
            if (char.IsAsciiDigit((char)value))
            {
                at += AddNumber(text[at..]);
            }
            else if (IsWord(value))
            {
                var length = text[at..].IndexOfAnyExcept(WordBytes);
                length = length < 0 ? text.Length - at : length;
                Add(ScriptTokenKind.Word, text.Slice(at, length));
                _scopes.OnWord(text.Slice(at, length));
                at += length;
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
                if (value > ' ' && value < 0x7F && value is not ((byte)'@' or (byte)'#' or (byte)'`' or (byte)'\\'))
                    AddMark(value, budget);
                else if (value == '\\' && at + 1 < text.Length && (IsWord(text[at + 1]) || text[at + 1] == '\\'))
                    Add(ScriptTokenKind.Gap, " "u8);
                at++;
            }
        }
    }

    /// <summary>A comment to the end of its line is read to the next white space only: line ends are gone before clamscan's tokenizer.</summary>
    private static int SkipComment(ReadOnlySpan<byte> text)
    {
        if (text[1] == '*')
            return text[2..].IndexOf("*/"u8) is var end && end >= 0 ? end + 4 : text.Length;
        var space = text.IndexOfAny(" \t\r\n\v\f"u8);
        return space < 0 ? text.Length : space;
    }

    private void Add(ScriptTokenKind kind, ReadOnlySpan<byte> text)
    {
        _tokens.Add(new(kind, _bytes.Count, text.Length, _scopes.Current));
        _bytes.AddRange(text);
    }

    private int AddNumber(ReadOnlySpan<byte> text)
    {
        var length = CountDigits(text);
        var digits = length;
        if (length < text.Length && text[length] == '.')
        {
            length++;
            length += CountDigits(text[length..]);
            if (length + 1 < text.Length && (text[length] | 0x20) == 'e')
            {
                var exponent = length + (text[length + 1] is (byte)'+' or (byte)'-' ? 2 : 1);
                if (CountDigits(text[exponent..]) is > 0 and var count)
                    length = exponent + count;
            }
        }

        string written;
        if (length > digits)
        {
            double.TryParse(text[..length], NumberStyles.Float, CultureInfo.InvariantCulture, out var number);
            written = number.ToString("G6", CultureInfo.InvariantCulture).Replace('E', 'e');
        }
        else
        {
            written = unchecked((int)(long.TryParse(text[..length], CultureInfo.InvariantCulture, out var number) ? number : long.MaxValue))
                .ToString(CultureInfo.InvariantCulture);
        }

        Add(ScriptTokenKind.Number, Encoding.ASCII.GetBytes(written));
        return length;
    }

    private static int CountDigits(ReadOnlySpan<byte> text) =>
        text.IndexOfAnyExceptInRange((byte)'0', (byte)'9') is var end && end >= 0 ? end : text.Length;

    /// <summary>Joins it with the string before it where a plus stands between them.</summary>
    private int AddText(ReadOnlySpan<byte> text, byte quote)
    {
        var start = _bytes.Count;
        var at = 1;
        while (at < text.Length && text[at] != quote)
        {
            if (text[at] == '\\' && at + 1 < text.Length)
                at += AddEscaped(text[(at + 1)..]) + 1;
            else
                _bytes.Add(text[at++]);
        }

        AddText(start);
        return Math.Min(at + 1, text.Length);
    }

    private void AddText(int start)
    {
        if (_tokens is [.., { Kind: ScriptTokenKind.Text } before, { Kind: ScriptTokenKind.Mark } mark]
            && _bytes[mark.Start] == '+' && mark.Start + 1 == start
            && before.Start + before.Length == mark.Start)
        {
            _bytes.RemoveAt(mark.Start);
            _tokens.RemoveAt(_tokens.Count - 1);
            _tokens[^1] = before with { Length = _bytes.Count - before.Start };
        }
        else
        {
            _tokens.Add(new(ScriptTokenKind.Text, start, _bytes.Count - start, _scopes.Current));
        }
    }

    private int AddEscaped(ReadOnlySpan<byte> text)
    {
        switch (text[0])
        {
            case (byte)'x' when TryReadHexadecimal(text[1..], 2, out var value):
                AddCode(value, isWide: false);
                return 3;
            case (byte)'u' when TryReadHexadecimal(text[1..], 4, out var value):
                AddCode(value, isWide: true);
                return 5;
            case (byte)'0':
                _bytes.Add(1);
                return 1;
            case (byte)'b':
                _bytes.Add(8);
                return 1;
            case (byte)'n' or (byte)'r' or (byte)'t' or (byte)'v' or (byte)'f':
                _bytes.Add((byte)' ');
                return 1;
            default:
                _bytes.Add(text[0]);
                return 1;
        }
    }

    private static bool TryReadHexadecimal(ReadOnlySpan<byte> text, int length, out int value)
    {
        value = 0;
        return text.Length >= length && int.TryParse(text[..length], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out value);
    }

    /// <summary>A byte as it is, or a character in UTF-8.</summary>
    private void AddCode(int value, bool isWide)
    {
        if (value == 0)
        {
            _bytes.Add(1);
        }
        else if (!isWide || value < 0x80)
        {
            _bytes.Add((byte)value);
        }
        else if (value < 0x800)
        {
            _bytes.Add((byte)(0xC0 | value >> 6));
            _bytes.Add((byte)(0x80 | value & 0x3F));
        }
        else
        {
            _bytes.Add((byte)(0xE0 | value >> 12));
            _bytes.Add((byte)(0x80 | value >> 6 & 0x3F));
            _bytes.Add((byte)(0x80 | value & 0x3F));
        }
    }

    private void AddMark(byte value, ScanBudget budget)
    {
        Add(ScriptTokenKind.Mark, [value]);
        _scopes.OnMark(value);
        if (value == '(')
            _openParentheses++;
        else if (value == ')' && _openParentheses > 0)
            _openParentheses--;
        if (value != ')' || _tokens.Count < 4 || _tokens[^2].Kind != ScriptTokenKind.Text || _tokens[^4].Kind != ScriptTokenKind.Word
            || !TextOf(_tokens[^3]).SequenceEqual("("u8))
            return;
        var function = TextOf(_tokens[^4]);
        if (function.SequenceEqual("unescape"u8))
            Unescape();
        else if (function.SequenceEqual("eval"u8) && _depth < MaximumDepth)
            Evaluate(budget);
    }

    private ReadOnlySpan<byte> TextOf(ScriptToken token) => CollectionsMarshal.AsSpan(_bytes).Slice(token.Start, token.Length);

    private byte[] TakeArgument()
    {
        var argument = TextOf(_tokens[^2]).ToArray();
        var start = _tokens[^4].Start;
        _tokens.RemoveRange(_tokens.Count - 4, 4);
        _bytes.RemoveRange(start, _bytes.Count - start);
        return argument;
    }

    private void Unescape()
    {
        ReadOnlySpan<byte> text = TakeArgument();
        var start = _bytes.Count;
        for (var at = 0; at < text.Length;)
        {
            if (text[at] != '%')
            {
                _bytes.Add(text[at++]);
            }
            else if (TryReadHexadecimal(text[(at + 1)..], 2, out var value))
            {
                AddCode(value, isWide: false);
                at += 3;
            }
            else if (at + 1 < text.Length && (text[at + 1] | 0x20) == 'u' && TryReadHexadecimal(text[(at + 2)..], 4, out value))
            {
                AddCode(value, isWide: true);
                at += 6;
            }
            else
            {
                _bytes.Add(text[at++]);
            }
        }

        AddText(start);
    }

    /// <summary>The string's tokens stand in place of the call; a name or a number at its end is lost, as in clamscan.</summary>
    private void Evaluate(ScanBudget budget)
    {
        var text = TakeArgument();
        var before = _tokens.Count;
        _depth++;
        Tokenize(text, budget);
        _depth--;
        if (_tokens.Count > before && text.Length > 0 && IsWord(text[^1]) && _tokens[^1].Kind is ScriptTokenKind.Word or ScriptTokenKind.Number)
            _tokens.RemoveAt(_tokens.Count - 1);
    }

    /// <summary>
    /// The tag that ends the script went through the tokenizer too; it is written for itself, unless it was taken for something else.
    /// </summary>
    private void DropEndTag()
    {
        if (_tokens is [.., var first, var second, var name, var last] && TextOf(first).SequenceEqual("<"u8) && TextOf(second).SequenceEqual("/"u8)
            && Ascii.EqualsIgnoreCase(TextOf(name), "script"u8) && TextOf(last).SequenceEqual(">"u8) && _scopes.Find(TextOf(name), name.Scope) < 0)
            _tokens.RemoveRange(_tokens.Count - 4, 4);
    }

    private void WriteTokens(ViewWriter output, ScanBudget budget)
    {
        var afterWord = false;
        var afterStop = false;
        Span<byte> number = stackalloc byte[12];
        for (var index = 0; index < _tokens.Count; index++)
        {
            if ((index & 0xFFF) == 0 && !budget.CheckTime())
                return;
            var token = _tokens[index];
            var text = TextOf(token);
            var isWord = token.Kind is ScriptTokenKind.Word or ScriptTokenKind.Number;
            if (isWord && afterWord)
                output.Write((byte)' ');
            if (token.Kind == ScriptTokenKind.Word && !afterStop && _scopes.Find(text, token.Scope) is >= 0 and var declared)
            {
                output.Write((byte)'n');
                declared.TryFormat(number, out var length, "D3", CultureInfo.InvariantCulture);
                output.Write(number[..length]);
            }
            else
            {
                WriteText(text, token.Kind == ScriptTokenKind.Text, output);
            }

            afterWord = isWord;
            afterStop = token.Kind == ScriptTokenKind.Mark && text[0] == '.';
        }
    }

    private static void WriteText(ReadOnlySpan<byte> text, bool isQuoted, ViewWriter output)
    {
        if (isQuoted)
            output.Write((byte)'"');
        foreach (var value in text)
            output.Write(IsSpace(value) ? (byte)' ' : value is >= (byte)'A' and <= (byte)'Z' ? (byte)(value | 0x20) : value);
        if (isQuoted)
            output.Write((byte)'"');
    }
}
