using Perisai.Engine.Matching.Regex.Syntax;

namespace Perisai.Engine.Matching.Regex.Execution;

/// <summary>Quantifiers.</summary>
internal sealed partial class RegexCompiler
{
    private void EmitRepeat(RepeatNode repeat, FirstBytes following)
    {
        var body = repeat.Body;
        if (repeat.Maximum == 0)
        {
            // It matches nothing, but may hold groups that are called.
            if (!_parsed.HasCalls)
                return;
            var over = EmitJump();
            Emit(body, FirstBytes.Unknown);
            _code[over] = _code.Count;
            return;
        }

        if (body is SetNode { Set: { IsEmpty: false } set })
        {
            EmitSetLoop(set, repeat, following);
            return;
        }

        if (repeat.Mode == RepeatMode.Possessive)
        {
            if (repeat.Minimum == 0 && repeat.Maximum < 0)
            {
                EmitPossessiveStar(body);
                return;
            }

            var height = NewSlots(1);
            Emit(Opcode.AtomicStart, height);
            EmitGroupLoop(repeat, isLazy: false, FirstBytes.Unknown);
            Emit(Opcode.AtomicEnd, height);
            return;
        }

        EmitGroupLoop(repeat, repeat.Mode == RepeatMode.Lazy, following);
    }

    private void EmitSetLoop(ByteSet set, RepeatNode repeat, FirstBytes following)
    {
        var opcode = repeat.Mode switch
        {
            RepeatMode.Greedy => Opcode.LoopGreedy,
            RepeatMode.Lazy => Opcode.LoopLazy,
            _ => Opcode.LoopPossessive,
        };

        // Where what follows cannot begin inside the run, neither giving back nor stopping early can help.
        if (repeat.Minimum == repeat.Maximum || (following.IsKnown && !following.Set.Overlaps(set) && repeat.Mode == RepeatMode.Greedy))
            opcode = Opcode.LoopPossessive;
        var filter = -1;
        if (opcode != Opcode.LoopPossessive && following.IsKnown && !following.Set.IsAll && !following.Set.IsEmpty)
            filter = ScannedSetNumber(following.Set);
        Emit(opcode, ScannedSetNumber(set), repeat.Minimum, repeat.Maximum < 0 ? int.MaxValue : repeat.Maximum, filter);
    }

    /// <summary>A loop that gives nothing back need not remember its iterations: the choice to stop is dropped after each.</summary>
    private void EmitPossessiveStar(RegexNode body)
    {
        var height = NewSlots(1);
        var start = _code.Count;
        Emit(Opcode.AtomicStart, height);
        var split = EmitSplit(FirstBytes.Of(body, FirstBytes.Unknown), FirstBytes.Unknown);
        var position = EmitStoreForEmptyCheck(body);
        Emit(body, FirstBytes.Unknown);
        Emit(Opcode.AtomicEnd, height);
        var exit = EmitExitIfEmpty(position);
        Emit(Opcode.Jump, start);
        _code[split + 2] = _code.Count;
        if (exit >= 0)
            _code[exit] = _code.Count;
    }

    private void EmitGroupLoop(RepeatNode repeat, bool isLazy, FirstBytes following)
    {
        var body = repeat.Body;
        var first = FirstBytes.Of(body, following);
        if (repeat.Minimum == 0 && repeat.Maximum == 1)
        {
            var split = EmitChoice(isLazy, first, following);
            Emit(body, following);
            _code[split] = _code.Count;
        }
        else if (repeat.Minimum == 0 && repeat.Maximum < 0)
        {
            var start = _code.Count;
            var split = EmitChoice(isLazy, first, following);
            var position = EmitStoreForEmptyCheck(body);
            Emit(body, first | following);
            var exit = EmitExitIfEmpty(position);
            Emit(Opcode.Jump, start);
            _code[split] = _code.Count;
            if (exit >= 0)
                _code[exit] = _code.Count;
        }
        else if (repeat.Minimum == 1 && repeat.Maximum < 0)
        {
            var start = _code.Count;
            var position = EmitStoreForEmptyCheck(body);
            Emit(body, first | following);
            var exit = EmitExitIfEmpty(position);
            var split = EmitChoice(isLazy, first, following);
            Emit(Opcode.Jump, start);
            _code[split] = _code.Count;
            if (exit >= 0)
                _code[exit] = _code.Count;
        }
        else
        {
            EmitCountedLoop(repeat, isLazy, first, following);
        }
    }

    private void EmitCountedLoop(RepeatNode repeat, bool isLazy, FirstBytes first, FirstBytes following)
    {
        var counter = NewSlots(1);
        Emit(Opcode.CounterStart, counter);
        var test = _code.Count;
        Emit(
            Opcode.CounterTest, counter, repeat.Minimum, repeat.Maximum, isLazy ? 1 : 0, -1, SetNumber(first), SetNumber(following));
        Emit(Opcode.CounterAdd, counter);

        // Only a loop without limit ends with an empty iteration: PCRE2 copies a bounded group as often as its maximum says, and an empty
        // copy is followed by the next, which can match something else.
        var position = repeat.Maximum < 0 ? EmitStoreForEmptyCheck(repeat.Body) : -1;
        Emit(repeat.Body, first | following);
        var exit = -1;
        if (position >= 0)
        {
            Emit(Opcode.ExitIfEmptyCounted, position, counter, repeat.Minimum, -1);
            exit = _code.Count - 1;
        }

        Emit(Opcode.Jump, test);
        _code[test + 5] = _code.Count;
        if (exit >= 0)
            _code[exit] = _code.Count;
    }

    /// <summary>
    /// The choice between an iteration, whose code follows, and the exit; the place of the exit's address is given.
    /// </summary>
    private int EmitChoice(bool isLazy, FirstBytes body, FirstBytes exit)
    {
        var at = _code.Count;
        if (isLazy)
        {
            Emit(Opcode.Split, -1, at + 5, SetNumber(exit), SetNumber(body));
            return at + 1;
        }

        Emit(Opcode.Split, at + 5, -1, SetNumber(body), SetNumber(exit));
        return at + 2;
    }

    /// <summary>A loop without limit ends with an iteration that reads nothing; one that always reads something need not look.</summary>
    private int EmitStoreForEmptyCheck(RegexNode body)
    {
        if (body.MinimumLength > 0)
            return -1;
        var slot = NewSlots(1);
        Emit(Opcode.StorePosition, slot);
        return slot;
    }

    private int EmitExitIfEmpty(int slot)
    {
        if (slot < 0)
            return -1;
        Emit(Opcode.ExitIfEmpty, slot, -1);
        return _code.Count - 1;
    }
}
