using System.Collections.Immutable;
using Perisai.Engine.Matching.Automata;
using Perisai.Engine.Matching.Regex;
using ByteClasses = Perisai.Engine.Matching.Regex.Syntax.ByteClasses;

namespace Perisai.Engine.Languages.Yara.Regex;

/// <summary>
/// Reads YARA's regular expressions (https://yara.readthedocs.io/en/stable/writingrules.html#regular-expressions): bytes, no groups that capture, no
/// looking around, quantifiers of one kind in a string. The pattern holds one character a byte.
/// </summary>
internal sealed partial class RegexParser
{
    /// <summary>The most repeats of a quantifier.</summary>
    public const int MaximumRepeat = 32767;

    /// <summary>Groups within groups.</summary>
    private const int MaximumDepth = 500;

    private readonly string _pattern;
    private readonly bool _ignoreCase;
    private readonly bool _dotAll;
    private readonly ImmutableArray<(int Start, int End)>.Builder _unknownEscapes = ImmutableArray.CreateBuilder<(int Start, int End)>();
    private int _at;
    private int _depth;
    private bool _hasGreedy;
    private bool _hasLazy;
    private (int Start, int End)? _mixed;
    private (int Start, int End)? _unboundedDot;

    private RegexParser(string pattern, bool ignoreCase, bool dotAll) => (_pattern, _ignoreCase, _dotAll) = (pattern, ignoreCase, dotAll);

    /// <exception cref="RegexMistake">It is no expression.</exception>
    public static RegexTree Parse(string pattern, bool ignoreCase, bool dotAll)
    {
        var parser = new RegexParser(pattern, ignoreCase, dotAll);
        var root = parser.Choice();
        if (parser._at < pattern.Length)
            throw parser.Mistake("this bracket is closed but never opened");
        return new(root, parser._hasGreedy, parser._hasLazy, parser._mixed, parser._unboundedDot, parser._unknownEscapes.ToImmutable());
    }

    private RegexMistake Mistake(string message) => new(_at, Math.Min(_at + 1, _pattern.Length), message);

    private AutomatonNode Choice()
    {
        var alternatives = ImmutableArray.CreateBuilder<AutomatonNode>();
        alternatives.Add(Sequence());
        while (_at < _pattern.Length && _pattern[_at] == '|')
        {
            _at++;
            // Only what stands behind a bar may be empty.
            alternatives.Add(_at == _pattern.Length || _pattern[_at] is '|' or ')' ? new SequenceNode([]) : Sequence());
        }

        return alternatives.Count == 1 ? alternatives[0] : new ChoiceNode(alternatives.ToImmutable());
    }

    private AutomatonNode Sequence()
    {
        var items = ImmutableArray.CreateBuilder<AutomatonNode>();
        while (_at < _pattern.Length && _pattern[_at] is not ('|' or ')'))
            items.Add(Item());
        if (items.Count == 0)
            throw Mistake(_at == _pattern.Length ? "an expression is missing at the end" : $"an expression is missing before '{_pattern[_at]}'");
        return items.Count == 1 ? items[0] : new SequenceNode(items.ToImmutable());
    }

    private AutomatonNode Item()
    {
        var start = _at;
        switch (_pattern[_at])
        {
            case '^':
                _at++;
                return NotRepeated(new AssertionNode(AutomatonAssertion.Start));
            case '$':
                _at++;
                return NotRepeated(new AssertionNode(AutomatonAssertion.End));
            case '\\' when Peek(1) is 'b' or 'B':
                _at += 2;
                return NotRepeated(new AssertionNode(_pattern[_at - 1] == 'b' ? AutomatonAssertion.WordBoundary : AutomatonAssertion.NotWordBoundary));
            case '*' or '+' or '?':
                throw Mistake($"there is nothing that '{_pattern[_at]}' could repeat");
            default:
                return Repeated(Single(), start);
        }
    }

    /// <summary>What follows an assertion or a quantifier is no quantifier.</summary>
    private AutomatonNode NotRepeated(AutomatonNode node)
    {
        if (_at < _pattern.Length && (_pattern[_at] is '*' or '+' or '?' || Range() is not null))
            throw Mistake("a quantifier follows something that cannot be repeated");
        return node;
    }

