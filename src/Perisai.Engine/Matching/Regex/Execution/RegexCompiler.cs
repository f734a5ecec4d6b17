using System.Runtime.InteropServices;
using Perisai.Engine.Matching.Regex.Syntax;

namespace Perisai.Engine.Matching.Regex.Execution;

/// <summary>
/// Lays the tree of an expression out as a <see cref="RegexProgram"/>. Every part is emitted once, whatever its counts, so that the
/// program is as long as the expression: repetitions count in slots. Each part is emitted knowing the bytes that can follow it
/// (<see cref="FirstBytes"/>), which is what lets loops give nothing back and choices be made without remembering them.
/// </summary>
internal sealed partial class RegexCompiler
{
    private readonly ParsedRegex _parsed;
    private readonly List<int> _code = [];
    private readonly List<ByteSet> _sets = [];
    private readonly Dictionary<ByteSet, int> _setNumbers = [];
    private readonly HashSet<int> _scannedSets = [];
    private readonly List<byte[]> _literals = [];
    private readonly List<(int At, int Group)> _calls = [];
    private readonly int[] _groupAddresses;
    private readonly int[] _groupSlots;
    private readonly bool[] _isCalled;
    private int _slotCount = RegexProgram.FirstSavedSlot;

    private RegexCompiler(ParsedRegex parsed, bool keepGroups)
    {
        _parsed = parsed;
        _groupAddresses = [.. Enumerable.Repeat(-1, parsed.GroupCount + 1)];
        _groupSlots = [.. Enumerable.Repeat(-1, parsed.GroupCount + 1)];
        _isCalled = new bool[parsed.GroupCount + 1];
        var uses = new GroupUses(parsed.GroupCount);
        uses.Visit(parsed.Root);
        for (var group = 1; group <= parsed.GroupCount; group++)
        {
            _isCalled[group] = uses.IsCalled[group];
            if (keepGroups || uses.IsRead[group])
                _groupSlots[group] = NewSlots(2);
        }

        _isCalled[0] = uses.IsCalled[0];
    }

    public static RegexProgram Compile(ParsedRegex parsed, bool keepGroups) => new RegexCompiler(parsed, keepGroups).Compile();

    private RegexProgram Compile()
    {
        _groupAddresses[0] = 0;
        Emit(_parsed.Root, FirstBytes.Unknown);
        Emit(Opcode.Accept);
        foreach (var (at, group) in _calls)
            _code[at] = _groupAddresses[group];

        var words = new ulong[_sets.Count * 4];
        var scanSets = new ScanSet?[_sets.Count];
        for (var i = 0; i < _sets.Count; i++)
        {
            for (var word = 0; word < 4; word++)
                words[i * 4 + word] = _sets[i].Word(word);
            if (_scannedSets.Contains(i))
                scanSets[i] = new ScanSet(_sets[i]);
        }

        return new RegexProgram
        {
            Code = [.. _code],
            SetWords = words,
            ScanSets = scanSets,
            Literals = [.. _literals],
            SlotCount = _slotCount,
            GroupSlots = _groupSlots,
        };
    }

    private void Emit(RegexNode node, FirstBytes following)
    {
        switch (node)
        {
            case SetNode set:
                EmitSet(set.Set);
                break;
            case SequenceNode sequence:
                EmitSequence(sequence.Items, following);
                break;
            case AlternationNode alternation:
                EmitAlternation(alternation.Branches, following);
                break;
            case CaptureNode capture:
                EmitCapture(capture, following);
                break;
            case AtomicNode atomic:
                EmitAtomic(atomic.Body);
                break;
            case RepeatNode repeat:
                EmitRepeat(repeat, following);
                break;
            case LookNode look:
                EmitLook(look);
                break;
            case AssertionNode assertion:
                Emit(OpcodeOf(assertion.Kind));
                break;
            case BackreferenceNode backreference:
                EmitWithGroups(Opcode.Backreference, backreference.Caseless ? 1 : 0, backreference.Reference.Numbers);
                break;
            case CallNode call:
                EmitCall(call.Reference.Numbers[0]);
                break;
            case ConditionalNode conditional:
                EmitConditional(conditional, following);
                break;
        }
    }

    private void EmitSet(ByteSet set)
    {
        if (set.IsAll)
            Emit(Opcode.Any);
        else if (set.IsEmpty)
            Emit(Opcode.Fail);
        else if (set.Count == 1)
            Emit(Opcode.Byte, set.First);
        else
            Emit(Opcode.Set, SetNumber(set));
    }

