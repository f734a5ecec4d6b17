namespace Perisai.Engine.Matching.Regex.Syntax;

/// <summary>Everything that an opening parenthesis starts.</summary>
internal sealed partial class RegexParser
{
    /// <summary>PCRE2's version as <c>(?(VERSION>=10.4)</c> sees it: major and two digits of minor.</summary>
    private const int EmulatedVersion = 1042;

    private readonly Dictionary<int, int> _firstStarts = [];

    /// <summary>Reads a group at its parenthesis; null for one that only sets options.</summary>
    private RegexNode? ParseGroup(out bool canRepeat)
    {
        canRepeat = true;
        var start = _at++;
        if (Looking("*") && _at + 1 < _text.Length && (char.IsAsciiLetter(_text[_at + 1]) || _text[_at + 1] == ':'))
            return ParseVerb(start, out canRepeat);
        if (!Looking("?"))
            return Has(SyntaxOptions.NoAutoCapture) ? ParsePlain(start) : ParseCapture(start, null);

        _at++;
        if (AtEnd)
            throw Fault("unrecognized character after (?");
        var letter = _text[_at];
        switch (letter)
        {
            case '>':
                _at++;
                return new AtomicNode(ParsePlain(start));
            case '|':
                _at++;
                return ParsePlain(start, resetNumbers: true);
            case '=' or '!':
                _at++;
                return ParseLook(start, isBehind: false, isNegative: letter == '!');
            case '*':
                throw Unsupported("a non-atomic look ahead", start);
            case 'C':
                throw Unsupported("a callout", start);
            case '(':
                _at++;
                return ParseConditional(start);
            case '&':
                _at++;
                return Call(0, ReadName(')'), start);
            case 'R':
                _at++;
                Expect(')', "(?R must be followed by a closing parenthesis");
                return Call(0, null, start);
            case '\'':
                _at++;
                return ParseCapture(start, ReadName('\''));
            case '<':
                _at++;
                if (Looking("=") || Looking("!"))
                    return ParseLook(start, isBehind: true, isNegative: _text[_at++] == '!');
                if (Looking("*"))
                    throw Unsupported("a non-atomic look behind", start);
                return ParseCapture(start, ReadName('>'));
            case 'P':
                return ParsePythonGroup(start);
            case >= '0' and <= '9' or '+':
            case '-' when _at + 1 < _text.Length && char.IsAsciiDigit(_text[_at + 1]):
                var number = ReadGroupNumber(start);
                Expect(')', "a call must end with a closing parenthesis");
                return Call(number, null, start);
            default:
                return ParseOptions(start, out canRepeat);
        }
    }

    /// <summary>The rest of a non-capturing group, with its closing parenthesis.</summary>
    private RegexNode ParsePlain(int start, bool resetNumbers = false)
    {
        var body = Combine(ParseBranches(resetNumbers));
        ExpectClose(start);
        return body;
    }

    private void ExpectClose(int start)
    {
        if (AtEnd)
            throw Fault($"missing closing parenthesis for the one at position {start}");
        _at++;
    }

    private CaptureNode ParseCapture(int start, string? name)
    {
        var number = ++_groupNumber;
        if (number > MaximumGroups)
            throw Fault($"more than {MaximumGroups} capturing groups", start);
        if (number > _groupCount)
        {
            _groupCount = number;
            _groups.Add(null);
        }

        if (name is not null)
            AddName(name, number, start);
        var node = new CaptureNode(number, ParsePlain(start));

        // Several branches of a branch reset have the same number; calls go to the first.
        if (_groups[number] is null || _firstStarts[number] > start)
        {
            _groups[number] = node;
            _firstStarts[number] = start;
        }

        return node;
    }

    private void AddName(string name, int number, int position)
    {
        if (_nameByNumber.TryGetValue(number, out var other) && other != name)
            throw Fault("different names for groups of the same number", position);
        _nameByNumber[number] = name;
        if (!_names.TryGetValue(name, out var numbers))
        {
            _names.Add(name, [number]);
            return;
        }

        if (numbers.Contains(number))
            return;
        if (!Has(SyntaxOptions.DuplicateNames))
            throw Fault($"two groups have the name '{name}'", position);
        numbers.Add(number);
        numbers.Sort();
    }

