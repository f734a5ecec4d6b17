using Perisai.Engine.Matching.Regex.Syntax;

namespace Perisai.Engine.Matching.Regex.Execution;

/// <summary>What an instruction asks of the bytes around a position, or of a group.</summary>
internal ref partial struct RegexMachine
{
    private readonly bool Holds(Opcode assertion, int position) => assertion switch
    {
        Opcode.SubjectStart => position == 0,
        Opcode.SubjectEnd => position == _input.Length,
        Opcode.SubjectEndOrLastNewline =>
            position == _input.Length || (position == _input.Length - 1 && _input[position] == ByteClasses.Newline),
        Opcode.SearchStart => position == _searchStart,

        // As in PCRE2, no line starts after a newline that is the last byte.
        Opcode.LineStart => position == 0 || (position < _input.Length && _input[position - 1] == ByteClasses.Newline),
        Opcode.LineEnd => position == _input.Length || _input[position] == ByteClasses.Newline,
        Opcode.WordBoundary => IsWordAt(position - 1) != IsWordAt(position),
        Opcode.NotWordBoundary => IsWordAt(position - 1) == IsWordAt(position),
        _ => throw new InvalidOperationException($"No such instruction: {assertion}."),
    };

    private readonly bool IsWordAt(int position) =>
        (uint)position < (uint)_input.Length && ByteClasses.Word.Contains(_input[position]);

    /// <summary>The first of an instruction's groups that is set: the slot of its start; -1 where none is.</summary>
    private readonly int FirstSetGroup(int at)
    {
        foreach (var group in _program.Code.AsSpan(at + 3, _program.Code[at + 2]))
        {
            var slot = _program.GroupSlots[group];
            if (_slots[slot] >= 0)
                return slot;
        }

        return -1;
    }

    /// <summary>The length of a group's text where it stands again at the position; -1 where it does not, or no group is set.</summary>
    private int BackreferenceLength(int at, int position)
    {
        var slot = FirstSetGroup(at);
        if (slot < 0)
            return -1;
        var start = Math.Min(_slots[slot], _slots[slot + 1]);
        var length = Math.Abs(_slots[slot + 1] - _slots[slot]);
        if (length > _input.Length - position)
            return -1;
        _meter.ChargeBytes(length);
        var text = _input.Slice(start, length);
        var here = _input.Slice(position, length);
        var equal = _program.Code[at + 1] == 0 ? here.SequenceEqual(text) : EqualsInAnyCase(here, text);
        return equal ? length : -1;
    }

    private static bool EqualsInAnyCase(ReadOnlySpan<byte> a, ReadOnlySpan<byte> b)
    {
        for (var i = 0; i < a.Length; i++)
        {
            if (ToLower(a[i]) != ToLower(b[i]))
                return false;
        }

        return true;
    }

    private static bool EqualsCaseless(ReadOnlySpan<byte> bytes, ReadOnlySpan<byte> lowerCase)
    {
        for (var i = 0; i < bytes.Length; i++)
        {
            if (ToLower(bytes[i]) != lowerCase[i])
                return false;
        }

        return true;
    }

    private static byte ToLower(byte value) => (uint)(value - 'A') <= 'Z' - 'A' ? (byte)(value | 0x20) : value;
}