    private AutomatonNode Single()
    {
        switch (_pattern[_at])
        {
            case '(':
                return Group();
            case '.':
                _at++;
                return new SetNode(_dotAll ? ByteSet.All : ByteClasses.NotNewline, SetOrigin.Dot);
            case '[':
                return Class();
            case '\\' when Peek(1) is 'w' or 'W' or 's' or 'S' or 'd' or 'D':
                _at += 2;
                return new SetNode(Named(_pattern[_at - 1]), SetOrigin.Class);
            case '\\':
                return Literal(Escape());
            default:
                return Literal((byte)_pattern[_at++]);
        }
    }

    private AutomatonNode Group()
    {
        var opened = _at++;
        if (Peek(0) == '?')
            throw new RegexMistake(opened, _at + 1, "groups with options, such as (?:…), are not part of YARA's expressions; a group captures nothing anyway");
        if (++_depth > MaximumDepth)
            throw Mistake($"groups are nested more than {MaximumDepth} deep");
        var inner = Choice();
        if (_at >= _pattern.Length)
            throw new RegexMistake(opened, opened + 1, "this bracket is never closed");
        _at++;
        _depth--;
        return inner;
    }

    private AutomatonNode Repeated(AutomatonNode child, int start)
    {
        var quantifier = _at;
        var isRange = false;
        (int Minimum, int? Maximum) range;
        switch (_at < _pattern.Length ? _pattern[_at] : '\0')
        {
            case '*':
                range = (0, null);
                _at++;
                break;
            case '+':
                range = (1, null);
                _at++;
                break;
            case '?':
                range = (0, 1);
                _at++;
                break;
            default:
                if (Range() is not { } counted)
                    return child;
                range = (counted.Minimum, counted.Maximum);
                Check(counted);
                _at = counted.End;
                isRange = true;
                break;
        }

        var isLazy = Peek(0) == '?';
        if (isLazy)
            _at++;
        _mixed ??= (isLazy ? _hasGreedy : _hasLazy) ? (quantifier, _at) : null;
        _hasLazy |= isLazy;
        _hasGreedy |= !isLazy;
        var isDot = child is SetNode { Origin: SetOrigin.Dot };
        if (isDot && range.Maximum is null)
            _unboundedDot ??= (start, _at);
        return NotRepeated(new RepeatNode(child, range.Minimum, range.Maximum, isLazy) { IsJump = isDot && isRange && isLazy });
    }

    private void Check((int Minimum, int? Maximum, int End) range)
    {
        if (range.Minimum > MaximumRepeat || range.Maximum > MaximumRepeat)
            throw new RegexMistake(_at, range.End, $"repeat interval too large: the most repeats are {MaximumRepeat}");
        if (range.Minimum > range.Maximum)
            throw new RegexMistake(_at, range.End, $"bad repeat interval: the least, {range.Minimum}, is above the most, {range.Maximum}");
    }

    /// <summary>
    /// The quantifier <c>{n}</c>, <c>{n,}</c>, <c>{,m}</c> or <c>{n,m}</c> that begins here; null where there is none, for then the brace is itself.
    /// Numbers that are too large are cut at a number that is too large as well.
    /// </summary>
    private (int Minimum, int? Maximum, int End)? Range()
    {
        if (Peek(0) != '{')
            return null;
        var at = _at + 1;
        var minimum = Number(ref at);
        if (minimum is { } exact && At(at) == '}')
            return (exact, exact, at + 1);
        SkipBlanks(ref at);
        if (At(at) != ',')
            return null;
        at++;
        SkipBlanks(ref at);
        var maximum = Number(ref at);
        return At(at) == '}' ? (minimum ?? 0, maximum, at + 1) : null;
    }

    private int? Number(ref int at)
    {
        if (!char.IsAsciiDigit(At(at)))
            return null;
        var value = 0;
        for (; char.IsAsciiDigit(At(at)); at++)
            value = Math.Min((value * 10) + At(at) - '0', 1_000_000);
        return value;
    }

    private void SkipBlanks(ref int at)
    {
        while (At(at) is ' ' or '\t')
            at++;
    }

    private char At(int at) => at < _pattern.Length ? _pattern[at] : '\0';

    private char Peek(int ahead) => At(_at + ahead);

    private SetNode Literal(byte value)
    {
        var set = ByteSet.Of(value);
        return new(_ignoreCase ? set.WithBothCases() : set, SetOrigin.Literal, value, 0xFF);
    }
}
