namespace Perisai.Engine.Containers.Codecs.Ppmd;

/// <summary>
/// The model of PPMd, variant H (D. Shkarin, "PPM: one step to practicality", 2002), as 7z has it: contexts of up to 64 symbols, each with
/// the symbols that followed it and how often. A context is a unit: the number of states, the sum of frequencies, where the states are,
/// where the context without its first symbol is. A context with one state holds it in place of sum and states. A state is a symbol, a
/// frequency, and a successor: a place in the text, or the next context.
/// </summary>
internal sealed partial class PpmdModel
{
    public const int MaxOrder = 64;
    public const int MaxFrequency = 124;
    public const int BinaryBits = 14;

    private const int Sum = 2;
    private const int States = 4;
    private const int Suffix = 8;
    private const int OneState = 2;

    private const int Frequency = 1;
    private const int Successor = 2;
    private const int StateLength = 6;

    private const int PeriodBits = 7;
    private const int IntegerBits = 7;

    private static readonly ushort[] _firstEscapes = [0x3CDD, 0x1F3F, 0x59BF, 0x48F3, 0x64A1, 0x5ABC, 0x6632, 0x6051];
    private static readonly byte[] _escapeByChance = [25, 14, 9, 7, 5, 5, 4, 4, 4, 3, 3, 3, 2, 2, 2, 2];
    private static readonly byte[] _groupOfCount = MakeGroups();

    private readonly PpmdMemory _memory;
    private readonly int _order;
    private readonly ushort[] _binary = new ushort[128 * 64];
    private readonly Escape[] _escapes = new Escape[25 * 16 + 1];
    private readonly int[] _path = new int[MaxOrder];
    private int _context;
    private int _longest;
    private int _found;
    private int _orderFall;
    private int _firstEscape;
    private int _lastWasLikely;
    private int _highBits;
    private int _run;
    private int _firstRun;

    public PpmdModel(PpmdMemory memory, int order)
    {
        (_memory, _order) = (memory, order);
        Restart();
        _escapes[^1] = new() { Shift = PeriodBits, Count = 64 };
    }

    private struct Escape
    {
        public ushort Sum;
        public byte Shift;
        public byte Count;
    }

    private void Restart()
    {
        _memory.Reset();
        _orderFall = _order;
        _run = _firstRun = -Math.Min(_order, 12) - 1;
        _lastWasLikely = 0;
        _context = _longest = _memory.AllocateContext();
        _memory.SetPlace(_context + Suffix, 0);
        _memory.SetWord(_context, 256);
        _memory.SetWord(_context + Sum, 257);
        _found = _memory.Allocate(128);
        _memory.SetPlace(_context + States, _found);
        for (var symbol = 0; symbol < 256; symbol++)
        {
            var state = _found + symbol * StateLength;
            _memory.SetByte(state, (byte)symbol);
            _memory.SetByte(state + Frequency, 1);
            _memory.SetPlace(state + Successor, 0);
        }

        for (var frequency = 0; frequency < 128; frequency++)
        {
            for (var column = 0; column < 64; column++)
                _binary[frequency * 64 + column] = (ushort)((1 << BinaryBits) - _firstEscapes[column & 7] / (frequency + 2));
        }

        for (var row = 0; row < 25; row++)
        {
            _escapes.AsSpan(row * 16, 16).Fill(new() { Sum = (ushort)((5 * row + 10) << (PeriodBits - 4)), Shift = PeriodBits - 4, Count = 4 });
        }
    }

    /// <summary>After a symbol: straight on to the next context where it is known, or the model learns.</summary>
    private void Advance()
    {
        var next = _memory.Place(_found + Successor);
        if (_orderFall == 0 && next > _memory.Text)
            _context = _longest = next;
        else
            Learn();
    }

    private void Learn()
    {
        var symbol = _memory.Byte(_found);
        var frequency = _memory.Byte(_found + Frequency);
        var next = _memory.Place(_found + Successor);
        if (frequency < MaxFrequency / 4 && _memory.Place(_context + Suffix) is not 0 and var shorter)
            Strengthen(shorter, symbol);
        if (_orderFall == 0)
        {
            _context = _longest = CreateContexts(skipFound: true);
            if (_context == 0)
                Restart();
            else
                _memory.SetPlace(_found + Successor, _context);
            return;
        }

        _memory.SetByte(_memory.Text++, symbol);
        var successor = _memory.Text;
        if (successor >= _memory.UnitsStart)
        {
            Restart();
            return;
        }

        if (next == 0)
        {
            _memory.SetPlace(_found + Successor, successor);
            next = _context;
        }
        else
        {
            // Where it leads into the text, contexts are made of it.
            if (next <= successor)
                next = CreateContexts(skipFound: false);
            if (next == 0)
            {
                Restart();
                return;
            }

            if (--_orderFall == 0)
            {
                successor = next;
                if (_longest != _context)
                    _memory.Text--;
            }
        }

        if (AddToLonger(symbol, successor))
            _context = _longest = next;
        else
            Restart();
    }