    private void EmitSequence(IReadOnlyList<RegexNode> items, FirstBytes following)
    {
        var follows = new FirstBytes[items.Count];
        var next = following;
        for (var i = items.Count - 1; i >= 0; i--)
        {
            follows[i] = next;
            next = FirstBytes.Of(items[i], next);
        }

        for (var i = 0; i < items.Count;)
        {
            var exact = ExactRun(items, i);
            var caseless = CaselessRun(items, i);
            if (Math.Max(exact, caseless) < 2)
            {
                Emit(items[i], follows[i]);
                i++;
                continue;
            }

            var length = Math.Max(exact, caseless);
            var literal = new byte[length];
            for (var k = 0; k < length; k++)
            {
                // The higher of two cases is the lower-case letter.
                var values = ((SetNode)items[i + k]).Set.ToArray();
                literal[k] = values[^1];
            }

            _literals.Add(literal);
            Emit(exact >= caseless ? Opcode.Literal : Opcode.LiteralCaseless, _literals.Count - 1);
            i += length;
        }
    }

    private static int ExactRun(IReadOnlyList<RegexNode> items, int start)
    {
        var at = start;
        while (at < items.Count && items[at] is SetNode { Set.Count: 1 })
            at++;
        return at - start;
    }

    /// <summary>The run of sets that are one byte without regard to case: a letter in both cases, or no letter.</summary>
    private static int CaselessRun(IReadOnlyList<RegexNode> items, int start)
    {
        var at = start;
        while (at < items.Count && items[at] is SetNode { Set: var set } && !set.IsEmpty && set == ByteSet.Of(set.First).WithBothCases())
            at++;
        return at - start;
    }

    private void EmitAlternation(IReadOnlyList<RegexNode> branches, FirstBytes following)
    {
        var firsts = new FirstBytes[branches.Count];
        var rests = new FirstBytes[branches.Count];
        for (var i = branches.Count - 1; i >= 0; i--)
        {
            firsts[i] = FirstBytes.Of(branches[i], following);
            rests[i] = i == branches.Count - 1 ? firsts[i] : firsts[i] | rests[i + 1];
        }

        var ends = new List<int>();
        for (var i = 0; i < branches.Count; i++)
        {
            var split = -1;
            if (i < branches.Count - 1)
                split = EmitSplit(firsts[i], rests[i + 1]);
            Emit(branches[i], following);
            if (split < 0)
                break;
            ends.Add(EmitJump());
            _code[split + 2] = _code.Count;
        }

        foreach (var end in ends)
            _code[end] = _code.Count;
    }

    /// <summary>A split whose first way follows it; the second is filled in by the caller (at +2).</summary>
    private int EmitSplit(FirstBytes first, FirstBytes second)
    {
        var at = _code.Count;
        Emit(Opcode.Split, at + 5, -1, SetNumber(first), SetNumber(second));
        return at;
    }

    /// <summary>A jump; the place of its target is given, for the caller to fill in.</summary>
    private int EmitJump()
    {
        Emit(Opcode.Jump, -1);
        return _code.Count - 1;
    }

    private void EmitCapture(CaptureNode capture, FirstBytes following)
    {
        var group = capture.Number;
        var isEntry = _isCalled[group] && _parsed.Groups[group] == capture;
        if (isEntry)
            _groupAddresses[group] = _code.Count;

        var slot = -1;
        if (_groupSlots[group] >= 0)
        {
            slot = NewSlots(1);
            Emit(Opcode.StorePosition, slot);
        }

        // A group that is called from elsewhere is followed by something else each time.
        Emit(capture.Body, _isCalled[group] ? FirstBytes.Unknown : following);
        if (_isCalled[group])
            Emit(Opcode.GroupReturn, group);
        if (slot >= 0)
            Emit(Opcode.GroupEnd, group, slot);
    }

    /// <summary>
    /// What follows must not guide the inside: an atomic group keeps its own first way even where what follows then fails.
    /// </summary>
    private void EmitAtomic(RegexNode body)
    {
        var height = NewSlots(1);
        Emit(Opcode.AtomicStart, height);
        Emit(body, FirstBytes.Unknown);
        Emit(Opcode.AtomicEnd, height);
    }

    /// <summary>
    /// PCRE2 goes back into a call of a group, but not into a call of the whole expression: the end of the expression drops its choices.
    /// </summary>
    private void EmitCall(int group)
    {
        var height = group == 0 ? NewSlots(1) : -1;
        if (group == 0)
            Emit(Opcode.AtomicStart, height);
        Emit(Opcode.Call, -1, group);
        _calls.Add((_code.Count - 2, group));
        if (group == 0)
            Emit(Opcode.AtomicEnd, height);
    }

    private void EmitLook(LookNode look)
    {
        var height = NewSlots(2);
        Emit(Opcode.LookStart, height, height + 1, -1);
        var start = _code.Count;
        EmitLookBody(look);
        if (look.IsNegative)
        {
            Emit(Opcode.LookReject, height);
            _code[start - 1] = _code.Count;
        }
        else
        {
            Emit(Opcode.LookEnd, height, height + 1);
        }
    }

