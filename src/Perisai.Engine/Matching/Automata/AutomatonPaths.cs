using Perisai.Engine.Matching.Regex;

namespace Perisai.Engine.Matching.Automata;

/// <summary>The sequences of byte sets that a program can read first from a place on. Reused: a build asks for hundreds of thousands.</summary>
internal sealed class AutomatonPaths
{
    /// <summary>Instructions that one search follows, at most.</summary>
    private const int MaximumSteps = 2000;

    private readonly HashSet<(uint At, int Depth)> _open = [];
    private ByteSet[] _found = new ByteSet[64];
    private ByteSet[] _path = new ByteSet[16];
    private uint[] _words = [];
    private int _length;
    private int _most;
    private int _combinations;
    private int _steps;

    /// <summary>How many were found.</summary>
    public int Count { get; private set; }

    /// <summary>One of those that were found last.</summary>
    public ReadOnlySpan<ByteSet> this[int index] => _found.AsSpan(index * _length, _length);

    /// <summary>
    /// Finds all of them, of one length in characters. False where there are more than <paramref name="most"/>, where one stands for more than
    /// <paramref name="combinations"/> (0: any number) of sequences of folded values, or where a match may be shorter.
    /// </summary>
    public bool Find(uint[] words, int entry, int length, int most, int combinations)
    {
        (_words, _length, _most, _combinations, _steps, Count) = (words, length, most, combinations, 0, 0);
        if (_path.Length < length)
            _path = new ByteSet[length];
        _open.Clear();
        return From((uint)entry, 0, 0, 1);
    }

    private bool From(uint at, uint count, int depth, int combinations)
    {
        if (depth == _length)
            return Keep();
        if (++_steps > MaximumSteps)
            return false;
        var word = _words[at];
        switch (AutomatonProgram.OpcodeOf(word))
        {
            case AutomatonOpcode.Masked:
                return Take(new MaskedByte((byte)(word >> 8), (byte)(word >> 16)).ToSet(), at + 1, 0, depth, combinations);
            case AutomatonOpcode.Set:
                return Take(SetAt(word >> 8), at + 1, 0, depth, combinations);
            case AutomatonOpcode.CountGreedy or AutomatonOpcode.CountLazy:
                return Counter(at, count, depth, combinations);
            case AutomatonOpcode.Match:
                return false;
            default:
                // Loops that take no byte come back to where they are open.
                if (!_open.Add((at, depth)))
                    return true;
                var holds = Empty(at, word, depth, combinations);
                _open.Remove((at, depth));
                return holds;
        }
    }

    private bool Keep()
    {
        var path = _path.AsSpan(0, _length);
        for (var i = 0; i < Count; i++)
        {
            if (this[i].SequenceEqual(path))
                return true;
        }

        if (Count == _most)
            return false;
        if (_found.Length < (Count + 1) * _length)
            Array.Resize(ref _found, _found.Length * 2);
        path.CopyTo(_found.AsSpan(Count++ * _length));
        return true;
    }

    private bool Take(ByteSet set, uint next, uint count, int depth, int combinations)
    {
        if (_combinations > 0 && (combinations *= set.Folded().Count) > _combinations)
            return false;
        _path[depth] = set;
        return From(next, count, depth + 1, combinations);
    }

    private bool Empty(uint at, uint word, int depth, int combinations) => AutomatonProgram.OpcodeOf(word) switch
    {
        AutomatonOpcode.Jump => From(word >> 8, 0, depth, combinations),
        AutomatonOpcode.Assert => From(at + 1, 0, depth, combinations),
        _ => From(at + 1, 0, depth, combinations) && From(word >> 8, 0, depth, combinations),
    };

    private bool Counter(uint at, uint count, int depth, int combinations)
    {
        var (least, limit) = (_words[at + 1], _words[at + 2]);
        if (count >= least && !From(at + 4, 0, depth, combinations))
            return false;
        if (limit != AutomatonProgram.Unlimited && count >= limit)
            return true;
        return Take(SetAt(_words[at] >> 8), at, count + 1, depth, combinations);
    }

    private ByteSet SetAt(uint index)
    {
        var at = _words[AutomatonProgram.SetsAt] + (index * 8);
        return new(Pair(at), Pair(at + 2), Pair(at + 4), Pair(at + 6));
    }

    private ulong Pair(uint at) => _words[at] | ((ulong)_words[at + 1] << 32);
}
