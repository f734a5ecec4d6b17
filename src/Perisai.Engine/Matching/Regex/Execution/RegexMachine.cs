using System.Runtime.CompilerServices;

namespace Perisai.Engine.Matching.Regex.Execution;

/// <summary>
/// Runs a <see cref="RegexProgram"/> at one start after another. It backtracks: whatever may have to be taken back lies on a stack of its
/// own, as entries of three numbers, so that neither pattern nor input can exhaust the stack of the thread. An entry is a choice
/// (go on there from that position), a run of bytes that can be shortened or lengthened, or the old value of a slot. See docs/design/regex.md.
/// </summary>
internal ref partial struct RegexMachine
{
    // The two low bits of an entry's first number; the others are an address or, for Restore, a slot.
    private const int Choice = 0;
    private const int Restore = 1;
    private const int Shorten = 2;
    private const int Lengthen = 3;

    private const int EntrySize = 3;
    private const int LoopSize = 5;

    private readonly ReadOnlySpan<byte> _input;
    private readonly RegexProgram _program;
    private readonly RegexWorkspace _workspace;
    private readonly int[] _slots;
    private readonly ulong[] _setWords;
    private readonly int _searchStart;
    private readonly int _maximumNumbers;
    private int[] _stack;
    private int _top;
    private StepMeter _meter;

    public RegexMachine(RegexProgram program, ReadOnlySpan<byte> input, int searchStart, RegexWorkspace workspace, in ByteRegexBudget budget)
    {
        _input = input;
        _program = program;
        _workspace = workspace;
        _slots = workspace.Slots;
        _stack = workspace.Stack;
        _setWords = program.SetWords;
        _searchStart = searchStart;
        _maximumNumbers = Math.Max(budget.MaximumMemory / sizeof(int), workspace.Stack.Length);
        _meter = new StepMeter(budget.StepsPerStart, budget.StepsLeft, budget.KeepGoing);
    }

    /// <summary>Where the last match ended.</summary>
    public int MatchEnd { get; private set; }

    /// <summary>Steps left of the budget for all searches.</summary>
    public long StepsLeft
    {
        get
        {
            _meter.Settle();
            return _meter.Total;
        }
    }

    /// <summary>Counts bytes that the search for a start passed over.</summary>
    public void ChargeBytes(int count) => _meter.ChargeBytes(count);

    /// <summary>Counts a start that failed as one step at least, so that many of them are bounded even where none takes a step.</summary>
    public void ChargeStart() => _meter.ChargeBytes(32);

    /// <summary>
    /// Tries to match at one start. After <see cref="ByteRegexStatus.NoMatch"/> every slot has its first value again, so that the next start
    /// can be tried at once.
    /// </summary>
    public ByteRegexStatus Run(int start)
    {
        if (!_meter.BeginStart(out var status))
            return status;
        var code = _program.Code;
        var slots = _slots;
        var input = _input;
        var at = 0;
        var position = start;
        while (true)
        {
            // Every instruction either goes on with "continue" or, by "break", fails.
            switch ((Opcode)code[at])
            {
                case Opcode.Byte:
                    if ((uint)position < (uint)input.Length && input[position] == code[at + 1])
                    {
                        position++;
                        at += 2;
                        continue;
                    }

                    break;

                case Opcode.Set:
                    if ((uint)position < (uint)input.Length && Contains(code[at + 1], input[position]))
                    {
                        position++;
                        at += 2;
                        continue;
                    }

                    break;

                case Opcode.Any:
                    if (position < input.Length)
                    {
                        position++;
                        at++;
                        continue;
                    }

                    break;

                case Opcode.Literal:
                    var literal = _program.Literals[code[at + 1]];
                    if (input[position..].StartsWith(literal))
                    {
                        position += literal.Length;
                        at += 2;
                        continue;
                    }

                    break;

                case Opcode.LiteralCaseless:
                    literal = _program.Literals[code[at + 1]];
                    if (input.Length - position >= literal.Length && EqualsCaseless(input.Slice(position, literal.Length), literal))
                    {
                        position += literal.Length;
                        at += 2;
                        continue;
                    }

                    break;

                case Opcode.LoopGreedy:
                {
                    var minimum = code[at + 2];
                    var run = RunLength(at, position);
                    if (run < minimum)
                        break;
                    if (run == minimum)
                    {
                        position += run;
                        at += LoopSize;
                        continue;
                    }

                    // The entry's last number is one past the next end to try.
                    if (!Push(at << 2 | Shorten, position + minimum, position + run + 1, out status))
                        return status;
                    break;
                }

                case Opcode.LoopLazy:
                {
                    var minimum = code[at + 2];
                    if (input.Length - position < minimum || RunLength(at, position, minimum) < minimum)
                        break;

                    var limit = (int)Math.Min((long)position + code[at + 3], input.Length);
                    position += minimum;
                    if (--_meter.Left < 0 && !_meter.Refill(out status))
                        return status;
                    if (!MayBegin(code[at + 4], position) && !TryLengthen(at, ref position, limit))
                        break;
                    if (position < limit && !Push(at << 2 | Lengthen, position, limit, out status))
                        return status;
                    at += LoopSize;
                    continue;
                }

                case Opcode.LoopPossessive:
                {
                    var run = RunLength(at, position);
                    if (run < code[at + 2])
                        break;
                    position += run;
                    at += LoopSize;
                    continue;
                }

                case Opcode.Jump:
                    at = code[at + 1];
                    continue;

                case Opcode.Split:
                {
                    if (--_meter.Left < 0 && !_meter.Refill(out status))
                        return status;
                    var first = MayBegin(code[at + 3], position);
                    var second = MayBegin(code[at + 4], position);
                    if (first)
                    {
                        if (second && !Push(code[at + 2] << 2 | Choice, position, 0, out status))
                            return status;
                        at = code[at + 1];
                        continue;
                    }

                    if (second)
                    {
                        at = code[at + 2];
                        continue;
                    }

                    break;
                }

                case Opcode.StorePosition:
                    if (!Assign(code[at + 1], position, out status))
                        return status;
                    at += 2;
                    continue;

                case Opcode.ExitIfEmpty:
                    at = slots[code[at + 1]] == position ? code[at + 2] : at + 3;
                    continue;

                case Opcode.ExitIfEmptyCounted:
                    at = slots[code[at + 1]] == position && slots[code[at + 2]] >= code[at + 3] ? code[at + 4] : at + 5;
                    continue;

                case Opcode.CounterStart:
                    if (!Assign(code[at + 1], 0, out status))
                        return status;
                    at += 2;
                    continue;

                case Opcode.CounterAdd:
                    if (!Assign(code[at + 1], slots[code[at + 1]] + 1, out status))
                        return status;
                    at += 2;
                    continue;

                case Opcode.CounterTest:
                {
                    if (--_meter.Left < 0 && !_meter.Refill(out status))
                        return status;
                    var count = slots[code[at + 1]];
                    if (count < code[at + 2])
                    {
                        at += 8;
                        continue;
                    }

                    if (count == code[at + 3])
                    {
                        at = code[at + 5];
                        continue;
                    }

                    var body = MayBegin(code[at + 6], position);
                    var exit = MayBegin(code[at + 7], position);
                    if (!body && !exit)
                        break;
                    var preferred = code[at + 4] == 0 ? at + 8 : code[at + 5];
                    var other = code[at + 4] == 0 ? code[at + 5] : at + 8;
                    if (body && exit && !Push(other << 2 | Choice, position, 0, out status))
                        return status;
                    at = body && exit ? preferred : body ? at + 8 : code[at + 5];
                    continue;
                }

                case Opcode.GroupEnd:
                {
                    var slot = _program.GroupSlots[code[at + 1]];
                    if (!Assign(slot, slots[code[at + 2]], out status) || !Assign(slot + 1, position, out status))
                        return status;
                    at += 3;
                    continue;
                }

                case Opcode.GroupReturn:
                    if (IsInCallOf(code[at + 1]))
                    {
                        if (!ReturnFromCall(out at, out status))
                            return status;
                    }
                    else
                    {
                        at += 2;
                    }

                    continue;

                case Opcode.Accept:
                    if (IsInCallOf(0))
                    {
                        if (!ReturnFromCall(out at, out status))
                            return status;
                        continue;
                    }

                    MatchEnd = position;
                    return ByteRegexStatus.Match;

                case Opcode.Call:
                    if (--_meter.Left < 0 && !_meter.Refill(out status))
                        return status;
                    if (!EnterCall(code[at + 2], at + 3, position, out status))
                        return status;
                    at = code[at + 1];
                    continue;

                case Opcode.AtomicStart:
                {
                    if (--_meter.Left < 0 && !_meter.Refill(out status))
                        return status;
                    var height = _top;
                    if (!Assign(code[at + 1], height, out status))
                        return status;
                    at += 2;
                    continue;
                }

                case Opcode.AtomicEnd:
                    ForgetChoices(slots[code[at + 1]]);
                    at += 2;
                    continue;

                case Opcode.LookStart:
                {
                    if (--_meter.Left < 0 && !_meter.Refill(out status))
                        return status;
                    var height = _top;
                    if (!Assign(code[at + 1], height, out status) || !Assign(code[at + 2], position, out status))
                        return status;
                    if (code[at + 3] >= 0 && !Push(code[at + 3] << 2 | Choice, position, 0, out status))
                        return status;
                    at += 4;
                    continue;
                }

                case Opcode.LookEnd:
                    ForgetChoices(slots[code[at + 1]]);
                    position = slots[code[at + 2]];
                    at += 3;
                    continue;

                case Opcode.LookReject:
                    UndoDownTo(slots[code[at + 1]]);
                    break;

                case Opcode.Back:
                    if (position < code[at + 1])
                        break;
                    position -= code[at + 1];
                    at += 2;
                    continue;

                case Opcode.Backreference:
                {
                    var length = BackreferenceLength(at, position);
                    if (length < 0)
                        break;
                    position += length;
                    at += 3 + code[at + 2];
                    continue;
                }

                case Opcode.TestGroups:
                    at = FirstSetGroup(at) >= 0 ? at + 3 + code[at + 2] : code[at + 1];
                    continue;

                case Opcode.TestCall:
                    at = IsInCallOfAny(at) ? at + 3 + code[at + 2] : code[at + 1];
                    continue;

                case Opcode.MatchStart:
                    if (!Assign(RegexProgram.MatchStartSlot, position, out status))
                        return status;
                    at++;
                    continue;

                case Opcode.Fail:
                    break;

                default:
                    if (!Holds((Opcode)code[at], position))
                        break;
                    at++;
                    continue;
            }

            // Back to the newest entry that offers another way.
            while (true)
            {
                if (_top == 0)
                    return ByteRegexStatus.NoMatch;
                _top -= EntrySize;
                var entry = _stack.AsSpan(_top, EntrySize);
                var kind = entry[0] & 3;
                at = entry[0] >> 2;
                if (kind == Restore)
                {
                    slots[at] = entry[1];
                    continue;
                }

                if (kind == Choice)
                {
                    position = entry[1];
                    break;
                }

                if (--_meter.Left < 0 && !_meter.Refill(out status))
                    return status;
                if (kind == Shorten)
                {
                    if (!TryShorten(entry, at, out position))
                        continue;
                }
                else
                {
                    position = entry[1];
                    if (!TryLengthen(at, ref position, entry[2]))
                        continue;
                    if (position < entry[2])
                    {
                        entry[1] = position;
                        _top += EntrySize;
                    }
                }

                at += LoopSize;
                break;
            }
        }
    }

    /// <summary>The next end of a greedy run, one byte or more before the last; the entry stays while there are others.</summary>
    private bool TryShorten(Span<int> entry, int at, out int position)
    {
        var shortest = entry[1];
        position = entry[2] - 1;
        var filter = _program.Code[at + 4];
        if (filter >= 0)
        {
            // Only ends before a byte with which the rest can begin are worth a try.
            var last = Math.Min(position, _input.Length - 1);
            var found = last < shortest ? -1 : _program.ScanSets[filter]!.LastIndexIn(_input[shortest..(last + 1)]);
            _meter.ChargeBytes(position - shortest - Math.Max(found, 0));
            if (found < 0)
                return false;
            position = shortest + found;
        }

        if (position > shortest)
        {
            entry[2] = position;
            _top += EntrySize;
        }

        return true;
    }

    /// <summary>
    /// The next end of a lazy run, at least one byte further; every byte up to it is in the loop's set. False where there is none.
    /// </summary>
    private bool TryLengthen(int at, ref int position, int limit)
    {
        var code = _program.Code;
        if (code[at + 4] < 0)
        {
            if (position >= limit || !Contains(code[at + 1], _input[position]))
                return false;
            position++;
            return true;
        }

        var set = _program.ScanSets[code[at + 1]]!;
        var filter = _program.ScanSets[code[at + 4]]!;
        for (var window = 64; position < limit; window = Math.Min(window * 2, 1 << 20))
        {
            var length = Math.Min(window, limit - position);
            var run = set.RunLength(_input.Slice(position, length));
            var last = Math.Min(position + run, _input.Length - 1);
            var found = last > position ? filter.IndexIn(_input[(position + 1)..(last + 1)]) : -1;
            _meter.ChargeBytes(found >= 0 ? found : run);
            if (found >= 0)
            {
                position += 1 + found;
                return true;
            }

            if (run < length)
                return false;
            position += length;
        }

        return false;
    }

    private int RunLength(int at, int position, int atMost = int.MaxValue)
    {
        var length = Math.Min(Math.Min(_program.Code[at + 3], atMost), _input.Length - position);
        var run = _program.ScanSets[_program.Code[at + 1]]!.RunLength(_input.Slice(position, length));
        _meter.ChargeBytes(run);
        return run;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private readonly bool Contains(int set, byte value) => (_setWords[set * 4 + (value >> 6)] >> (value & 63) & 1) != 0;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private readonly bool MayBegin(int set, int position) =>
        set < 0 || ((uint)position < (uint)_input.Length && Contains(set, _input[position]));
}