    /// <summary>The symbol counts in the next shorter context, too, and moves up there.</summary>
    private void Strengthen(int context, byte symbol)
    {
        if (_memory.Word(context) == 1)
        {
            var only = context + OneState + Frequency;
            if (_memory.Byte(only) < 32)
                _memory.SetByte(only, (byte)(_memory.Byte(only) + 1));
            return;
        }

        var state = _memory.Place(context + States);
        if (_memory.Byte(state) != symbol)
        {
            state = FindState(state, symbol);
            if (_memory.Byte(state + Frequency) >= _memory.Byte(state - StateLength + Frequency))
            {
                SwapWithBefore(state);
                state -= StateLength;
            }
        }

        var frequency = _memory.Byte(state + Frequency);
        if (frequency >= MaxFrequency - 9)
            return;
        _memory.SetByte(state + Frequency, (byte)(frequency + 2));
        _memory.SetWord(context + Sum, _memory.Word(context + Sum) + 2);
    }

    /// <summary>Adds the symbol to the contexts from the longest down to the one that knew it. False: no memory.</summary>
    private bool AddToLonger(byte symbol, int successor)
    {
        int count = _memory.Word(_context);
        // A context with one state has that in place of the sum; the format takes it as it is.
        var others = (uint)(_memory.Word(_context + Sum) - count - (_memory.Byte(_found + Frequency) - 1));
        for (var context = _longest; context != _context; context = _memory.Place(context + Suffix))
        {
            int known = _memory.Word(context);
            int sum;
            if (known != 1)
            {
                if ((known & 1) == 0)
                {
                    var states = _memory.Expand(_memory.Place(context + States), known >> 1);
                    if (states == 0)
                        return false;
                    _memory.SetPlace(context + States, states);
                }

                sum = _memory.Word(context + Sum);
                sum += (2 * known < count ? 1 : 0) + (4 * known <= count && sum <= 8 * known ? 2 : 0);
            }
            else
            {
                var states = _memory.Allocate(1);
                if (states == 0)
                    return false;
                _memory.Copy(context + OneState, states, StateLength);
                _memory.SetPlace(context + States, states);
                int only = _memory.Byte(states + Frequency);
                only = only < MaxFrequency / 4 - 1 ? only * 2 : MaxFrequency - 4;
                _memory.SetByte(states + Frequency, (byte)only);
                sum = only + _firstEscape + (count > 3 ? 1 : 0);
            }

            sum &= ushort.MaxValue;
            var weight = 2 * (uint)_memory.Byte(_found + Frequency) * (uint)(sum + 6);
            var scale = others + (uint)sum;
            int added;
            if (weight < 6 * scale)
            {
                added = 1 + (weight > scale ? 1 : 0) + (weight >= 4 * scale ? 1 : 0);
                sum += 3;
            }
            else
            {
                added = 4 + (weight >= 9 * scale ? 1 : 0) + (weight >= 12 * scale ? 1 : 0) + (weight >= 15 * scale ? 1 : 0);
                sum += added;
            }

            _memory.SetWord(context + Sum, sum);
            var state = _memory.Place(context + States) + known * StateLength;
            _memory.SetByte(state, symbol);
            _memory.SetByte(state + Frequency, (byte)added);
            _memory.SetPlace(state + Successor, successor);
            _memory.SetWord(context, known + 1);
        }

        return true;
    }

    /// <summary>
    /// Makes contexts of the text that the found symbol's state and those of shorter contexts lead to. Returns the longest one; 0 where
    /// there is no memory.
    /// </summary>
    private int CreateContexts(bool skipFound)
    {
        var symbol = _memory.Byte(_found);
        var branch = _memory.Place(_found + Successor);
        var context = _context;
        var count = 0;
        if (!skipFound)
            _path[count++] = _found;
        while (_memory.Place(context + Suffix) is not 0 and var shorter)
        {
            context = shorter;
            var state = _memory.Word(context) == 1 ? context + OneState : FindState(_memory.Place(context + States), symbol);
            var successor = _memory.Place(state + Successor);
            if (successor != branch)
            {
                context = successor;
                if (count == 0)
                    return context;
                break;
            }

            _path[count++] = state;
        }

        var next = _memory.Byte(branch);
        var frequency = FirstFrequency(context, next);
        while (count > 0)
        {
            var child = _memory.AllocateContext();
            if (child == 0)
                return 0;
            _memory.SetWord(child, 1);
            _memory.SetByte(child + OneState, next);
            _memory.SetByte(child + OneState + Frequency, frequency);
            _memory.SetPlace(child + OneState + Successor, branch + 1);
            _memory.SetPlace(child + Suffix, context);
            _memory.SetPlace(_path[--count] + Successor, child);
            context = child;
        }

        return context;
    }

