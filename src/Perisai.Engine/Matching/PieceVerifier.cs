using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Perisai.Engine.Matching.Automata;

namespace Perisai.Engine.Matching;

/// <summary>
/// The exact comparison after the stages: whether a piece really stands where its anchor was found. One a thread; it keeps its
/// position sets. Reads only inside the text that it is given; programs come from a verified segment and are trusted.
/// </summary>
internal sealed unsafe class PieceVerifier
{
    private readonly Stack<PositionSet> _free = new();
    private byte* _text;
    private int _length;
    private bool _startIsEdge;
    private bool _endIsEdge;
    private byte* _program;

    /// <summary>
    /// Sets the text. Whether its first and last offsets are the object's own edges matters to boundary tests.
    /// </summary>
    public void SetText(byte* text, int length, bool startIsEdge, bool endIsEdge)
    {
        _text = text;
        _length = length;
        _startIsEdge = startIsEdge;
        _endIsEdge = endIsEdge;
    }

    /// <summary>Verifies a piece whose gram stands at <paramref name="anchor"/>; gives the earliest start and the latest end.</summary>
    public bool Verify(PieceRecord* piece, int anchor, out int start, out int end)
    {
        start = anchor - piece->AnchorOffset;
        var length = (int)piece->Length;
        end = start + length;
        var payload = (byte*)(piece + 1);
        switch (piece->Kind)
        {
            case PieceKind.Exact:
                return start >= 0 && end <= _length
                    && new ReadOnlySpan<byte>(_text + start, length).SequenceEqual(new ReadOnlySpan<byte>(payload, length))
                    && (piece->Options == 0 || IsWord(piece, start, end));
            case PieceKind.Masked:
                return start >= 0 && end <= _length && EqualsMasked(_text + start, payload, payload + length, length)
                    && (piece->Options == 0 || IsWord(piece, start, end));
            default:
                return VerifyProgram(piece, payload, start, out start, out end);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static bool EqualsMasked(byte* text, byte* values, byte* masks, int length)
    {
        var i = 0;
        for (; i + 16 <= length; i += 16)
        {
            if ((Vector128.Load(text + i) & Vector128.Load(masks + i)) != Vector128.Load(values + i))
                return false;
        }

        for (; i < length; i++)
        {
            if ((text[i] & masks[i]) != values[i])
                return false;
        }

        return true;
    }

    private bool IsWord(PieceRecord* piece, int start, int end)
    {
        var options = AutomatonOptions.FromStored(piece->Options);
        return WordEdge.Holds(_text, _length, start, isBefore: true, options.EdgeIsWide)
            && WordEdge.Holds(_text, _length, end, isBefore: false, options.EdgeIsWide);
    }

    private bool VerifyProgram(PieceRecord* piece, byte* program, int nodeStart, out int start, out int end)
    {
        _program = program;
        start = end = 0;
        if (nodeStart < 0)
            return false;
        var count = Read16(0);
        var set = Rent();
        set.Add(nodeStart);
        set = Walk(set, 0, piece->AnchorNode, count, 1);
        var found = set.Count > 0;
        if (found)
        {
            end = set[set.Count - 1];
            set.Clear();
            set.Add(nodeStart);
            set = Walk(set, 0, piece->AnchorNode - 1, -1, -1);
            found = set.Count > 0;
            if (found)
                start = set[0];
        }

        _free.Push(set);
        return found;
    }

    /// <summary>Walks nodes from one index to another (exclusive), forwards or backwards; consumes the set and gives another.</summary>
    private PositionSet Walk(PositionSet set, int sequence, int from, int to, int direction)
    {
        for (var index = from; index != to && set.Count > 0; index += direction)
        {
            var next = Rent();
            Step(set, next, Read32(sequence + 2 + (4 * index)), direction);
            _free.Push(set);
            set = next;
        }

        return set;
    }

    private void Step(PositionSet set, PositionSet next, int node, int direction)
    {
        switch (_program[node])
        {
            case PieceProgram.Bytes:
                var length = Read16(node + 1);
                var values = _program + node + 3;
                for (var i = 0; i < set.Count; i++)
                {
                    var at = direction > 0 ? set[i] : set[i] - length;
                    if (at >= 0 && at + length <= _length && EqualsMasked(_text + at, values, values + length, length))
                        next.Add(set[i] + (direction * length));
                }

                break;
            case PieceProgram.Gap:
                var minimum = Read32(node + 1);
                var maximum = Read32(node + 5);
                for (var i = 0; i < set.Count; i++)
                {
                    if (direction > 0)
                        next.AddRange(set[i] + minimum, Math.Min(set[i] + maximum, _length));
                    else
                        next.AddRange(Math.Max(set[i] - maximum, 0), set[i] - minimum);
                }

                break;
            case PieceProgram.Alternatives:
                StepAlternatives(set, next, node, direction);
                break;
            case PieceProgram.NearByte:
                for (var i = 0; i < set.Count; i++)
                {
                    if (HasNearByte(set[i], node))
                        next.Add(set[i]);
                }

                break;
            default:
                var test = (PieceTest)_program[node + 1];
                var negated = _program[node + 2] != 0;
                for (var i = 0; i < set.Count; i++)
                    StepTest(set[i], next, test, negated, direction);
                break;
        }
    }

    private void StepAlternatives(PositionSet set, PositionSet next, int node, int direction)
    {
        var negated = _program[node + 1] != 0;
        var count = Read16(node + 2);
        var fixedLength = Read32(node + 4);
        for (var i = 0; i < set.Count; i++)
        {
            var any = false;
            for (var alternative = 0; alternative < count; alternative++)
            {
                var sequence = Read32(node + 8 + (4 * alternative));
                var nodes = Read16(sequence);
                var inner = Rent();
                inner.Add(set[i]);
                inner = direction > 0 ? Walk(inner, sequence, 0, nodes, 1) : Walk(inner, sequence, nodes - 1, -1, -1);
                any |= inner.Count > 0;
                for (var k = 0; !negated && k < inner.Count; k++)
                    next.Add(inner[k]);
                _free.Push(inner);
            }

            var end = set[i] + (direction * fixedLength);
            if (negated && !any && end >= 0 && end <= _length)
                next.Add(end);
        }
    }

    private bool HasNearByte(int at, int node)
    {
        var (value, mask, minimum, maximum) = (_program[node + 1], _program[node + 2], _program[node + 3], _program[node + 4]);
        var isBefore = _program[node + 5] != 0;
        for (var distance = minimum; distance <= maximum; distance++)
        {
            var index = isBefore ? at - 1 - distance : at + distance;
            if (index < 0 || index >= _length)
                return false;
            if ((_text[index] & mask) == value)
                return true;
        }

        return false;
    }

    private void StepTest(int at, PositionSet next, PieceTest test, bool negated, int direction)
    {
        if (test is PieceTest.NonAlphanumeric or PieceTest.Boundary or PieceTest.LineBreak)
        {
            var index = direction > 0 ? at : at - 1;
            if (index >= 0 && index < _length && TakesByte(index, test, negated))
                next.Add(at + direction);
        }
        else if (Holds(at, test) != negated)
        {
            next.Add(at);
        }
    }

    private bool TakesByte(int index, PieceTest test, bool negated) => test switch
    {
        PieceTest.Boundary => DelimiterBytes.IsAny(_text[index]) != negated,
        PieceTest.LineBreak => negated ? _text[index] != '\n' && !IsCarriageReturnLineFeed(index) : _text[index] == '\n',
        _ => IsAlphanumeric(_text[index]) == negated,
    };

    private bool Holds(int at, PieceTest test) => test switch
    {
        PieceTest.WordStart => !AlphanumericBefore(at),
        PieceTest.WordEnd => !AlphanumericAfter(at),
        PieceTest.WideWordStart => at < 2 || _text[at - 1] != 0 || !IsAlphanumeric(_text[at - 2]),
        PieceTest.WideWordEnd => at + 1 < _length ? _text[at + 1] != 0 || !IsAlphanumeric(_text[at]) : !AlphanumericAfter(at),
        PieceTest.BoundaryBefore => (at == 0 && _startIsEdge) || (at > 0 && DelimiterBytes.Opens(_text[at - 1])),
        PieceTest.BoundaryAfter => (at == _length && _endIsEdge) || (at < _length && DelimiterBytes.Closes(_text[at])),
        PieceTest.LineStart => (at == 0 && _startIsEdge) || (at > 0 && _text[at - 1] == '\n'),
        _ => (at == _length && _endIsEdge) || (at < _length && (_text[at] == '\n' || IsCarriageReturnLineFeed(at))),
    };

    private bool IsCarriageReturnLineFeed(int at) => at + 1 < _length && _text[at] == '\r' && _text[at + 1] == '\n';

    private bool AlphanumericBefore(int at) => at > 0 && IsAlphanumeric(_text[at - 1]);

    private bool AlphanumericAfter(int at) => at < _length && IsAlphanumeric(_text[at]);

    private static bool IsAlphanumeric(byte value) => char.IsAsciiLetterOrDigit((char)value);

    private int Read16(int at) => Unsafe.ReadUnaligned<ushort>(_program + at);

    private int Read32(int at) => Unsafe.ReadUnaligned<int>(_program + at);

    private PositionSet Rent()
    {
        if (!_free.TryPop(out var set))
            return new();
        set.Clear();
        return set;
    }
}
