namespace Perisai.Engine.Matching.Automata;

/// <summary>The text that a search runs over, and how.</summary>
/// <param name="text">First byte.</param>
/// <param name="length">Bytes.</param>
/// <param name="startIsEdge">Whether the first byte is the object's.</param>
/// <param name="endIsEdge">Whether the last byte is the object's.</param>
internal readonly unsafe struct AutomatonText(byte* text, int length, bool startIsEdge, bool endIsEdge)
{
    public byte* Text { get; } = text;

    public int Length { get; } = length;

    public bool StartIsEdge { get; } = startIsEdge;

    public bool EndIsEdge { get; } = endIsEdge;
}

/// <summary>
/// Runs an <see cref="AutomatonProgram"/> by sets of threads (Thompson 1968, Pike): one step a byte for all of them, so the work is at most the number of
/// states for each byte, whatever the text is. Threads are ordered by preference, and a match ends those that are less preferred: that decides
/// between greedy and lazy without trying one way after another. One a thread; reused.
/// </summary>
internal sealed unsafe class AutomatonMachine
{
    /// <summary>In place of a count: the counter was entered already, and its thread is to be added.</summary>
    private const uint Waiting = uint.MaxValue;

    private AutomatonThread[] _current = new AutomatonThread[64];
    private AutomatonThread[] _next = new AutomatonThread[64];
    private AutomatonThread[] _stack = new AutomatonThread[64];
    private int[] _marks = new int[256];
    private int _generation;
    private int _nextCount;
    private int _stackCount;
    private uint* _words;
    private AutomatonText _text;
    private int _size;

    /// <summary>Where matches start that a backward search found, in the order of their distance.</summary>
    public List<int> Starts { get; } = [];

    /// <summary>Threads stepped and instructions followed, since the machine was made.</summary>
    public long Steps { get; private set; }

    private record struct AutomatonThread(uint At, uint Count);

    /// <summary>Sets what is run: a valid program; the text; bytes of a character: 2 where every second byte must be zero.</summary>
    public void Set(uint* words, in AutomatonText text, int characterSize)
    {
        _words = words;
        _text = text;
        _size = characterSize;
        var states = (int)words[AutomatonProgram.StatesAt];
        if (_marks.Length < states)
        {
            _marks = new int[Math.Max(states, _marks.Length * 2)];
            _generation = 0;
        }
    }

    /// <summary>The end of the preferred match that goes on from an offset; -1 where there is none.</summary>
    public int FindEnd(uint entry, int at)
    {
        var limit = at + (Math.Min(_text.Length - at, AutomatonProgram.ScanLimit) & -_size);
        var end = -1;
        if (!Follow(ref entry, ref at, limit, 1))
            return end;
        Begin(entry, at);
        for (var position = at; _nextCount > 0; position += _size)
        {
            var count = Swap();
            var canRead = position < limit && (_size == 1 || _text.Text[position + 1] == 0);
            var value = canRead ? _text.Text[position] : (byte)0;
            for (var i = 0; i < count; i++)
            {
                var thread = _current[i];
                if (AutomatonProgram.OpcodeOf(_words[thread.At]) == AutomatonOpcode.Match)
                {
                    end = position;
                    break;
                }

                if (canRead)
                    Step(thread, value, position + _size);
            }
        }

        return end;
    }

    /// <summary>Fills <see cref="Starts"/> with every place at which a match can start whose rest goes on from an offset.</summary>
    public void FindStarts(uint entry, int at)
    {
        Starts.Clear();
        var limit = at - (Math.Min(at, AutomatonProgram.ScanLimit) & -_size);
        if (!Follow(ref entry, ref at, limit, -1))
            return;
        Begin(entry, at);
        for (var position = at; _nextCount > 0; position -= _size)
        {
            var count = Swap();
            var canRead = position > limit && (_size == 1 || _text.Text[position - 1] == 0);
            var value = canRead ? _text.Text[position - _size] : (byte)0;
            for (var i = 0; i < count; i++)
            {
                var thread = _current[i];
                if (AutomatonProgram.OpcodeOf(_words[thread.At]) == AutomatonOpcode.Match)
                    Starts.Add(position);
                else if (canRead)
                    Step(thread, value, position - _size);
            }
        }
    }

    /// <summary>Whether a match begins anywhere; looks at no more than the first bytes, as YARA does.</summary>
    public bool IsMatch(uint entry)
    {
        var limit = Math.Min(_text.Length, AutomatonProgram.ScanLimit);
        _nextCount = 0;
        NewGeneration();
        for (var position = 0; position <= limit; position++)
        {
            Add(new(entry, 0), position);
            var count = Swap();
            for (var i = 0; i < count; i++)
            {
                var thread = _current[i];
                if (AutomatonProgram.OpcodeOf(_words[thread.At]) == AutomatonOpcode.Match)
                    return true;
                if (position < limit)
                    Step(thread, _text.Text[position], position + 1);
            }
        }

        return false;
    }

    /// <summary>Goes on as long as there is one thread that must take one byte: most searches end here, without a set of threads.</summary>
    private bool Follow(ref uint entry, ref int at, int limit, int direction)
    {
        while (true)
        {
            var word = _words[entry];
            var opcode = AutomatonProgram.OpcodeOf(word);
            if (opcode is not (AutomatonOpcode.Masked or AutomatonOpcode.Set))
                return true;
            Steps++;
            var first = direction > 0 ? at : at - _size;
            if (at == limit || (_size == 2 && _text.Text[first + 1] != 0))
                return false;
            var value = _text.Text[first];
            if (opcode == AutomatonOpcode.Masked ? (value & (word >> 16)) != (byte)(word >> 8) : !Contains(word >> 8, value))
                return false;
            entry++;
            at += direction * _size;
        }
    }