    /// <summary>The frequency that a new context inherits from a shorter one.</summary>
    private byte FirstFrequency(int context, byte symbol)
    {
        if (_memory.Word(context) == 1)
            return _memory.Byte(context + OneState + Frequency);
        var state = FindState(_memory.Place(context + States), symbol);
        var own = (uint)(_memory.Byte(state + Frequency) - 1);
        var others = (uint)(_memory.Word(context + Sum) - _memory.Word(context)) - own;
        return (byte)(1 + (2 * own <= others ? 5 * own > others ? 1u : 0 : (2 * own + 3 * others - 1) / (2 * others)));
    }

    /// <summary>Halves the frequencies of the context, sorts its states again and drops those that come to nothing.</summary>
    private void Rescale()
    {
        var first = _memory.Place(_context + States);
        int count = _memory.Word(_context);
        MoveUp(_found, first);
        var adder = _orderFall != 0 ? 1 : 0;
        int frequency = _memory.Byte(first + Frequency);
        var escape = _memory.Word(_context + Sum) - frequency;
        var sum = (frequency + 4 + adder) >> 1;
        _memory.SetByte(first + Frequency, (byte)sum);
        var state = first;
        for (var index = 1; index < count; index++)
        {
            state += StateLength;
            frequency = _memory.Byte(state + Frequency);
            escape -= frequency;
            frequency = (frequency + adder) >> 1;
            sum += frequency;
            _memory.SetByte(state + Frequency, (byte)frequency);
            var place = state;
            while (place != first && frequency > _memory.Byte(place - StateLength + Frequency))
                place -= StateLength;
            MoveUp(state, place);
        }

        if (_memory.Byte(state + Frequency) == 0)
        {
            var dropped = 0;
            for (; _memory.Byte(state + Frequency) == 0; state -= StateLength)
                dropped++;
            escape += dropped;
            var left = count - dropped;
            _memory.SetWord(_context, left);
            if (left == 1)
            {
                KeepOne(first, (count + 1) >> 1, escape);
                return;
            }

            _memory.SetPlace(_context + States, _memory.Shrink(first, (count + 1) >> 1, (left + 1) >> 1));
        }

        _memory.SetWord(_context + Sum, sum + escape - (escape >> 1));
        _found = _memory.Place(_context + States);
    }

    private void KeepOne(int states, int units, int escape)
    {
        var symbol = _memory.Byte(states);
        int frequency = _memory.Byte(states + Frequency);
        var successor = _memory.Place(states + Successor);
        do
        {
            frequency -= frequency >> 1;
            escape >>= 1;
        }
        while (escape > 1);
        _memory.Free(states, units);
        _found = _context + OneState;
        _memory.SetByte(_found, symbol);
        _memory.SetByte(_found + Frequency, (byte)frequency);
        _memory.SetPlace(_found + Successor, successor);
    }

    private int FindState(int state, byte symbol)
    {
        while (_memory.Byte(state) != symbol)
            state += StateLength;
        return state;
    }

    private void SwapWithBefore(int state) => MoveUp(state, state - StateLength);

    /// <summary>Moves a state before another that stands before it.</summary>
    private void MoveUp(int state, int place)
    {
        if (state == place)
            return;
        var (symbolAndFrequency, successor) = (_memory.Word(state), _memory.Place(state + Successor));
        _memory.Copy(place, place + StateLength, state - place);
        _memory.SetWord(place, symbolAndFrequency);
        _memory.SetPlace(place + Successor, successor);
    }

    /// <summary>0, 1, 2, then groups that become longer by one: which row of escapes belongs to a number of symbols.</summary>
    private static byte[] MakeGroups()
    {
        var groups = new byte[256];
        for (int index = 0, group = 0, left = 1; index < groups.Length; index++)
        {
            groups[index] = (byte)group;
            if (--left > 0)
                continue;
            group++;
            left = Math.Max(1, group - 2);
        }

        return groups;
    }
}
