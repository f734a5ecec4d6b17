namespace Perisai.Engine.Containers.Codecs.Ppmd;

internal sealed partial class PpmdModel
{
    public const int EndMark = -1;
    public const int BadData = -2;

    private readonly bool[] _masked = new bool[256];
    private readonly int[] _candidates = new int[256];

    /// <summary>The next symbol; <see cref="EndMark"/>, or <see cref="BadData"/>.</summary>
    public int Decode(ref PpmdRange range)
    {
        if (_memory.Word(_context) != 1)
        {
            var symbol = DecodeAmongMany(ref range);
            if (symbol != EndMark)
                return symbol;
        }
        else if (DecodeBinary(ref range))
        {
            return _decoded;
        }

        return DecodeInShorter(ref range);
    }

    private int _decoded;

    /// <summary>Among the states of the context; <see cref="EndMark"/> for an escape.</summary>
    private int DecodeAmongMany(ref PpmdRange range)
    {
        int sum = _memory.Word(_context + Sum);
        int count = _memory.Word(_context);
        var state = _memory.Place(_context + States);
        var value = range.Threshold((uint)sum);
        uint reached = _memory.Byte(state + Frequency);
        if (value < reached)
        {
            range.Take(0, reached);
            _found = state;
            var symbol = _memory.Byte(state);
            _lastWasLikely = 2 * reached > sum ? 1 : 0;
            _run += _lastWasLikely;
            _memory.SetWord(_context + Sum, sum + 4);
            _memory.SetByte(state + Frequency, (byte)(reached + 4));
            if (reached + 4 > MaxFrequency)
                Rescale();
            Advance();
            return symbol;
        }

        _lastWasLikely = 0;
        for (var index = 1; index < count; index++)
        {
            state += StateLength;
            uint frequency = _memory.Byte(state + Frequency);
            reached += frequency;
            if (reached <= value)
                continue;
            range.Take(reached - frequency, frequency);
            var symbol = _memory.Byte(state);
            _memory.SetByte(state + Frequency, (byte)(frequency + 4));
            _memory.SetWord(_context + Sum, sum + 4);
            _found = state;
            if (frequency + 4 > _memory.Byte(state - StateLength + Frequency))
            {
                SwapWithBefore(state);
                _found = state - StateLength;
                if (frequency + 4 > MaxFrequency)
                    Rescale();
            }

            Advance();
            return symbol;
        }

        if (value >= sum)
            return BadData;
        _highBits = HighBit(_memory.Byte(_found));
        range.Take(reached, (uint)sum - reached);
        Array.Clear(_masked);
        for (; count > 0; count--, state -= StateLength)
            _masked[_memory.Byte(state)] = true;
        return EndMark;
    }

    /// <summary>Whether the one symbol of the context comes.</summary>
    private bool DecodeBinary(ref PpmdRange range)
    {
        var state = _context + OneState;
        int frequency = _memory.Byte(state + Frequency);
        var symbol = _memory.Byte(state);
        int shorter = _memory.Word(_memory.Place(_context + Suffix));
        _highBits = HighBit(_memory.Byte(_found));
        var column = _lastWasLikely + (shorter == 1 ? 0 : shorter == 2 ? 2 : shorter <= 11 ? 4 : 6)
            + _highBits + 2 * HighBit(symbol) + (_run >> 26 & 0x20);
        ref var chance = ref _binary[(frequency - 1) * 64 + column];
        var mean = (chance + (1 << (PeriodBits - 2))) >> PeriodBits;
        if (range.TakeBit(chance, BinaryBits))
        {
            chance = (ushort)(chance + (1 << IntegerBits) - mean);
            _found = state;
            if (frequency < 128)
                _memory.SetByte(state + Frequency, (byte)(frequency + 1));
            _lastWasLikely = 1;
            _run++;
            _decoded = symbol;
            Advance();
            return true;
        }

        chance = (ushort)(chance - mean);
        _firstEscape = _escapeByChance[chance >> 10];
        Array.Clear(_masked);
        _masked[symbol] = true;
        _lastWasLikely = 0;
        return false;
    }

    /// <summary>After an escape: in shorter contexts, without the symbols that it cannot be.</summary>
    private int DecodeInShorter(ref PpmdRange range)
    {
        while (true)
        {
            int masked = _memory.Word(_context);
            do
            {
                _orderFall++;
                _context = _memory.Place(_context + Suffix);
                if (_context == 0)
                    return EndMark;
            }
            while (_memory.Word(_context) == masked);

            var count = _memory.Word(_context) - masked;
            var state = _memory.Place(_context + States);
            var reached = 0u;
            for (var index = 0; index < count; state += StateLength)
            {
                if (_masked[_memory.Byte(state)])
                    continue;
                reached += _memory.Byte(state + Frequency);
                _candidates[index++] = state;
            }

            ref var escape = ref EscapeFor(masked, count, out var escapeFrequency);
            var sum = reached + escapeFrequency;
            var value = range.Threshold(sum);
            if (value < reached)
                return TakeCandidate(ref range, ref escape, value);
            if (value >= sum)
                return BadData;
            range.Take(reached, sum - reached);
            escape.Sum = (ushort)(escape.Sum + sum);
            for (var index = 0; index < count; index++)
                _masked[_memory.Byte(_candidates[index])] = true;
        }
    }

    private int TakeCandidate(ref PpmdRange range, ref Escape escape, uint value)
    {
        var reached = 0u;
        var index = 0;
        while ((reached += _memory.Byte(_candidates[index] + Frequency)) <= value)
            index++;
        _found = _candidates[index];
        uint frequency = _memory.Byte(_found + Frequency);
        range.Take(reached - frequency, frequency);
        if (escape.Shift < PeriodBits && --escape.Count == 0)
        {
            escape.Sum <<= 1;
            escape.Count = (byte)(3 << escape.Shift++);
        }

        var symbol = _memory.Byte(_found);
        _memory.SetWord(_context + Sum, _memory.Word(_context + Sum) + 4);
        _memory.SetByte(_found + Frequency, (byte)(frequency + 4));
        if (frequency + 4 > MaxFrequency)
            Rescale();
        _run = _firstRun;
        Learn();
        return symbol;
    }

    /// <summary>The estimate of an escape from this context, and the frequency that it gives.</summary>
    private ref Escape EscapeFor(int masked, int count, out uint frequency)
    {
        int all = _memory.Word(_context);
        if (all == 256)
        {
            frequency = 1;
            return ref _escapes[^1];
        }

        var row = _groupOfCount[count - 1];
        var column = (count < _memory.Word(_memory.Place(_context + Suffix)) - all ? 1 : 0)
            + (_memory.Word(_context + Sum) < 11 * all ? 2 : 0) + (masked > count ? 4 : 0) + _highBits;
        ref var escape = ref _escapes[row * 16 + column];
        var mean = escape.Sum >> escape.Shift;
        escape.Sum = (ushort)(escape.Sum - mean);
        frequency = (uint)Math.Max(1, mean);
        return ref escape;
    }

    private static int HighBit(byte symbol) => symbol >= 0x40 ? 8 : 0;
}
