namespace Perisai.Engine.Matching.Regex.Syntax;

/// <summary>What a backslash means outside a class.</summary>
internal sealed partial class RegexParser
{
    private RegexNode ParseEscape(out bool canRepeat)
    {
        canRepeat = true;
        var start = _at++;
        if (AtEnd)
            throw Fault("\\ at the end of the expression");
        var letter = _text[_at];
        if (ByteClasses.TryGetEscape(letter, out var set))
        {
            _at++;
            return new SetNode(set);
        }

        switch (letter)
        {
            case 'A' or 'z' or 'Z' or 'G' or 'b' or 'B':
                _at++;
                canRepeat = false;
                return new AssertionNode(letter switch
                {
                    'A' => AssertionKind.SubjectStart,
                    'z' => AssertionKind.SubjectEnd,
                    'Z' => AssertionKind.SubjectEndOrLastNewline,
                    'G' => AssertionKind.SearchStart,
                    'b' => AssertionKind.WordBoundary,
                    _ => AssertionKind.NotWordBoundary,
                });

            case 'K':
                if (_lookNesting > 0)
                    throw Fault("\\K is not allowed in a look ahead or behind", start);
                _at++;
                canRepeat = false;
                return new AssertionNode(AssertionKind.MatchStart);

            case 'N':
                _at++;
                if (!AtEnd && _text[_at] == '{' && !TryPeekBraces(out _, out _, out _))
                    throw Unsupported("\\N{…}", start);
                return new SetNode(ByteClasses.NotNewline);

            case 'R':
                _at++;
                return new AtomicNode(new AlternationNode([
                    new SequenceNode([new SetNode(ByteSet.Of((byte)'\r')), new SetNode(ByteSet.Of((byte)'\n'))]),
                    new SetNode(ByteClasses.VerticalSpace),
                ]));

            case 'C':
                _at++;
                return new SetNode(ByteSet.All);

            case 'X':
                throw Unsupported("\\X (a Unicode grapheme cluster)", start);

            case 'p' or 'P':
                throw Unsupported($"\\{letter} (a Unicode property)", start);

            case 'g':
                return ParseEscapeG(start);

            case 'k':
                _at++;
                var close = AtEnd ? '\0' : _text[_at] switch { '{' => '}', '<' => '>', '\'' => '\'', _ => '\0' };
                if (close == '\0')
                    throw Fault("\\k is not followed by a name in braces, angle brackets or quotes");
                _at++;
                return Backreference(Reference(0, ReadName(close), start));

            case >= '1' and <= '9':
                var number = PeekDecimal(_at, out var end);

                // PCRE2's rule: one digit, or a number that some group before has, or one that cannot be octal.
                if (number < 10 || letter >= '8' || number <= _groupNumber)
                {
                    RejectHuge(number);
                    _at = end;
                    return Backreference(Reference(number, null, start));
                }

                return Literal(ReadOctal(3, start));

            default:
                return Literal(ParseCharacterEscape(start));
        }
    }

    /// <summary>An escape that stands for one byte, in a class or outside. The position is at the letter after the backslash.</summary>
    private byte ParseCharacterEscape(int start)
    {
        var letter = _text[_at];
        if (letter == '0')
            return ReadOctal(3, start);
        _at++;
        switch (letter)
        {
            case 'a':
                return 0x07;
            case 'e':
                return 0x1B;
            case 'f':
                return 0x0C;
            case 'n':
                return 0x0A;
            case 'r':
                return 0x0D;
            case 't':
                return 0x09;
            case 'c':
                if (AtEnd)
                    throw Fault("\\c at the end of the expression");
                var control = _text[_at];
                if (control is < ' ' or > '~')
                    throw Fault("\\c must be followed by a printable ASCII character");
                _at++;
                return (byte)(char.ToUpperInvariant(control) ^ 0x40);
            case 'x':
                return ReadHexadecimal(start);
            case 'o':
                if (AtEnd || _text[_at] != '{')
                    throw Fault("missing opening brace after \\o");
                return ReadBraced(8, start);
            case 'L' or 'l' or 'U' or 'u':
                throw Unsupported($"\\{letter}", start);
            default:
                if (char.IsAsciiLetterOrDigit(letter))
                    throw Fault($"\\{letter} is no escape", start);
                return (byte)letter;
        }
    }

    private byte ReadHexadecimal(int start)
    {
        if (!AtEnd && _text[_at] == '{')
            return ReadBraced(16, start);
        var value = 0;
        for (var digits = 0; digits < 2 && !AtEnd && char.IsAsciiHexDigit(_text[_at]); digits++, _at++)
            value = value * 16 + HexValue(_text[_at]);
        return (byte)value;
    }

    /// <summary>Reads <c>{…}</c> with digits of the base; at the opening brace.</summary>
    private byte ReadBraced(int radix, int start)
    {
        _at++;
        var first = _at;
        var value = 0;
        for (; !AtEnd && char.IsAsciiHexDigit(_text[_at]) && HexValue(_text[_at]) < radix; _at++)
        {
            value = value * radix + HexValue(_text[_at]);
            if (value > 0xFF)
                throw Fault("a character value above 255", start);
        }

        if (AtEnd || _text[_at] != '}')
            throw Fault("a character that is no digit, or a missing brace, in \\x{} or \\o{}");
        if (_at == first)
            throw Fault("digits missing in \\x{} or \\o{}");
        _at++;
        return (byte)value;
    }

    private byte ReadOctal(int maximumDigits, int start)
    {
        var value = 0;
        for (var digits = 0; digits < maximumDigits && !AtEnd && _text[_at] is >= '0' and <= '7'; digits++, _at++)
            value = value * 8 + (_text[_at] - '0');
        if (value > 0xFF)
            throw Fault("an octal value above \\377", start);
        return (byte)value;
    }