    private LookNode ParseLook(int start, bool isBehind, bool isNegative)
    {
        _lookNesting++;
        var look = new LookNode(ParsePlain(start), isBehind, isNegative, start);
        _lookNesting--;
        if (isBehind)
            _looksBehind.Add(look);
        return look;
    }

    /// <summary><c>(?P&lt;name>…) (?P=name) (?P>name)</c></summary>
    private RegexNode ParsePythonGroup(int start)
    {
        _at++;
        if (AtEnd)
            throw Fault("unrecognized character after (?P");
        switch (_text[_at++])
        {
            case '<':
                return ParseCapture(start, ReadName('>'));
            case '=':
                return Backreference(Reference(0, ReadName(')'), start));
            case '>':
                return Call(0, ReadName(')'), start);
            default:
                throw Fault("unrecognized character after (?P", _at - 1);
        }
    }

    /// <summary><c>(?i) (?i-s:…) (?^x)</c>: at the first letter.</summary>
    private RegexNode? ParseOptions(int start, out bool canRepeat)
    {
        var options = _options;
        var on = SyntaxOptions.None;
        var off = SyntaxOptions.None;
        var isOn = true;
        var mayHaveHyphen = true;
        if (Looking("^"))
        {
            _at++;
            mayHaveHyphen = false;
            options &= SyntaxOptions.Ungreedy | SyntaxOptions.DuplicateNames;
        }

        for (; ; _at++)
        {
            if (AtEnd)
                throw Fault($"missing closing parenthesis for the one at position {start}");
            var letter = _text[_at];
            if (letter is ')' or ':')
                break;
            if (letter == '-')
            {
                if (!mayHaveHyphen)
                    throw Fault("invalid hyphen in an option setting");
                mayHaveHyphen = false;
                isOn = false;
                continue;
            }

            var option = letter switch
            {
                'i' => SyntaxOptions.Caseless,
                's' => SyntaxOptions.DotAll,
                'm' => SyntaxOptions.Multiline,
                'n' => SyntaxOptions.NoAutoCapture,
                'x' => SyntaxOptions.Extended,
                'U' => SyntaxOptions.Ungreedy,
                'J' => SyntaxOptions.DuplicateNames,
                _ => throw Fault($"unrecognized character '{letter}' after (? or (?-"),
            };
            if (letter == 'x' && _at + 1 < _text.Length && _text[_at + 1] == 'x')
            {
                _at++;
                option |= SyntaxOptions.ExtendedMore;
            }

            if (isOn)
                on |= option;
            else
                off |= option;
        }

        // A single x, on or off, takes back what a double one set.
        if (((on | off) & SyntaxOptions.Extended) != 0)
            options &= ~SyntaxOptions.ExtendedMore;
        options = (options | on) & ~off;
        canRepeat = _text[_at++] == ':';
        if (!canRepeat)
        {
            _options = options;
            return null;
        }

        var saved = _options;
        _options = options;
        var body = ParsePlain(start);
        _options = saved;
        return body;
    }

    /// <summary><c>(*NAME…)</c>: the spelled-out names of groups; backtracking verbs and leading settings are refused by name.</summary>
    private RegexNode ParseVerb(int start, out bool canRepeat)
    {
        var end = _at + 1;
        while (end < _text.Length && (char.IsAsciiLetterOrDigit(_text[end]) || _text[end] == '_'))
            end++;
        var name = _text[(_at + 1)..end];
        canRepeat = true;
        if (end < _text.Length && _text[end] == ':' && name is "atomic" or "pla" or "positive_lookahead" or "nla" or "negative_lookahead"
            or "plb" or "positive_lookbehind" or "nlb" or "negative_lookbehind")
        {
            _at = end + 1;
            return name == "atomic"
                ? new AtomicNode(ParsePlain(start))
                : ParseLook(start, name.EndsWith('b') || name.EndsWith("behind", StringComparison.Ordinal), name[0] == 'n');
        }

        if (end < _text.Length && _text[end] == ')' && name is "F" or "FAIL")
        {
            _at = end + 1;
            canRepeat = false;
            return new AssertionNode(AssertionKind.Fail);
        }

        throw Unsupported($"(*{name})", start);
    }

