using Perisai.Engine.Matching.Regex;

namespace Perisai.Engine.Matching.Automata;

/// <summary>The sequences of byte sets that a program can read first from a place on.</summary>
internal static class AutomatonPaths
{
    /// <summary>
    /// All of them, of one length in characters; null where there are more than <paramref name="most"/> or where a match may be shorter.
    /// </summary>
    public static List<ByteSet[]>? Enumerate(uint[] words, int entry, int length, int most)
    {
        var found = new List<ByteSet[]>();
        var walk = new Walk(words, length, most, found);
        return walk.From((uint)entry, 0, 0) ? found : null;
    }

    private sealed class Walk(uint[] words, int length, int most, List<ByteSet[]> found)
    {
        /// <summary>Instructions that one enumeration follows, at most.</summary>
        private const int MaximumSteps = 2000;

        private readonly ByteSet[] _path = new ByteSet[length];
        private readonly HashSet<(uint At, int Depth)> _open = [];
        private int _steps;

        public bool From(uint at, uint count, int depth)
        {
            if (depth == length)
            {
                if (found.Any(path => path.AsSpan().SequenceEqual(_path)))
                    return true;
                found.Add([.. _path]);
                return found.Count <= most;
            }

            if (++_steps > MaximumSteps)
                return false;
            var word = words[at];
            switch (AutomatonProgram.OpcodeOf(word))
            {
                case AutomatonOpcode.Masked:
                    _path[depth] = new MaskedByte((byte)(word >> 8), (byte)(word >> 16)).ToSet();
                    return From(at + 1, 0, depth + 1);
                case AutomatonOpcode.Set:
                    _path[depth] = SetAt(word >> 8);
                    return From(at + 1, 0, depth + 1);
                case AutomatonOpcode.CountGreedy or AutomatonOpcode.CountLazy:
                    return Counter(at, count, depth);
                case AutomatonOpcode.Match:
                    return false;
                default:
                    // Loops that take no byte come back to where they are open.
                    if (!_open.Add((at, depth)))
                        return true;
                    var holds = Empty(at, word, depth);
                    _open.Remove((at, depth));
                    return holds;
            }
        }

        private bool Empty(uint at, uint word, int depth) => AutomatonProgram.OpcodeOf(word) switch
        {
            AutomatonOpcode.Jump => From(word >> 8, 0, depth),
            AutomatonOpcode.Assert => From(at + 1, 0, depth),
            _ => From(at + 1, 0, depth) && From(word >> 8, 0, depth),
        };

        private bool Counter(uint at, uint count, int depth)
        {
            var (least, limit) = (words[at + 1], words[at + 2]);
            if (count >= least && !From(at + 4, 0, depth))
                return false;
            if (limit != AutomatonProgram.Unlimited && count >= limit)
                return true;
            _path[depth] = SetAt(words[at] >> 8);
            return From(at, count + 1, depth + 1);
        }

        private ByteSet SetAt(uint index)
        {
            var at = words[AutomatonProgram.SetsAt] + (index * 8);
            return new(Pair(at), Pair(at + 2), Pair(at + 4), Pair(at + 6));
        }

        private ulong Pair(uint at) => words[at] | ((ulong)words[at + 1] << 32);
    }
}
