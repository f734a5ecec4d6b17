using System.Collections.Immutable;
using System.Globalization;

namespace Perisai.Engine.Languages.Yara.Syntax;

/// <summary>
/// Reads what stands between the braces of a hex string: bytes with wildcards and negations, jumps, alternatives. The rules are those of YARA:
/// a jump stands neither first nor last, no open jump inside alternatives, and inside them a jump is at most 200 bytes.
/// </summary>
internal sealed class HexStringParser(SourceSpan span)
{
    /// <summary>The longest jump inside alternatives.</summary>
    private const int MaximumInnerJump = 200;

    /// <summary>Alternatives within alternatives.</summary>
    private const int MaximumDepth = 64;

    private readonly string _text = span.Source.Text;
    private readonly int _end = span.End - 1;
    private int _at = span.Start + 1;

    public static ImmutableArray<HexNode> Parse(SourceSpan span) => new HexStringParser(span).Parse();

    private ImmutableArray<HexNode> Parse()
    {
        var nodes = Sequence(0);
        if (_at < _end)
            throw Error(_text[_at] == ')' ? "this bracket is closed but never opened" : "a | stands between brackets only");
        return nodes;
    }

    private YaraSyntaxException Error(string message) => new("yara.hex-string", new(span.Source, Math.Min(_at, _end), Math.Min(_at, _end) + 1), message);

    private void SkipSpace()
    {
        while (_at < _end)
        {
            if (_text[_at] is ' ' or '\t' or '\r' or '\n')
                _at++;
            else if (string.CompareOrdinal(_text, _at, "//", 0, 2) == 0)
                _at = Math.Min(_text.IndexOf('\n', _at) is >= 0 and var line ? line : _end, _end);
            else if (string.CompareOrdinal(_text, _at, "/*", 0, 2) == 0)
                _at = Math.Min(_text.IndexOf("*/", _at + 2, StringComparison.Ordinal) is >= 0 and var close ? close + 2 : _end, _end);
            else
                return;
        }
    }

    private ImmutableArray<HexNode> Sequence(int depth)
    {
        if (depth > MaximumDepth)
            throw Error($"alternatives are nested more than {MaximumDepth} deep");
        var nodes = ImmutableArray.CreateBuilder<HexNode>();
        while (true)
        {
            SkipSpace();
            if (_at >= _end || _text[_at] is '|' or ')')
                break;
            if (_text[_at] == '[')
            {
                if (nodes.Count == 0)
                    throw Error("a jump may not stand first: there is nothing that it is counted from");
                AddJump(nodes, Jump(depth));
            }
            else if (_text[_at] == '(')
            {
                nodes.Add(Alternatives(depth));
            }
            else
            {
                nodes.Add(Byte());
            }
        }

        if (nodes.Count == 0)
            throw Error(depth == 0 ? "a hex string may not be empty" : "an alternative may not be empty");
        if (nodes[^1] is HexJumpNode)
            throw Error("a jump may not stand last: there is nothing that it leads to");
        return nodes.ToImmutable();
    }

    /// <summary>Jumps in a row are one.</summary>
    private void AddJump(ImmutableArray<HexNode>.Builder nodes, HexJumpNode jump)
    {
        if (nodes[^1] is not HexJumpNode last)
        {
            nodes.Add(jump);
            return;
        }

        var minimum = (long)last.Minimum + jump.Minimum;
        var maximum = last.Maximum is { } a && jump.Maximum is { } b ? (long)a + b : (long?)null;
        if (minimum > int.MaxValue || maximum > int.MaxValue)
            throw Error("these jumps together are too long");
        nodes[^1] = new HexJumpNode((int)minimum, (int?)maximum);
    }

    private HexAlternativesNode Alternatives(int depth)
    {
        var opened = _at++;
        var alternatives = ImmutableArray.CreateBuilder<ImmutableArray<HexNode>>();
        while (true)
        {
            alternatives.Add(Sequence(depth + 1));
            if (_at >= _end)
            {
                _at = opened;
                throw Error("this bracket is never closed");
            }

            if (_text[_at++] == ')')
                return new(alternatives.ToImmutable());
        }
    }

    private HexByteNode Byte()
    {
        var negated = _text[_at] == '~';
        if (negated)
            _at++;
        if (_at + 1 >= _end || !IsNibble(_text[_at]) || !IsNibble(_text[_at + 1]))
            throw Error(_at < _end && IsNibble(_text[_at]) ? "a byte is two hex digits, or ? for a digit that may be any" : "here stands neither a byte, a jump nor an alternative");
        var (high, low) = (_text[_at], _text[_at + 1]);
        var value = ((high == '?' ? 0 : Nibble(high)) << 4) | (low == '?' ? 0 : Nibble(low));
        var mask = (high == '?' ? 0 : 0xF0) | (low == '?' ? 0 : 0x0F);
        if (negated && mask == 0)
            throw Error("~?? can never match: no byte differs from all bytes");
        _at += 2;
        return new((byte)value, (byte)mask, negated);
    }

    private static bool IsNibble(char c) => c == '?' || char.IsAsciiHexDigit(c);

    private static int Nibble(char c) => Convert.ToInt32(c.ToString(), 16);

    private HexJumpNode Jump(int depth)
    {
        var close = _text.IndexOf(']', _at);
        if (close < 0 || close >= _end)
            throw Error("this jump is never closed; ] is missing");
        var parts = _text[(_at + 1)..close].Split('-', 2);
        var first = Number(parts[0]);
        var second = parts.Length == 1 ? first : Number(parts[1]);
        if (parts.Length == 1 && first is null)
            throw Error("a jump is [n], [n-m], [n-] or [-]");
        if (first > second)
            throw Error($"the jump's least length, {first}, is above its greatest, {second}");
        if (parts.Length == 1 && first == 0)
            throw Error("a jump of no bytes is none; leave it out");
        if (depth > 0 && second is null)
            throw Error("an open jump may not stand inside alternatives");
        if (depth > 0 && second > MaximumInnerJump)
            throw Error($"a jump inside alternatives is at most {MaximumInnerJump} bytes");
        _at = close + 1;
        return new(first ?? 0, second);
    }

    private int? Number(string text)
    {
        text = text.Trim();
        if (text.Length == 0)
            return null;
        return int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var value)
            ? value
            : throw Error($"'{text}' is no length of a jump: it is a number from 0 to 2147483647");
    }
}
