using System.Collections.Immutable;
using Perisai.Engine.Matching.Regex;

namespace Perisai.Engine.Matching.Automata;

/// <summary>Writes an expanded expression as an <see cref="AutomatonProgram"/> and notes where its nodes stand in both directions.</summary>
internal sealed class AutomatonWriter
{
    private readonly List<uint> _words = [.. new uint[AutomatonProgram.HeaderWords]];
    private readonly Dictionary<ByteSet, uint> _sets = [];
    private readonly List<ByteSet> _setList = [];
    private readonly Dictionary<AutomatonNode, int> _forward = [];
    private readonly Dictionary<AutomatonNode, int> _backward = [];
    private uint _counts;

    /// <summary>The word at which a search that goes on with a node begins.</summary>
    public IReadOnlyDictionary<AutomatonNode, int> Forward => _forward;

    /// <summary>The word of the backward program at which a search for what stands before a node begins.</summary>
    public IReadOnlyDictionary<AutomatonNode, int> Backward => _backward;

    public uint[] Write(AutomatonNode root)
    {
        Emit(root, isForward: true);
        _words.Add((uint)AutomatonOpcode.Match);
        Emit(root, isForward: false);
        _words.Add((uint)AutomatonOpcode.Match);
        var sets = (uint)_words.Count;

        // Counts are numbered behind the words of the code, whose number is known only now.
        for (var at = AutomatonProgram.HeaderWords; at < sets; at += AutomatonProgram.WordsOf(AutomatonProgram.OpcodeOf(_words[at])))
        {
            if (AutomatonProgram.WordsOf(AutomatonProgram.OpcodeOf(_words[at])) == 4)
                _words[at + 3] += sets;
        }

        foreach (var set in _setList)
        {
            for (var i = 0; i < 4; i++)
            {
                _words.Add((uint)set.Word(i));
                _words.Add((uint)(set.Word(i) >> 32));
            }
        }

        if (_words.Count > AutomatonProgram.MaximumWords)
            throw new AutomatonException("it is too large");
        _words[AutomatonProgram.LengthAt] = (uint)_words.Count;
        _words[AutomatonProgram.CodeAt] = AutomatonProgram.HeaderWords;
        _words[AutomatonProgram.SetsAt] = sets;
        _words[AutomatonProgram.StatesAt] = sets + _counts;
        _words[AutomatonProgram.EntryAt] = AutomatonProgram.HeaderWords;
        _words[AutomatonProgram.NullableAt] = AutomatonExpansion.MinimumLength(root) == 0 ? 1u : 0u;
        return [.. _words];
    }

    private void Emit(AutomatonNode node, bool isForward)
    {
        if (isForward)
            _forward[node] = _words.Count;
        switch (node)
        {
            case SetNode set:
                EmitSet(set.Set);
                break;
            case CountedNode counted:
                Add(counted.IsLazy ? AutomatonOpcode.CountLazy : AutomatonOpcode.CountGreedy, SetIndex(counted.Set.Set));
                _words.AddRange([(uint)counted.Minimum, counted.Maximum is { } most ? (uint)most : AutomatonProgram.Unlimited, _counts]);
                _counts += (uint)counted.Counts;
                break;
            case SequenceNode sequence:
                for (var i = 0; i < sequence.Items.Length; i++)
                    Emit(sequence.Items[isForward ? i : sequence.Items.Length - 1 - i], isForward);
                break;
            case ChoiceNode choice:
                EmitChoice(choice.Alternatives, isForward);
                break;
            case OptionalNode optional:
                if (isForward)
                    EmitOptional(optional);
                else
                    EmitOptionalBackwards(optional.Copies);
                break;
            case LoopNode loop:
                EmitLoop(loop, isForward);
                break;
            default:
                Add(AutomatonOpcode.Assert, (uint)((AssertionNode)node).Kind);
                break;
        }

        if (!isForward)
            _backward[node] = _words.Count;
    }

    private void EmitSet(ByteSet set)
    {
        if (MaskedByte.Of(set) is { } byteAndMask)
            Add(AutomatonOpcode.Masked, byteAndMask.Value | ((uint)byteAndMask.Mask << 8));
        else
            Add(AutomatonOpcode.Set, SetIndex(set));
    }

    private void EmitChoice(ImmutableArray<AutomatonNode> alternatives, bool isForward)
    {
        var ends = new List<int>();
        for (var i = 0; i < alternatives.Length; i++)
        {
            var split = _words.Count;
            if (i + 1 < alternatives.Length)
                Add(AutomatonOpcode.SplitNext, 0);
            Emit(alternatives[i], isForward);
            if (i + 1 == alternatives.Length)
                break;
            ends.Add(_words.Count);
            Add(AutomatonOpcode.Jump, 0);
            Patch(split, _words.Count);
        }

        foreach (var end in ends)
            Patch(end, _words.Count);
    }

    private void EmitOptional(OptionalNode optional)
    {
        var splits = new List<int>();
        foreach (var copy in optional.Copies)
        {
            splits.Add(_words.Count);
            Add(optional.IsLazy ? AutomatonOpcode.SplitTarget : AutomatonOpcode.SplitNext, 0);
            Emit(copy, isForward: true);
        }

        foreach (var split in splits)
            Patch(split, _words.Count);
    }

    /// <summary>Read backwards, the last copies may be missing and what follows the first one that is read may not.</summary>
    private void EmitOptionalBackwards(ImmutableArray<AutomatonNode> copies)
    {
        var jump = -1;
        for (var i = copies.Length - 1; i >= 0; i--)
        {
            var split = _words.Count;
            Add(AutomatonOpcode.SplitNext, 0);
            if (jump >= 0)
                Patch(jump, _words.Count);
            Emit(copies[i], isForward: false);
            jump = i > 0 ? _words.Count : -1;
            if (i > 0)
                Add(AutomatonOpcode.Jump, 0);
            Patch(split, _words.Count);
        }
    }

    private void EmitLoop(LoopNode loop, bool isForward)
    {
        var start = _words.Count;
        if (loop.AtLeastOnce)
        {
            Emit(loop.Body, isForward);
            Add(loop.IsLazy ? AutomatonOpcode.SplitNext : AutomatonOpcode.SplitTarget, (uint)start);
            return;
        }

        Add(loop.IsLazy ? AutomatonOpcode.SplitTarget : AutomatonOpcode.SplitNext, 0);
        Emit(loop.Body, isForward);
        Add(AutomatonOpcode.Jump, (uint)start);
        Patch(start, _words.Count);
    }

    private uint SetIndex(ByteSet set)
    {
        if (!_sets.TryGetValue(set, out var index))
        {
            index = (uint)_setList.Count;
            _sets.Add(set, index);
            _setList.Add(set);
        }

        return index;
    }

    private void Add(AutomatonOpcode opcode, uint argument) => _words.Add((uint)opcode | (argument << 8));

    private void Patch(int at, int target) => _words[at] = (byte)_words[at] | ((uint)target << 8);
}
