using System.Globalization;
using System.Text;

namespace Perisai.Engine.Languages.Yara.Syntax;

/// <summary>
/// Cuts rules into tokens, as YARA 4.5 does (https://yara.readthedocs.io/en/stable/writingrules.html). What a slash or a brace begins depends on
/// where it stands, so the parser says whether it expects a hex string.
/// </summary>
internal sealed class Lexer(SourceText source)
{
    private static readonly HashSet<string> _keywords =
    [
        "all", "and", "any", "ascii", "at", "base64", "base64wide", "condition", "contains", "defined", "endswith", "entrypoint", "false", "filesize",
        "for", "fullword", "global", "import", "icontains", "iendswith", "iequals", "in", "include", "int16", "int16be", "int32", "int32be", "int8",
        "int8be", "istartswith", "matches", "meta", "nocase", "none", "not", "of", "or", "private", "rule", "startswith", "strings", "them", "true",
        "uint16", "uint16be", "uint32", "uint32be", "uint8", "uint8be", "wide", "xor",
    ];

    private static readonly string[] _symbols = ["..", "<=", ">=", "==", "!=", "<<", ">>"];

    private readonly string _text = source.Text;
    private int _at;
    private int _started;
    private bool _spaceBefore;

    /// <summary>Words that cannot name anything.</summary>
    public static bool IsKeyword(string word) => _keywords.Contains(word);

    /// <summary>The next token; a brace begins a hex string where <paramref name="expectHex"/> is set.</summary>
    /// <exception cref="YaraSyntaxException">No token begins here.</exception>
    public Token Next(bool expectHex = false)
    {
        var before = _at;
        SkipSpace();
        _spaceBefore = _at > before;
        _started = _at;
        if (_at >= _text.Length)
            return Make(TokenKind.End, "");
        var c = _text[_at];
        if (IsWordStart(c))
            return Word();
        if (char.IsAsciiDigit(c))
            return Number();
        switch (c)
        {
            case '$':
                return StringReference();
            case '#':
                return Sigil(TokenKind.StringCount);
            case '@':
                return Sigil(TokenKind.StringOffset);
            case '!' when Peek(1) != '=':
                return Sigil(TokenKind.StringLength);
            case '"':
                return Text();
            case '/':
                return Regex();
            case '{' when expectHex:
                return Hex();
        }

        foreach (var symbol in _symbols)
        {
            if (string.CompareOrdinal(_text, _at, symbol, 0, symbol.Length) == 0)
            {
                _at += symbol.Length;
                return Make(TokenKind.Symbol, symbol);
            }
        }

        if (!"{}()[]<>=:,.+-*\\%&|^~?".Contains(c, StringComparison.Ordinal))
        {
            throw Error(
                "yara.character", _at, _at + 1, c < 0x80 ? $"'{(c < 32 ? $"\\x{(int)c:x2}" : c.ToString())}' has no meaning here" : "only ASCII characters may stand outside of strings and comments");
        }

        _at++;
        return Make(TokenKind.Symbol, c.ToString());
    }

    /// <summary>Goes on behind a character that begins no token; false at the end.</summary>
    public bool SkipCharacter() => ++_at < _text.Length;

    private static bool IsWordStart(char c) => char.IsAsciiLetter(c) || c == '_';

    private static bool IsWordPart(char c) => char.IsAsciiLetterOrDigit(c) || c == '_';

    private char Peek(int ahead) => _at + ahead < _text.Length ? _text[_at + ahead] : '\0';

    private Token Make(TokenKind kind, string text) => new(kind, text, new(source, _started, _at)) { FollowsSpace = _spaceBefore };

    private YaraSyntaxException Error(string id, int start, int end, string message) => new(id, new(source, start, Math.Min(end, _text.Length)), message);

    private void SkipSpace()
    {
        while (_at < _text.Length)
        {
            if (_text[_at] is ' ' or '\t' or '\r' or '\n' or '\f' or '\v')
                _at++;
            else if (_text[_at] == '/' && Peek(1) == '/')
                _at = _text.IndexOf('\n', _at) is >= 0 and var end ? end : _text.Length;
            else if (_text[_at] == '/' && Peek(1) == '*')
                _at = _text.IndexOf("*/", _at + 2, StringComparison.Ordinal) is >= 0 and var end ? end + 2 : throw Error("yara.comment", _at, _at + 2, "this comment is never closed; */ is missing");
            else
                return;
        }
    }

    private string TakeWord()
    {
        var start = _at;
        while (_at < _text.Length && IsWordPart(_text[_at]))
            _at++;
        return _text[start.._at];
    }

    private Token Word()
    {
        var word = TakeWord();
        if (word.Length > 128)
            throw Error("yara.identifier-too-long", _started, _at, "an identifier has at most 128 characters");
        return Make(_keywords.Contains(word) ? TokenKind.Keyword : TokenKind.Identifier, word);
    }

    private Token StringReference()
    {
        _at++;
        var name = TakeWord();
        if (Peek(0) != '*')
            return Make(TokenKind.StringIdentifier, name);
        _at++;
        return Make(TokenKind.StringWildcard, name);
    }

    private Token Sigil(TokenKind kind)
    {
        _at++;
        return Make(kind, TakeWord());
    }