    private static int HexValue(char digit) => char.IsAsciiDigit(digit) ? digit - '0' : (digit | 0x20) - 'a' + 10;

    /// <summary><c>\g1 \g{-1} \g{name} \g&lt;name> \g'name'</c>: back references, and calls in the last two.</summary>
    private RegexNode ParseEscapeG(int start)
    {
        _at++;
        if (AtEnd)
            throw Fault("\\g without a name or number");
        var open = _text[_at];
        if (open is '<' or '\'')
        {
            _at++;
            var close = open == '<' ? '>' : '\'';
            if (!AtEnd && (char.IsAsciiDigit(_text[_at]) || _text[_at] is '+' or '-'))
            {
                var called = ReadGroupNumber(start);
                Expect(close, "missing terminator after \\g");
                return Call(called, null, start);
            }

            return Call(0, ReadName(close), start);
        }

        if (open == '{')
        {
            _at++;
            if (!AtEnd && (char.IsAsciiDigit(_text[_at]) || _text[_at] is '+' or '-'))
            {
                var braced = ReadGroupNumber(start);
                Expect('}', "missing } after \\g{");
                return Backreference(Reference(RejectZero(braced, start), null, start));
            }

            return Backreference(Reference(0, ReadName('}'), start));
        }

        if (!char.IsAsciiDigit(open) && open is not ('+' or '-'))
            throw Fault("\\g without a name or number");
        return Backreference(Reference(RejectZero(ReadGroupNumber(start), start), null, start));
    }

    private static int RejectZero(int number, int position) =>
        number == 0 ? throw Fault("reference to a group that does not exist", position) : number;

    /// <summary>A group number, absolute or relative to the groups opened so far.</summary>
    private int ReadGroupNumber(int start)
    {
        var sign = _text[_at];
        if (sign is '+' or '-')
            _at++;
        if (AtEnd || !char.IsAsciiDigit(_text[_at]))
            throw Fault("digit expected after a sign");
        var number = PeekDecimal(_at, out _at);
        RejectHuge(number);
        if (sign is '+' or '-' && number == 0)
            throw Fault("a relative value of zero is not allowed");
        if (sign == '-')
        {
            if (number > _groupNumber)
                throw Fault("reference to a group that does not exist", start);
            return _groupNumber - number + 1;
        }

        return sign == '+' ? _groupNumber + number : number;
    }

    /// <summary>A decimal number, clipped just above the highest group number.</summary>
    private int PeekDecimal(int at, out int end)
    {
        var value = 0;
        for (; at < _text.Length && char.IsAsciiDigit(_text[at]); at++)
            value = Math.Min(value * 10 + (_text[at] - '0'), 65536);
        end = at;
        return value;
    }

    private void RejectHuge(int number)
    {
        if (number > 65535)
            throw Fault("a group number above 65535");
    }

    /// <summary>A group name and its terminator: at most 32 letters, digits and underscores, and no digit first.</summary>
    private string ReadName(char terminator)
    {
        var start = _at;
        if (!AtEnd && char.IsAsciiDigit(_text[_at]))
            throw Fault("a group name must not start with a digit");
        while (!AtEnd && (char.IsAsciiLetterOrDigit(_text[_at]) || _text[_at] == '_'))
            _at++;
        if (_at == start)
            throw Fault("group name expected");
        if (_at - start > 32)
            throw Fault("a group name of more than 32 characters");
        var name = _text[start.._at];
        Expect(terminator, "missing terminator after a group name");
        return name;
    }

    private void Expect(char expected, string message)
    {
        if (AtEnd || _text[_at] != expected)
            throw Fault(message);
        _at++;
    }

    private BackreferenceNode Backreference(GroupReference reference)
    {
        _hasBackreferences = true;
        return new BackreferenceNode(reference, Has(SyntaxOptions.Caseless));
    }

    private CallNode Call(int number, string? name, int position)
    {
        _hasCalls = true;
        return new CallNode(Reference(number, name, position));
    }

    private GroupReference Reference(int number, string? name, int position)
    {
        var reference = new GroupReference(number, name, position);
        _references.Add(reference);
        return reference;
    }

    /// <summary>Gives every name its numbers and checks every number, now that all groups are known.</summary>
    private void ResolveReferences()
    {
        foreach (var (node, name, position) in _ambiguousConditions)
            node.Condition = ResolveAmbiguous(name, position);

        foreach (var reference in _references)
        {
            if (reference.Name is { } name)
            {
                if (!_names.TryGetValue(name, out var numbers))
                    throw Fault($"reference to a group '{name}' that does not exist", reference.Position);
                reference.Numbers = [.. numbers];
            }
            else if (reference.Numbers[0] > _groupCount)
            {
                throw Fault($"reference to group {reference.Numbers[0]}, and there are {_groupCount}", reference.Position);
            }
        }
    }

    /// <summary><c>(?(R…)</c> asks for a group of that name where there is one, and else for a call.</summary>
    private RegexCondition ResolveAmbiguous(string name, int position)
    {
        if (_names.ContainsKey(name))
            return new RegexCondition(ConditionKind.GroupIsSet, Reference(0, name, position));
        if (name.Length == 1)
            return new RegexCondition(ConditionKind.InAnyCall);
        if (name.AsSpan(1).ContainsAnyExceptInRange('0', '9') || name.Length > 6)
            throw Fault($"reference to a group '{name}' that does not exist", position);
        return new RegexCondition(ConditionKind.InCallOf, Reference(int.Parse(name.AsSpan(1)), null, position));
    }
}