    private void EmitLookBody(LookNode look)
    {
        if (!look.IsBehind)
        {
            Emit(look.Body, FirstBytes.Unknown);
            return;
        }

        var branches = look.Branches;
        var ends = new List<int>();
        for (var i = 0; i < branches.Count; i++)
        {
            var split = i < branches.Count - 1 ? EmitSplit(FirstBytes.Unknown, FirstBytes.Unknown) : -1;
            if (look.BranchLengths[i] > 0)
                Emit(Opcode.Back, look.BranchLengths[i]);
            Emit(branches[i], FirstBytes.Unknown);
            if (split < 0)
                break;
            ends.Add(EmitJump());
            _code[split + 2] = _code.Count;
        }

        foreach (var end in ends)
            _code[end] = _code.Count;
    }

    private void EmitConditional(ConditionalNode conditional, FirstBytes following)
    {
        var condition = conditional.Condition;

        // The place that holds the address of the second branch; -1 where the first is always taken.
        var toElse = -1;
        switch (condition.Kind)
        {
            case ConditionKind.GroupIsSet:
                toElse = EmitWithGroups(Opcode.TestGroups, -1, condition.Reference!.Numbers);
                break;
            case ConditionKind.InCallOf:
                toElse = EmitWithGroups(Opcode.TestCall, -1, condition.Reference!.Numbers);
                break;
            case ConditionKind.InAnyCall:
                toElse = EmitWithGroups(Opcode.TestCall, -1, []);
                break;
            case ConditionKind.Never:
                toElse = EmitJump();
                break;
            case ConditionKind.Look:
                toElse = EmitLookCondition(condition.Look!);
                break;
        }

        Emit(conditional.Yes, following);
        if (conditional.No is null)
        {
            if (toElse >= 0)
                _code[toElse] = _code.Count;
            return;
        }

        var toEnd = EmitJump();
        if (toElse >= 0)
            _code[toElse] = _code.Count;
        Emit(conditional.No, following);
        _code[toEnd] = _code.Count;
    }

    /// <summary>A look that chooses: the place of the target for "does not hold" is given.</summary>
    private int EmitLookCondition(LookNode look)
    {
        var height = NewSlots(2);
        Emit(Opcode.LookStart, height, height + 1, -1);
        var failedTarget = _code.Count - 1;
        EmitLookBody(look);
        if (!look.IsNegative)
        {
            Emit(Opcode.LookEnd, height, height + 1);
            return failedTarget;
        }

        // As in PCRE2, what the look has set stays set where the branch for "it matched" is taken.
        Emit(Opcode.LookEnd, height, height + 1);
        var toElse = EmitJump();
        _code[failedTarget] = _code.Count;
        return toElse;
    }

    /// <summary>An instruction with a first operand and a list of groups; the place of the first operand is given.</summary>
    private int EmitWithGroups(Opcode opcode, int first, int[] groups)
    {
        Emit(opcode, first, groups.Length);
        var place = _code.Count - 2;
        _code.AddRange(groups);
        return place;
    }

    private static Opcode OpcodeOf(AssertionKind kind) => kind switch
    {
        AssertionKind.SubjectStart => Opcode.SubjectStart,
        AssertionKind.SubjectEnd => Opcode.SubjectEnd,
        AssertionKind.SubjectEndOrLastNewline => Opcode.SubjectEndOrLastNewline,
        AssertionKind.SearchStart => Opcode.SearchStart,
        AssertionKind.LineStart => Opcode.LineStart,
        AssertionKind.LineEnd => Opcode.LineEnd,
        AssertionKind.WordBoundary => Opcode.WordBoundary,
        AssertionKind.NotWordBoundary => Opcode.NotWordBoundary,
        AssertionKind.MatchStart => Opcode.MatchStart,
        _ => Opcode.Fail,
    };

    private void Emit(Opcode opcode, params ReadOnlySpan<int> operands)
    {
        _code.Add((int)opcode);
        _code.AddRange(operands);
    }

    private int NewSlots(int count)
    {
        var first = _slotCount;
        _slotCount += count;
        return first;
    }

    private int SetNumber(FirstBytes first) => first.IsKnown && !first.Set.IsAll ? SetNumber(first.Set) : -1;

    private int SetNumber(ByteSet set)
    {
        ref var number = ref CollectionsMarshal.GetValueRefOrAddDefault(_setNumbers, set, out var isKnown);
        if (!isKnown)
        {
            number = _sets.Count;
            _sets.Add(set);
        }

        return number;
    }

    private int ScannedSetNumber(ByteSet set)
    {
        var number = SetNumber(set);
        _scannedSets.Add(number);
        return number;
    }
}