    private Token Number()
    {
        if (_text[_at] == '0' && Peek(1) is 'x' or 'o')
            return Prefixed(Peek(1) == 'x' ? 16 : 8);
        while (char.IsAsciiDigit(Peek(0)) || (Peek(0) == '_' && char.IsAsciiDigit(Peek(1))))
            _at++;
        if (Peek(0) == '.' && char.IsAsciiDigit(Peek(1)))
        {
            _at++;
            while (char.IsAsciiDigit(Peek(0)))
                _at++;
            EndNumber();
            return Make(TokenKind.Float, "") with { Float = double.Parse(_text[_started.._at].Replace("_", "", StringComparison.Ordinal), CultureInfo.InvariantCulture) };
        }

        var digits = _text[_started.._at].Replace("_", "", StringComparison.Ordinal);
        var unit = 1L;
        if (Peek(1) == 'B' && Peek(0) is 'K' or 'M')
        {
            unit = Peek(0) == 'K' ? 1 << 10 : 1 << 20;
            _at += 2;
        }

        EndNumber();
        if (!long.TryParse(digits, CultureInfo.InvariantCulture, out var value) || value > long.MaxValue / unit)
            throw Error("yara.number-too-large", _started, _at, "an integer is at most 9223372036854775807");
        return Make(TokenKind.Integer, "") with { Integer = value * unit };
    }

    private Token Prefixed(int numberBase)
    {
        _at += 2;
        var start = _at;
        while (Digit(Peek(0)) < numberBase || (Peek(0) == '_' && _at > start && Digit(Peek(1)) < numberBase))
            _at++;
        var digits = _text[start.._at].Replace("_", "", StringComparison.Ordinal);
        EndNumber();
        if (digits.Length == 0)
            throw Error("yara.number", _started, _at, "digits are missing after the prefix");
        var value = 0UL;
        foreach (var digit in digits)
        {
            if (value > (ulong)long.MaxValue / (ulong)numberBase)
                throw Error("yara.number-too-large", _started, _at, "an integer is at most 0x7fffffffffffffff");
            value = (value * (ulong)numberBase) + (ulong)Digit(digit);
        }

        return Make(TokenKind.Integer, "") with { Integer = (long)value };
    }

    private static int Digit(char c) => char.IsAsciiHexDigit(c) ? Convert.ToInt32(c.ToString(), 16) : 99;

    private void EndNumber()
    {
        if (IsWordPart(Peek(0)))
            throw Error("yara.number", _started, _at + 1, "a number ends in digits, KB or MB");
    }

    private Token Text()
    {
        _at++;
        var value = new StringBuilder();
        while (true)
        {
            var c = Peek(0);
            if (_at >= _text.Length || c == '\n')
                throw Error("yara.unterminated-string", _started, _at, "this string is never closed; \" is missing on its line");
            _at++;
            if (c == '"')
                return Make(TokenKind.Text, value.ToString());
            value.Append(c == '\\' ? Escape() : c);
        }
    }

    private char Escape()
    {
        var c = Peek(0);
        _at++;
        switch (c)
        {
            case 't':
                return '\t';
            case 'n':
                return '\n';
            case 'r':
                return '\r';
            case '"' or '\\':
                return c;
            case 'x' when char.IsAsciiHexDigit(Peek(0)) && char.IsAsciiHexDigit(Peek(1)):
                _at += 2;
                return (char)((Digit(_text[_at - 2]) * 16) + Digit(_text[_at - 1]));
            default:
                throw Error("yara.escape", _at - 2, _at, "the escapes of a string are \\\" \\\\ \\t \\n \\r and \\x with two hex digits; a backslash itself is written \\\\");
        }
    }

    private Token Regex()
    {
        _at++;
        var value = new StringBuilder();
        while (true)
        {
            var c = Peek(0);
            if (_at >= _text.Length || c == '\n')
                throw Error("yara.unterminated-regex", _started, _at, "this regular expression is never closed; / is missing on its line");
            _at++;
            if (c == '/')
                break;
            if (c != '\\')
            {
                value.Append(c);
                continue;
            }

            if (_at >= _text.Length || Peek(0) == '\n')
                throw Error("yara.unterminated-regex", _started, _at, "this regular expression is never closed; / is missing on its line");
            if (Peek(0) != '/')
                value.Append('\\');
            value.Append(_text[_at++]);
        }

        if (value.Length == 0)
            throw Error("yara.empty-regex", _started, _at, "a regular expression may not be empty");
        var flags = _at;
        if (Peek(0) == 'i')
            _at++;
        if (Peek(0) == 's')
            _at++;
        return Make(TokenKind.Regex, value.ToString()) with { Flags = _text[flags.._at] };
    }

    private Token Hex()
    {
        var start = ++_at;
        while (_at < _text.Length && _text[_at] != '}')
        {
            if (_text[_at] == '/' && Peek(1) is '/' or '*')
                SkipSpace();
            else
                _at++;
        }

        if (_at >= _text.Length)
            throw Error("yara.unterminated-hex", _started, _started + 1, "this hex string is never closed; } is missing");
        var text = _text[start.._at];
        _at++;
        return Make(TokenKind.Hex, text);
    }
}