    private void Begin(uint entry, int at)
    {
        _nextCount = 0;
        NewGeneration();
        Add(new(entry, 0), at);
    }

    private int Swap()
    {
        (_current, _next) = (_next, _current);
        var count = _nextCount;
        _nextCount = 0;
        NewGeneration();
        return count;
    }

    private void NewGeneration()
    {
        if (++_generation == int.MaxValue)
        {
            Array.Clear(_marks);
            _generation = 1;
        }
    }

    /// <summary>Takes a byte with a thread that waits for one.</summary>
    private void Step(AutomatonThread thread, byte value, int position)
    {
        Steps++;
        var word = _words[thread.At];
        switch (AutomatonProgram.OpcodeOf(word))
        {
            case AutomatonOpcode.Masked:
                if ((value & (word >> 16)) == (byte)(word >> 8))
                    Add(new(thread.At + 1, 0), position);
                break;
            case AutomatonOpcode.Set:
                if (Contains(word >> 8, value))
                    Add(new(thread.At + 1, 0), position);
                break;
            default:
                if (Contains(word >> 8, value))
                    AddCounted(thread, position);
                break;
        }
    }

    private bool Contains(uint set, byte value) => (_words[_words[AutomatonProgram.SetsAt] + (set * 8) + (uint)(value >> 5)] >> (value & 31) & 1) != 0;

    /// <summary>After one more byte of a counter: to go on counting, to go on behind, or both.</summary>
    private void AddCounted(AutomatonThread thread, int position)
    {
        var (least, most) = (_words[thread.At + 1], _words[thread.At + 2]);
        var count = most == AutomatonProgram.Unlimited ? Math.Min(thread.Count + 1, Math.Max(1, least)) : thread.Count + 1;
        var goesOn = most == AutomatonProgram.Unlimited || count < most;
        var isEnough = count >= least;
        var isLazy = AutomatonProgram.OpcodeOf(_words[thread.At]) == AutomatonOpcode.CountLazy;
        if (isEnough && isLazy)
            Add(new(thread.At + 4, 0), position);
        if (goesOn)
            AddThread(new(thread.At, count), _words[thread.At + 3] + count);
        if (isEnough && !isLazy)
            Add(new(thread.At + 4, 0), position);
    }

    /// <summary>Adds a thread and all that it leads to without a byte, in the order of preference.</summary>
    private void Add(AutomatonThread first, int position)
    {
        _stackCount = 0;
        Push(first);
        while (_stackCount > 0)
        {
            var thread = _stack[--_stackCount];
            if (thread.Count == Waiting)
            {
                AddThread(thread with { Count = 0 }, _words[thread.At + 3]);
                continue;
            }

            if (_marks[thread.At] == _generation)
                continue;
            Steps++;
            var word = _words[thread.At];
            switch (AutomatonProgram.OpcodeOf(word))
            {
                case AutomatonOpcode.Jump:
                    _marks[thread.At] = _generation;
                    Push(new(word >> 8, 0));
                    break;
                case AutomatonOpcode.SplitNext:
                    _marks[thread.At] = _generation;
                    Push(new(word >> 8, 0));
                    Push(new(thread.At + 1, 0));
                    break;
                case AutomatonOpcode.SplitTarget:
                    _marks[thread.At] = _generation;
                    Push(new(thread.At + 1, 0));
                    Push(new(word >> 8, 0));
                    break;
                case AutomatonOpcode.Assert:
                    _marks[thread.At] = _generation;
                    if (Holds((AutomatonAssertion)(byte)(word >> 8), position))
                        Push(new(thread.At + 1, 0));
                    break;
                case AutomatonOpcode.CountGreedy or AutomatonOpcode.CountLazy:
                    _marks[thread.At] = _generation;
                    EnterCounter(thread.At);
                    break;
                default:
                    AddThread(thread, thread.At);
                    break;
            }
        }
    }

    private void EnterCounter(uint at)
    {
        var canSkip = _words[at + 1] == 0;
        var isLazy = AutomatonProgram.OpcodeOf(_words[at]) == AutomatonOpcode.CountLazy;
        if (canSkip && isLazy)
        {
            // The thread that goes on behind stands first: what waits here comes after all that it leads to.
            Push(new(at, Waiting));
            Push(new(at + 4, 0));
            return;
        }

        AddThread(new(at, 0), _words[at + 3]);
        if (canSkip)
            Push(new(at + 4, 0));
    }

    private void AddThread(AutomatonThread thread, uint state)
    {
        if (_marks[state] == _generation)
            return;
        _marks[state] = _generation;
        if (_nextCount == _next.Length)
        {
            Array.Resize(ref _next, _next.Length * 2);
            Array.Resize(ref _current, _next.Length);
        }

        _next[_nextCount++] = thread;
    }

    private void Push(AutomatonThread thread)
    {
        if (_stackCount == _stack.Length)
            Array.Resize(ref _stack, _stack.Length * 2);
        _stack[_stackCount++] = thread;
    }

    private bool Holds(AutomatonAssertion assertion, int position) => assertion switch
    {
        AutomatonAssertion.Start => position == 0 && _text.StartIsEdge,
        AutomatonAssertion.End => position == _text.Length && _text.EndIsEdge,
        _ => IsBoundary(position) == (assertion == AutomatonAssertion.WordBoundary),
    };

    /// <summary>Where less than a character stands on one side there is a boundary, whatever stands on the other: so it is in YARA.</summary>
    private bool IsBoundary(int position) =>
        position < _size || position + _size > _text.Length || IsWord(position - _size) != IsWord(position);

    private bool IsWord(int position) =>
        (char.IsAsciiLetterOrDigit((char)_text.Text[position]) || _text.Text[position] == '_')
        && (_size == 1 || _text.Text[position + 1] == 0);
}
