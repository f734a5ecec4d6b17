using Perisai.Engine.Matching.Automata;
using Perisai.Engine.Matching.Regex;
using ByteClasses = Perisai.Engine.Matching.Regex.Syntax.ByteClasses;

namespace Perisai.Engine.Languages.Yara.Regex;

internal sealed partial class RegexParser
{
    /// <summary>Characters that a backslash makes themselves.</summary>
    private const string Escapable = "\\/.^$|()[]{}*+?-\"'";

    private static ByteSet Named(char letter) => letter switch
    {
        'w' => ByteClasses.Word,
        'W' => ~ByteClasses.Word,
        's' => ByteClasses.Space,
        'S' => ~ByteClasses.Space,
        'd' => ByteClasses.Digit,
        _ => ~ByteClasses.Digit,
    };

    private SetNode Class()
    {
        var opened = _at++;
        var negated = Peek(0) == '^';
        if (negated)
            _at++;
        var set = ByteSet.Empty;
        if (Peek(0) == ']')
        {
            // At the first place it is itself.
            set = set.With((byte)']');
            _at++;
        }

        while (true)
        {
            if (_at >= _pattern.Length)
                throw new RegexMistake(opened, opened + 1, "this class is never closed; ] is missing");
            if (_pattern[_at] == ']')
                break;
            set |= Member();
        }

        _at++;
        if (_ignoreCase)
            set = set.WithBothCases();
        return new(negated ? ~set : set, SetOrigin.Class);
    }

    /// <summary>One byte, a range, or a named set. Of a range's ends <c>\d</c> and the like are letters.</summary>
    private ByteSet Member()
    {
        var start = _at;
        var length = MemberLength(_at);
        if (At(_at + length) == '-' && _at + length + 1 < _pattern.Length && At(_at + length + 1) != ']')
        {
            var first = MemberByte();
            _at++;
            var last = MemberByte();
            if (first > last)
                throw new RegexMistake(start, _at, "bad character range: its first character stands behind its last");
            return ByteSet.Range(first, last);
        }

        if (_pattern[_at] == '\\' && Peek(1) is 'w' or 'W' or 's' or 'S' or 'd' or 'D')
        {
            _at += 2;
            return Named(_pattern[_at - 1]);
        }

        return ByteSet.Of(MemberByte());
    }

    private int MemberLength(int at) => At(at) != '\\' ? 1 : At(at + 1) == 'x' ? 4 : 2;

    private byte MemberByte() => _pattern[_at] == '\\' ? Escape() : (byte)_pattern[_at++];

    /// <summary>The byte that an escape stands for.</summary>
    private byte Escape()
    {
        var start = _at++;
        if (_at >= _pattern.Length)
            throw new RegexMistake(start, _at, "a backslash at the end escapes nothing");
        var c = _pattern[_at++];
        switch (c)
        {
            case 'n':
                return (byte)'\n';
            case 't':
                return (byte)'\t';
            case 'r':
                return (byte)'\r';
            case 'f':
                return (byte)'\f';
            case 'a':
                return 7;
            case 'x':
                if (!char.IsAsciiHexDigit(Peek(0)) || !char.IsAsciiHexDigit(Peek(1)))
                    throw new RegexMistake(start, Math.Min(_at + 2, _pattern.Length), "illegal escape sequence: \\x is followed by two hex digits");
                _at += 2;
                return Convert.ToByte(_pattern[(_at - 2).._at], 16);
            default:
                if (!Escapable.Contains(c, StringComparison.Ordinal))
                    _unknownEscapes.Add((start, _at));
                return (byte)c;
        }
    }
}