    private ConditionalNode ParseConditional(int start)
    {
        // The position is after "(?(".
        var node = new ConditionalHeader();
        if (AtEnd)
            throw Fault("missing condition");
        var isDefine = false;
        if (_text[_at] is '?' or '*')
        {
            _at--;
            var at = _at;
            if (ParseGroup(out _) is not LookNode look)
                throw Fault("a look ahead or behind is expected after (?(", at);
            node.Condition = new RegexCondition(ConditionKind.Look, Look: look);
        }
        else
        {
            ParseNamedCondition(start, node, out isDefine);
        }

        var branches = ParseBranches(resetNumbers: false);
        ExpectClose(start);
        if (isDefine && branches.Count > 1)
            throw Fault("a DEFINE group has more than one branch", start);
        if (branches.Count > 2)
            throw Fault("a conditional group has more than two branches", start);
        var conditional = new ConditionalNode(node.Condition, branches[0], branches.Count == 2 ? branches[1] : null);
        if (node.AmbiguousName is { } name)
            _ambiguousConditions.Add((conditional, name, start));
        return conditional;
    }

    private void ParseNamedCondition(int start, ConditionalHeader node, out bool isDefine)
    {
        isDefine = false;
        _hasBackreferences = true;
        if (char.IsAsciiDigit(_text[_at]) || _text[_at] is '+' or '-')
        {
            var number = ReadGroupNumber(start);
            if (number == 0)
                throw Fault("invalid condition (?(0)");
            node.Condition = new RegexCondition(ConditionKind.GroupIsSet, Reference(number, null, start));
            Expect(')', "missing closing parenthesis for a condition");
        }
        else if (Looking("VERSION>") || Looking("VERSION="))
        {
            node.Condition = new RegexCondition(ParseVersion() ? ConditionKind.Always : ConditionKind.Never);
        }
        else if (Looking("R&"))
        {
            _at += 2;
            node.Condition = new RegexCondition(ConditionKind.InCallOf, Reference(0, ReadName(')'), start));
        }
        else
        {
            var open = _text[_at];
            if (open is '<' or '\'')
                _at++;
            var name = ReadName(open switch { '<' => '>', '\'' => '\'', _ => ')' });
            if (open is '<' or '\'')
                Expect(')', "missing closing parenthesis for a condition");
            isDefine = name == "DEFINE" && open == 'D';
            if (isDefine)
                node.Condition = new RegexCondition(ConditionKind.Never);
            else if (open == 'R')
                node.AmbiguousName = name;
            else
                node.Condition = new RegexCondition(ConditionKind.GroupIsSet, Reference(0, name, start));
        }
    }

    private bool ParseVersion()
    {
        _at += "VERSION".Length;
        var atLeast = Looking(">=");
        if (!atLeast && !Looking("="))
            throw Fault("syntax error in (?(VERSION");
        _at += atLeast ? 2 : 1;
        if (AtEnd || !char.IsAsciiDigit(_text[_at]))
            throw Fault("syntax error in (?(VERSION");
        var major = PeekDecimal(_at, out _at);
        RejectHuge(major);
        var minor = 0;
        if (Looking("."))
        {
            _at++;
            if (AtEnd || !char.IsAsciiDigit(_text[_at]))
                throw Fault("syntax error in (?(VERSION");
            minor = (_text[_at++] - '0') * 10;
            if (!AtEnd && char.IsAsciiDigit(_text[_at]))
                minor += _text[_at++] - '0';
        }

        Expect(')', "syntax error in (?(VERSION");
        var version = major * 100 + minor;
        return atLeast ? EmulatedVersion >= version : EmulatedVersion == version;
    }

    /// <summary>A condition while its group is being read; where <see cref="AmbiguousName"/> is set it is decided at the end.</summary>
    private sealed class ConditionalHeader
    {
        public RegexCondition Condition { get; set; } = new(ConditionKind.Never);

        public string? AmbiguousName { get; set; }
    }
}
