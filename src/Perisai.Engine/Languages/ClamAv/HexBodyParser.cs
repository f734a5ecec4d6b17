using System.Collections.Immutable;
using Perisai.Engine.Definitions.Ir;

namespace Perisai.Engine.Languages.ClamAv;

/// <summary>
/// The hexadecimal body grammar: bytes, <c>??</c>, nibbles, gaps (<c>*</c>, <c>{n}</c>, <c>{n-m}</c>, <c>{-m}</c>, <c>{n-}</c>), a gap to
/// one byte (<c>aa[x-y]…</c>, <c>…[x-y]aa</c>), alternatives and <c>(B) (L) (W)</c>.
/// See https://docs.clamav.net/manual/Signatures/BodySignatureFormat.html.
/// </summary>
/// <remarks>
/// What the manual leaves open follows ClamAV 1.4:
/// <c>{n}</c> with n from 1 to 127 stands for n times <c>??</c>, up to the first <c>{…}</c> of another form; from there on every <c>{…}</c>
/// parts the body. A greatest distance of 0 means none: <c>{0}</c>, <c>{}</c>, <c>{-}</c> and <c>{n-0}</c> are gaps without limit.
/// Each part needs two fixed bytes in a row. (B), (L) and (W) at a part's edge test the byte beside it, without taking it; anywhere else, also
/// behind another one of them and, negated, at the left edge, they take the byte that they test; ClamAV crashes where no two fixed bytes stand
/// before such a one, so that is not supported. (L) takes LF there and no CR.
/// </remarks>
internal ref struct HexBodyParser
{
    private const PatternModifiers Gapping = PatternModifiers.Wide | PatternModifiers.FullWord;

    [ThreadStatic]
    private static BodyBuilder? _builder;

    private readonly ReadOnlySpan<char> _body;
    private readonly int _column;
    private readonly PatternModifiers _modifiers;
    private readonly BodyBuilder _output;

    /// <summary>From here on gaps in braces part the body.</summary>
    private readonly int _partingFrom;
    private LineProblem _problem;

    private HexBodyParser(ReadOnlySpan<char> body, int column, PatternModifiers modifiers)
    {
        _body = body;
        _column = column;
        _modifiers = modifiers;
        _output = _builder ??= new();
        _partingFrom = PartingFrom();
    }

    /// <summary>Parses a body.</summary>
    /// <param name="body">Its text.</param>
    /// <param name="column">Where it stands in the line, zero-based.</param>
    /// <param name="modifiers">What stands after ::. FullWord is written into the steps; Wide and NoCase are the lowering's.</param>
    /// <param name="elements">The steps.</param>
    /// <param name="problem">What is wrong.</param>
    public static bool TryParse(
        ReadOnlySpan<char> body, int column, PatternModifiers modifiers, out ImmutableArray<PatternElement> elements, ref LineProblem problem)
    {
        var parser = new HexBodyParser(body, column, modifiers);
        var parsed = parser.ParseParts();
        elements = parser._output.Complete();
        if (!parsed)
            problem = parser._problem;
        return parsed;
    }

    private readonly bool OpensGap(char character) => character == '{' || (character == '[' && (_modifiers & Gapping) != 0);

    /// <summary>The place of the first gap in braces that is not <c>{n}</c> with n from 1 to 127; the body's end where there is none.</summary>
    private readonly int PartingFrom()
    {
        for (var i = _body.IndexOfAny('{', '['); i >= 0 && i < _body.Length; i++)
        {
            if (OpensGap(_body[i]) && !IsFixedGap(_body[(i + 1)..], out _, out _))
                return i;
        }

        return _body.Length;
    }

    private static bool IsFixedGap(ReadOnlySpan<char> text, out int length, out int count)
    {
        var rest = text;
        length = 0;
        if (!ClamAvNumber.TryTake(ref rest, out count) || count is < 1 or > 127 || rest is not ['}' or ']', ..])
            return false;
        length = text.Length - rest.Length + 1;
        return true;
    }

    private bool ParseParts()
    {
        _output.Begin();
        var start = 0;
        var nesting = 0;
        for (var i = 0; i <= _body.Length; i++)
        {
            if (i == _body.Length)
                return ParsePart(start, i, isFirst: start == 0, isLast: true);
            var character = _body[i];
            if (character == '(')
                nesting++;
            else if (character == ')')
                nesting--;
            else if (character == '*' || (OpensGap(character) && i >= _partingFrom))
            {
                if (nesting > 0)
                    return Fail(ClamAvBodyFaults.Gap, i, "A gap without a fixed length cannot stand within alternatives. Write the alternatives out.");
                if (!ParsePart(start, i, isFirst: start == 0, isLast: false))
                    return false;
                if (!ParseGap(ref i))
                    return false;
                start = i + 1;
            }
        }

        return true;
    }

    /// <summary>Reads the gap at <paramref name="at"/> and leaves it on the gap's last character.</summary>
    private bool ParseGap(ref int at)
    {
        if (_body[at] == '*')
        {
            _output.AddBetween(new Gap(0, null));
            return true;
        }

        var opening = at;
        var length = _body[(at + 1)..].IndexOfAny('}', ']');
        if (length < 0)
            return Fail(ClamAvBodyFaults.Gap, at, "The gap is not closed. Write {n}, {n-m}, {-m} or {n-}.");
        var text = _body.Slice(at + 1, length);
        at += length + 1;
        var dash = text.IndexOf('-');
        var minimumText = dash < 0 ? text : text[..dash];
        var maximumText = dash < 0 ? text : text[(dash + 1)..];
        if (!ClamAvNumber.TryParse(minimumText, out var minimum) || !ClamAvNumber.TryParse(maximumText, out var maximum))
            return Fail(ClamAvBodyFaults.Gap, opening, $"The gap '{{{text}}}' is none of {{n}}, {{n-m}}, {{-m}} and {{n-}}.");
        if (maximum != 0 && maximum < minimum)
        {
            _problem = LineProblem.Unsupported("a gap whose greatest length is below its least, which can never match");
            return false;
        }

        _output.AddBetween(new Gap(minimum, maximum == 0 ? null : maximum));
        return true;
    }

    private bool ParsePart(int start, int end, bool isFirst, bool isLast)
    {
        _output.BeginPart((_modifiers & (PatternModifiers.Wide | PatternModifiers.Ascii)) == PatternModifiers.Wide);
        var fullWord = _modifiers.HasFlag(PatternModifiers.FullWord);
        if (fullWord && isFirst)
            _output.AddBetween(new Assertion(AssertionKind.NonAlphanumericBefore));
        var (textStart, textEnd) = (start, end);
        NearByte? after = null;
        if ((_modifiers & Gapping) == 0 && !ParseByteGaps(ref textStart, ref textEnd, out after))
            return false;
        for (var i = textStart; i < textEnd;)
        {
            var consumed = _body[i] switch
            {
                '(' => ParseParentheses(i, i + 1, textEnd, i == textStart && !(fullWord && isFirst), !(fullWord && isLast), negated: false),
                '!' when i + 1 < textEnd && _body[i + 1] == '(' =>
                    ParseParentheses(i, i + 2, textEnd, false, !(fullWord && isLast), negated: true),
                '{' or '[' when OpensGap(_body[i]) => AddFixedGap(i),
                _ => ParseByte(i, textEnd),
            };
            if (consumed == 0)
                return false;
            i += consumed;
        }

        if (after is not null)
            _output.AddBetween(after);
        if (fullWord && isLast)
            _output.AddBetween(new Assertion(AssertionKind.NonAlphanumericAfter));
        return _output.PartHasFixedBytes || Fail(
            ClamAvBodyFaults.FixedBytes, start, "This part has no two bytes in a row without wildcards, by which it could be found. Add some.");
    }

    /// <summary>Takes a single byte before or after the part, with its gap, off the part's ends.</summary>
    private bool ParseByteGaps(ref int start, ref int end, out NearByte? after)
    {
        after = null;
        for (var i = 0; i < 2; i++)
        {
            var text = _body[start..end];
            var opening = text.IndexOf('[');
            if (opening < 0)
                return true;
            var closing = text[opening..].IndexOf(']') + opening;
            if (closing < opening)
                return Fail(ClamAvBodyFaults.ByteGap, start + opening, "The gap is not closed. Write aa[x-y]… or …[x-y]aa.");
            var range = text[(opening + 1)..closing];
            var rest = range;
            var isRange = ClamAvNumber.TryTake(ref rest, out var minimum);
            var maximum = minimum;
            if (rest is ['-', .. var upper])
                isRange &= ClamAvNumber.TryTake(ref upper, out maximum) && upper.IsEmpty;
            else
                isRange &= rest.IsEmpty;
            if (!isRange || minimum > maximum || maximum > 32)
                return Fail(ClamAvBodyFaults.ByteGap, start + opening, $"The gap [{range}] is not [x-y] with x up to y and y up to 32.");
            if (opening == 2 && i == 0)
            {
                if (!TryReadByte(start, out var value, out var mask))
                    return false;
                if (AsksForAByte(mask))
                    _output.AddBetween(new NearByte(value, mask, minimum, maximum, IsBefore: true));
                start += closing + 1;
            }
            else if (text.Length - closing - 1 == 2)
            {
                if (!TryReadByte(start + closing + 1, out var value, out var mask))
                    return false;
                if (AsksForAByte(mask))
                    after = new NearByte(value, mask, minimum, maximum, IsBefore: false);
                end = start + opening;
                return true;
            }
            else
            {
                return Fail(ClamAvBodyFaults.ByteGap, start + opening, "A gap in brackets needs a single byte on one side, at an end of the part. Use {x-y}.");
            }
        }

        return true;
    }

    /// <summary>
    /// A wildcard before or after such a gap asks for nothing, not even that a byte is there; and neither, in ClamAV, does a byte whose upper
    /// half alone is given (its flag shares a bit with that of the wildcard).
    /// </summary>
    private static bool AsksForAByte(byte mask) => (mask & 0x0F) != 0;

    private readonly int AddFixedGap(int at)
    {
        // Others part the body and are not met here.
        IsFixedGap(_body[(at + 1)..], out var length, out var count);
        if (_modifiers.HasFlag(PatternModifiers.Wide))
        {
            // Not widened: {n} is n bytes in the wide form too, where ?? is two.
            _output.AddStep(new Gap(count, count));
            return length + 1;
        }

        for (var i = 0; i < count; i++)
            _output.AddByte(0, 0);
        return length + 1;
    }

    private int ParseByte(int at, int end)
    {
        if (at + 1 >= end)
        {
            Fail(
                HexPair.IsDigit(_body[at]) ? ClamAvBodyFaults.HexOdd : ClamAvBodyFaults.HexDigit, at,
                $"'{_body[at]}' is not a whole byte. Write two hexadecimal digits or wildcards.");
            return 0;
        }

        if (!TryReadByte(at, out var value, out var mask))
            return 0;
        _output.AddByte(value, mask);
        return 2;
    }

    private bool TryReadByte(int at, out byte value, out byte mask)
    {
        if (HexPair.TryRead(_body[at], _body[at + 1], out value, out mask))
            return true;
        var odd = HexPair.IsDigit(_body[at]);
        return Fail(
            odd && !char.IsAsciiLetterOrDigit(_body[at + 1]) ? ClamAvBodyFaults.HexOdd : ClamAvBodyFaults.HexDigit, odd ? at + 1 : at,
            $"'{_body[at]}{_body[at + 1]}' is not a byte. Write two hexadecimal digits or wildcards.");
    }

    /// <summary>Reads what stands in parentheses; the result is how many characters it took, 0 where it is malformed.</summary>
    private int ParseParentheses(int outer, int inner, int end, bool atLeftEdge, bool mayBeRightEdge, bool negated)
    {
        var closing = AlternativesParser.ClosingOf(_body[..end], inner);
        if (closing < 0)
        {
            Fail(ClamAvBodyFaults.Parenthesis, inner - 1, "The parenthesis is not closed.");
            return 0;
        }

        var text = _body[inner..closing];
        if (text is ['B' or 'L' or 'W'])
        {
            var atRightEdge = closing + 1 == end && mayBeRightEdge;
            var element = new Assertion(BoundaryTests.KindOf(text[0], atRightEdge ? 1 : atLeftEdge ? -1 : 0), negated);
            if (atRightEdge || atLeftEdge)
            {
                _output.AddBetween(element);
            }
            else if (_output.PartHasFixedBytes)
            {
                _output.AddStep(element);
            }
            else
            {
                _problem = LineProblem.Unsupported("a (B), (L) or (W) that takes a byte before the fixed bytes of its part, on which ClamAV 1.4 crashes");
                return 0;
            }
        }
        else if (AlternativesParser.TryParse(text, _column + inner, _modifiers != PatternModifiers.None, negated, out var alternation, ref _problem))
        {
            _output.AddStep(alternation);
        }
        else
        {
            return 0;
        }

        return closing + 1 - outer;
    }

    private bool Fail(string id, int at, string text)
    {
        _problem = LineProblem.Malformed(id, _column + at, text);
        return false;
    }
}
