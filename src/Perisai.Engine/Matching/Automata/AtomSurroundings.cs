using Perisai.Engine.Matching.Regex;

namespace Perisai.Engine.Matching.Automata;

/// <summary>
/// What stands around a place of an expression in every match that passes it: bytes under masks, eight before the place and eight from it on. Most hits of
/// a gram are none of a match, and one comparison of sixteen bytes tells it of most of them without running a program. A byte's mask is what all its possible
/// values have in common: of a digit the upper half, of any byte nothing. Reused: a build asks for thousands.
/// </summary>
internal sealed class AtomSurroundings
{
    /// <summary>Bytes on each side.</summary>
    public const int Reach = 8;

    /// <summary>Threads beyond which nothing more is asked: what so many may read has nothing in common.</summary>
    private const int MaximumThreads = 200;

    private readonly HashSet<(uint At, uint Count)> _seen = [];
    private readonly Stack<(uint At, uint Count)> _open = new();
    private List<(uint At, uint Count)> _threads = [];
    private List<(uint At, uint Count)> _next = [];
    private uint[] _words = [];

    /// <summary>Bytes from eight before the place on, as they are under their masks.</summary>
    public byte[] Values { get; } = new byte[2 * Reach];

    public byte[] Masks { get; } = new byte[2 * Reach];

    /// <summary>Finds what stands around a place; <paramref name="backward"/> is 0 where a match starts there.</summary>
    public void Find(uint[] words, int forward, int backward, bool isWide)
    {
        _words = words;
        Array.Clear(Values);
        Array.Clear(Masks);
        Walk((uint)forward, isWide, isForward: true);
        if (backward != 0)
            Walk((uint)backward, isWide, isForward: false);
    }

    private void Walk(uint entry, bool isWide, bool isForward)
    {
        _next.Clear();
        _seen.Clear();
        if (!Follow((entry, 0)))
            return;
        (_threads, _next) = (_next, _threads);
        var size = isWide ? 2 : 1;
        for (var depth = 0; depth < Reach / size && _threads.Count is > 0 and <= MaximumThreads; depth++)
        {
            var set = ByteSet.Empty;
            foreach (var (at, _) in _threads)
                set |= SetAt(at);
            var index = isForward ? Reach + (depth * size) : Reach - ((depth + 1) * size);
            Note(index, MaskedByte.Covering(set));
            if (isWide)
                Note(index + 1, new(0, 0xFF));
            if (!Step())
                return;
        }
    }

    private void Note(int index, MaskedByte masked) => (Values[index], Masks[index]) = (masked.Value, masked.Mask);

    /// <summary>Takes a byte with every thread; false where a match may end then, so that nothing more can be said.</summary>
    private bool Step()
    {
        _next.Clear();
        _seen.Clear();
        foreach (var (at, count) in _threads)
        {
            var isCounter = AutomatonProgram.WordsOf(AutomatonProgram.OpcodeOf(_words[at])) == 4;
            if (!(isCounter ? StepCounter(at, count) : Follow((at + 1, 0))))
                return false;
        }

        (_threads, _next) = (_next, _threads);
        return true;
    }

    /// <summary>As the machine counts: see <see cref="AutomatonMachine"/>.</summary>
    private bool StepCounter(uint at, uint count)
    {
        var (least, most) = (_words[at + 1], _words[at + 2]);
        var isUnlimited = most == AutomatonProgram.Unlimited;
        var after = isUnlimited ? Math.Min(count + 1, Math.Max(1, least)) : count + 1;
        if ((isUnlimited || after < most) && _seen.Add((at, after)))
            _next.Add((at, after));
        return after < least || Follow((at + 4, 0));
    }

    /// <summary>Adds the threads that a place leads to without a byte; false where a match can end at it.</summary>
    private bool Follow((uint At, uint Count) start)
    {
        _open.Clear();
        _open.Push(start);
        while (_open.TryPop(out var thread))
        {
            if (!_seen.Add(thread))
                continue;
            var word = _words[thread.At];
            switch (AutomatonProgram.OpcodeOf(word))
            {
                case AutomatonOpcode.Match:
                    return false;
                case AutomatonOpcode.Jump:
                    _open.Push((word >> 8, 0));
                    break;
                case AutomatonOpcode.SplitNext or AutomatonOpcode.SplitTarget:
                    _open.Push((word >> 8, 0));
                    _open.Push((thread.At + 1, 0));
                    break;
                case AutomatonOpcode.Assert:
                    _open.Push((thread.At + 1, 0));
                    break;
                case AutomatonOpcode.CountGreedy or AutomatonOpcode.CountLazy:
                    _next.Add(thread);
                    if (_words[thread.At + 1] == 0)
                        _open.Push((thread.At + 4, 0));
                    break;
                default:
                    _next.Add(thread);
                    break;
            }
        }

        return true;
    }

    private ByteSet SetAt(uint at)
    {
        var word = _words[at];
        if (AutomatonProgram.OpcodeOf(word) == AutomatonOpcode.Masked)
            return new MaskedByte((byte)(word >> 8), (byte)(word >> 16)).ToSet();
        var set = _words[AutomatonProgram.SetsAt] + ((word >> 8) * 8);
        return new(Pair(set), Pair(set + 2), Pair(set + 4), Pair(set + 6));
    }

    private ulong Pair(uint at) => _words[at] | ((ulong)_words[at + 1] << 32);
}
