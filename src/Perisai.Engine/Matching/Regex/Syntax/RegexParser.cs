using System.Buffers;

namespace Perisai.Engine.Matching.Regex.Syntax;

/// <summary>
/// Reads an expression in the syntax of PCRE2 10.42, 8-bit, without UTF: alternatives, items and quantifiers here, the rest in the other parts.
/// Source: pcre2pattern(3). One parser reads one expression.
/// </summary>
internal sealed partial class RegexParser
{
    /// <summary>Groups within groups: 250, PCRE2's own limit. It bounds every recursion over the tree.</summary>
    public const int MaximumNesting = 250;

    /// <summary>The highest count in a quantifier, as in PCRE2.</summary>
    public const int MaximumRepeat = 65535;

    /// <summary>Capturing groups in one expression. PCRE2 has 65,535; every group costs memory in every recursive call.</summary>
    public const int MaximumGroups = 10_000;

    private static readonly SearchValues<char> SimpleLiterals = SearchValues.Create(
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-/:;,=<>!@%&'\"`~]}");

    private readonly string _text;
    private readonly bool _dollarEndOnly;
    private readonly List<CaptureNode?> _groups = [null];
    private readonly Dictionary<string, List<int>> _names = [];
    private readonly Dictionary<int, string> _nameByNumber = [];
    private readonly List<GroupReference> _references = [];
    private readonly List<(ConditionalNode Node, string Name, int Position)> _ambiguousConditions = [];
    private readonly List<LookNode> _looksBehind = [];
    private SyntaxOptions _options;
    private int _at;
    private int _nesting;
    private int _lookNesting;
    private int _groupNumber;
    private int _groupCount;
    private bool _hasCalls;
    private bool _hasBackreferences;

    private RegexParser(string text, ByteRegexOptions options)
    {
        _text = text;
        _dollarEndOnly = (options & ByteRegexOptions.DollarEndOnly) != 0;
        _options = SyntaxOptions.None;
        if ((options & ByteRegexOptions.Caseless) != 0)
            _options |= SyntaxOptions.Caseless;
        if ((options & ByteRegexOptions.DotAll) != 0)
            _options |= SyntaxOptions.DotAll;
        if ((options & ByteRegexOptions.Multiline) != 0)
            _options |= SyntaxOptions.Multiline;
        if ((options & ByteRegexOptions.Extended) != 0)
            _options |= SyntaxOptions.Extended;
        if ((options & ByteRegexOptions.Ungreedy) != 0)
            _options |= SyntaxOptions.Ungreedy;
    }

    /// <summary>Options that an expression can change on its way.</summary>
    [Flags]
    private enum SyntaxOptions
    {
        None = 0,
        Caseless = 1,
        DotAll = 2,
        Multiline = 4,
        Extended = 8,
        ExtendedMore = 16,
        Ungreedy = 32,
        NoAutoCapture = 64,
        DuplicateNames = 128,
    }

    private bool AtEnd => _at >= _text.Length;

    /// <summary>Reads the whole expression.</summary>
    /// <exception cref="ByteRegexException">The expression is wrong, or uses something that is not supported.</exception>
    public static ParsedRegex Parse(string text, ByteRegexOptions options)
    {
        var at = text.AsSpan().IndexOfAnyExceptInRange('\0', '\u00FF');
        if (at >= 0)
            throw new ByteRegexException("An expression holds one byte a character; this character is no byte.", at);

        return new RegexParser(text, options).ParseWhole();
    }

    private ParsedRegex ParseWhole()
    {
        var root = Combine(ParseBranches(resetNumbers: false));
        if (!AtEnd)
            throw Fault("unmatched closing parenthesis");

        ResolveReferences();
        new LookBehindLengths(root, _groups).Measure(_looksBehind);
        return new ParsedRegex(root, _groupCount, [.. _groups], _names, _hasCalls, _hasBackreferences);
    }

    /// <summary>Reads alternatives up to the end or a closing parenthesis, which is left. Options set inside end with them.</summary>
    private List<RegexNode> ParseBranches(bool resetNumbers)
    {
        if (++_nesting > MaximumNesting)
            throw Fault($"parentheses are nested more than {MaximumNesting} deep");

        var saved = _options;
        var firstNumber = _groupNumber;
        var highest = firstNumber;
        var branches = new List<RegexNode>();
        while (true)
        {
            branches.Add(ParseBranch());
            highest = Math.Max(highest, _groupNumber);
            if (AtEnd || _text[_at] != '|')
                break;
            _at++;
            if (resetNumbers)
                _groupNumber = firstNumber;
        }

        _groupNumber = highest;
        _options = saved;
        _nesting--;
        return branches;
    }

    private static RegexNode Combine(List<RegexNode> branches) => branches.Count == 1 ? branches[0] : new AlternationNode(branches);

    private RegexNode ParseBranch()
    {
        var items = new List<RegexNode>();
        var canRepeat = false;
        var inQuote = false;
        while (!AtEnd)
        {
            var character = _text[_at];
            if (inQuote)
            {
                if (Looking("\\E"))
                {
                    _at += 2;
                    inQuote = false;
                    continue;
                }

                _at++;
                items.Add(Literal((byte)character));
                canRepeat = true;
                continue;
            }

            if (SimpleLiterals.Contains(character))
            {
                _at++;
                items.Add(Literal((byte)character));
                canRepeat = true;
                continue;
            }

            if (SkipIgnored())
                continue;

            switch (character)
            {
                case '|' or ')':
                    return Sequence(items);

                case '*' or '+' or '?':
                case '{' when TryPeekBraces(out _, out _, out _):
                    if (!canRepeat)
                        throw Fault("quantifier does not follow a repeatable item");
                    items[^1] = ParseQuantifier(items[^1]);
                    canRepeat = false;
                    break;

                case '\\' when Looking("\\Q"):
                    _at += 2;
                    inQuote = true;
                    break;

                case '\\' when Looking("\\E"):
                    _at += 2;
                    break;

                case '\\':
                    items.Add(ParseEscape(out canRepeat));
                    break;

                case '(':
                    var group = ParseGroup(out canRepeat);
                    if (group is not null)
                        items.Add(group);
                    break;

                case '[':
                    ParseClassOrBoundary(items, out canRepeat);
                    break;

                case '.':
                    _at++;
                    items.Add(new SetNode(Has(SyntaxOptions.DotAll) ? ByteSet.All : ByteClasses.NotNewline));
                    canRepeat = true;
                    break;

                case '^':
                    _at++;
                    items.Add(new AssertionNode(Has(SyntaxOptions.Multiline) ? AssertionKind.LineStart : AssertionKind.SubjectStart));
                    canRepeat = false;
                    break;

                case '$':
                    _at++;
                    items.Add(new AssertionNode(
                        Has(SyntaxOptions.Multiline) ? AssertionKind.LineEnd
                        : _dollarEndOnly ? AssertionKind.SubjectEnd
                        : AssertionKind.SubjectEndOrLastNewline));
                    canRepeat = false;
                    break;

                default:
                    _at++;
                    items.Add(Literal((byte)character));
                    canRepeat = true;
                    break;
            }
        }

        return Sequence(items);
    }

    /// <summary>Passes over one piece of what means nothing: a comment group and, in extended mode, a space or a comment.</summary>
    private bool SkipIgnored()
    {
        if (AtEnd)
            return false;
        if (Looking("(?#"))
        {
            var end = _text.IndexOf(')', _at);
            if (end < 0)
                throw Fault("missing ) after (?# comment", _text.Length);
            _at = end + 1;
            return true;
        }

        if (!Has(SyntaxOptions.Extended))
            return false;
        var character = _text[_at];
        if (character is ' ' or (>= '\t' and <= '\r'))
        {
            _at++;
            return true;
        }

        if (character != '#')
            return false;
        var newline = _text.IndexOf('\n', _at);
        _at = newline < 0 ? _text.Length : newline + 1;
        return true;
    }

    private RegexNode ParseQuantifier(RegexNode item)
    {
        int minimum, maximum;
        switch (_text[_at])
        {
            case '*':
                (minimum, maximum) = (0, -1);
                _at++;
                break;
            case '+':
                (minimum, maximum) = (1, -1);
                _at++;
                break;
            case '?':
                (minimum, maximum) = (0, 1);
                _at++;
                break;
            default:
                _ = TryPeekBraces(out minimum, out maximum, out var end);
                if (minimum > MaximumRepeat || maximum > MaximumRepeat)
                    throw Fault($"a count above {MaximumRepeat} in a quantifier");
                if (maximum >= 0 && maximum < minimum)
                    throw Fault("the counts of a quantifier are out of order");
                _at = end;
                break;
        }

        while (SkipIgnored())
        {
        }

        var mode = Has(SyntaxOptions.Ungreedy) ? RepeatMode.Lazy : RepeatMode.Greedy;
        if (!AtEnd && _text[_at] == '+')
        {
            mode = RepeatMode.Possessive;
            _at++;
        }
        else if (!AtEnd && _text[_at] == '?')
        {
            mode = mode == RepeatMode.Lazy ? RepeatMode.Greedy : RepeatMode.Lazy;
            _at++;
        }

        // PCRE2 does the same: a look that is repeated once more than it must be holds, or not, for ever.
        if (item is LookNode && maximum < 0)
            maximum = minimum + 1;
        if (minimum == 1 && maximum == 1)
            return mode == RepeatMode.Possessive ? new AtomicNode(item) : item;
        return new RepeatNode(item, minimum, maximum, mode);
    }

    /// <summary>
    /// Whether <c>{n}</c>, <c>{n,}</c> or <c>{n,m}</c> stands here; anything else is an ordinary brace. Counts are clipped just above the limit.
    /// </summary>
    private bool TryPeekBraces(out int minimum, out int maximum, out int end)
    {
        minimum = maximum = 0;
        end = _at + 1;
        if (!TryPeekCount(ref end, out minimum))
            return false;
        maximum = minimum;
        if (end < _text.Length && _text[end] == ',')
        {
            end++;
            if (!TryPeekCount(ref end, out maximum))
                maximum = -1;
        }

        if (end >= _text.Length || _text[end] != '}')
            return false;
        end++;
        return true;
    }

    private bool TryPeekCount(ref int at, out int count)
    {
        count = 0;
        var start = at;
        for (; at < _text.Length && char.IsAsciiDigit(_text[at]); at++)
            count = Math.Min(count * 10 + (_text[at] - '0'), MaximumRepeat + 1);
        return at > start;
    }

    private static RegexNode Sequence(List<RegexNode> items) => items.Count switch
    {
        0 => SequenceNode.Empty,
        1 => items[0],
        _ => new SequenceNode(items),
    };

    private SetNode Literal(byte value)
    {
        var set = ByteSet.Of(value);
        return new SetNode(Has(SyntaxOptions.Caseless) ? set.WithBothCases() : set);
    }

    private bool Has(SyntaxOptions option) => (_options & option) != 0;

    private bool Looking(string expected) => string.CompareOrdinal(_text, _at, expected, 0, expected.Length) == 0;

    private ByteRegexException Fault(string message) => Fault(message, _at);

    private static ByteRegexException Fault(string message, int position) => new($"Regular expression, position {position}: {message}.", position);

    private static ByteRegexException Unsupported(string what, int position) =>
        new($"Regular expression, position {position}: {what} is not supported.", position, isUnsupported: true);
}
