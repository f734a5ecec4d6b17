namespace Perisai.Engine.Matching.Regex.Syntax;

/// <summary>Classes in square brackets.</summary>
internal sealed partial class RegexParser
{
    private void ParseClassOrBoundary(List<RegexNode> items, out bool canRepeat)
    {
        // PCRE2 reads these two, and only as a whole class, as the start and the end of a word.
        if (Looking("[[:<:]]") || Looking("[[:>:]]"))
        {
            var isEnd = _text[_at + 3] == '>';
            items.Add(new AssertionNode(AssertionKind.WordBoundary));
            var look = new LookNode(new SetNode(ByteClasses.Word), isEnd, isNegative: false, _at);
            if (isEnd)
                _looksBehind.Add(look);
            items.Add(look);
            _at += 7;
            canRepeat = false;
            return;
        }

        items.Add(new SetNode(ParseClass()));
        canRepeat = true;
    }

    private ByteSet ParseClass()
    {
        var start = _at;
        if (TryPeekPosix(_at, out _, out _))
            throw Fault("POSIX named classes are only known within a class");

        _at++;
        var negated = false;
        while (!AtEnd)
        {
            if (SkipEmptyQuote() || SkipClassSpace())
                continue;
            if (negated || _text[_at] != '^')
                break;
            negated = true;
            _at++;
        }

        var set = ByteSet.Empty;
        var inQuote = false;

        // The byte that a hyphen would make the start of a range; -1 where the item before cannot start one.
        var rangeStart = -1;
        var rangeOpen = false;
        for (var isFirst = true; ; isFirst = false)
        {
            if (AtEnd)
                throw Fault("missing terminating ] for a class");
            var character = _text[_at];
            if (inQuote)
            {
                if (Looking("\\E"))
                {
                    _at += 2;
                    inQuote = false;
                    continue;
                }
            }
            else if (SkipClassSpace())
            {
                continue;
            }
            else if (character == '\\' && (Looking("\\Q") || Looking("\\E")))
            {
                inQuote = _text[_at + 1] == 'Q';
                _at += 2;
                continue;
            }
            else if (character == ']' && !isFirst)
            {
                break;
            }

            byte value;
            if (!inQuote && character == '[' && TryPeekPosix(_at, out var named, out var end))
            {
                if (rangeOpen)
                    throw Fault("invalid range in a class");
                set |= named;
                _at = end;
                RejectRangeAfterSet();
                rangeStart = -1;
                continue;
            }

            if (!inQuote && character == '\\')
            {
                var escape = _at++;
                if (AtEnd)
                    throw Fault("\\ at the end of the expression");
                if (ByteClasses.TryGetEscape(_text[_at], out var escaped))
                {
                    if (rangeOpen)
                        throw Fault("invalid range in a class");
                    set |= escaped;
                    _at++;
                    RejectRangeAfterSet();
                    rangeStart = -1;
                    continue;
                }

                value = ParseClassEscape(escape);
            }
            else if (!inQuote && character == '-' && rangeStart >= 0 && !rangeOpen)
            {
                _at++;
                rangeOpen = true;
                continue;
            }
            else
            {
                value = (byte)character;
                _at++;
            }

            if (rangeOpen)
            {
                if (value < rangeStart)
                    throw Fault("a range out of order in a class");
                set |= ByteSet.Range((byte)rangeStart, value);
                rangeOpen = false;
                rangeStart = -1;
            }
            else
            {
                set = set.With(value);
                rangeStart = value;
            }
        }

        // A hyphen that no end followed is itself.
        if (rangeOpen)
            set = set.With((byte)'-');
        _at++;
        if (Has(SyntaxOptions.Caseless))
            set = set.WithBothCases();
        return negated ? ~set : set;
    }

    /// <summary>A hyphen after a whole set is an error unless it is last, because it is nearly always a mistake.</summary>
    private void RejectRangeAfterSet()
    {
        if (_at + 1 < _text.Length && _text[_at] == '-' && _text[_at + 1] != ']')
            throw Fault("invalid range in a class");
    }

    private byte ParseClassEscape(int start)
    {
        var letter = _text[_at];
        switch (letter)
        {
            case 'b':
                _at++;
                return 0x08;
            case 'N' or 'B' or 'R' or 'X':
                throw Fault($"\\{letter} is not allowed in a class", start);
            case 'p' or 'P':
                throw Unsupported($"\\{letter} (a Unicode property)", start);
            case >= '1' and <= '7':
                return ReadOctal(3, start);
            case '8' or '9' or 'g':
                _at++;
                return (byte)letter;
            default:
                return ParseCharacterEscape(start);
        }
    }

    private bool SkipEmptyQuote()
    {
        if (Looking("\\E"))
        {
            _at += 2;
            return true;
        }

        if (!Looking("\\Q\\E"))
            return false;
        _at += 4;
        return true;
    }

    private bool SkipClassSpace()
    {
        if (!Has(SyntaxOptions.ExtendedMore) || _text[_at] is not (' ' or '\t'))
            return false;
        _at++;
        return true;
    }

    /// <summary>Whether <c>[:name:]</c> stands at a bracket; only then is the bracket no ordinary one.</summary>
    private bool TryPeekPosix(int at, out ByteSet set, out int end)
    {
        set = default;
        end = at;
        if (at + 1 >= _text.Length || _text[at + 1] is not (':' or '.' or '='))
            return false;
        var terminator = _text[at + 1];
        var scan = at + 2;
        for (; scan + 1 < _text.Length; scan++)
        {
            var character = _text[scan];
            if (character == '\\' && _text[scan + 1] is ']' or '\\')
                scan++;
            else if ((character == '[' && _text[scan + 1] == terminator) || character == ']')
                return false;
            else if (character == terminator && _text[scan + 1] == ']')
                break;
        }

        if (scan + 1 >= _text.Length)
            return false;
        if (terminator != ':')
            throw Fault("POSIX collating elements are not supported", at);
        var isNegated = _text[at + 2] == '^';
        var name = _text.AsSpan(at + 2, scan - at - 2);
        if (isNegated)
            name = name[1..];

        // Without regard to case, "upper" and "lower" mean any letter, before they are negated.
        if (Has(SyntaxOptions.Caseless) && name is "upper" or "lower")
            name = "alpha";
        if (!ByteClasses.TryGetPosix(name, out set))
            throw Fault($"unknown POSIX class '{name}'", at);
        if (isNegated)
            set = ~set;
        end = scan + 2;
        return true;
    }
}
