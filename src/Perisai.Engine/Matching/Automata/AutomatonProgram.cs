namespace Perisai.Engine.Matching.Automata;

/// <summary>Instructions: the low eight bits of a word; the upper 24 are an argument.</summary>
internal enum AutomatonOpcode : byte
{
    /// <summary>A byte under a mask: value in bits 8–15, mask in bits 16–23.</summary>
    Masked = 1,

    /// <summary>A byte of the set with that index.</summary>
    Set,

    /// <summary>Goes on behind, or at the target; the first is preferred.</summary>
    SplitNext,

    /// <summary>Goes on at the target, or behind; the first is preferred.</summary>
    SplitTarget,

    Jump,

    /// <summary>Goes on where the assertion holds.</summary>
    Assert,

    /// <summary>
    /// Bytes of the set with that index, counted. Three words follow: least; most, or <see cref="AutomatonProgram.Unlimited"/>; the first state of
    /// its counts. Prefers more.
    /// </summary>
    CountGreedy,

    /// <summary>The same, preferring fewer.</summary>
    CountLazy,

    Match,
}

/// <summary>
/// A compiled expression: words of 32 bits that can lie in a segment and be run in place. Two programs, one reading forwards and one backwards, with
/// the same places; how a search enters them at an atom is kept with the atom.
/// </summary>
/// <remarks>
/// Header: words in all; first word of the code; first word of the sets, which is the end of the code; states; entry of the forward program;
/// 1 where it can match nothing at all. Then the code, then sets of eight words (256 bits) each. A state is a word of the code or a count of a counter.
/// </remarks>
internal static class AutomatonProgram
{
    /// <summary>Bytes that a search looks at on each side of an atom, and of a text that it begins with. YARA's limit.</summary>
    public const int ScanLimit = 4096;

    public const int HeaderWords = 6;
    public const int MaximumWords = 1 << 18;
    public const uint Unlimited = uint.MaxValue;

    public const int LengthAt = 0;
    public const int CodeAt = 1;
    public const int SetsAt = 2;
    public const int StatesAt = 3;
    public const int EntryAt = 4;
    public const int NullableAt = 5;

    public static AutomatonOpcode OpcodeOf(uint word) => (AutomatonOpcode)(byte)word;

    public static int WordsOf(AutomatonOpcode opcode) => opcode is AutomatonOpcode.CountGreedy or AutomatonOpcode.CountLazy ? 4 : 1;

    /// <summary>
    /// Whether words from a file are a program that can be run: every target is an instruction, every set and state exists, no code runs over its end.
    /// </summary>
    public static bool IsValid(ReadOnlySpan<uint> words)
    {
        if (words.Length < HeaderWords || words[LengthAt] is < HeaderWords or > MaximumWords || words[LengthAt] > words.Length)
            return false;
        words = words[..(int)words[LengthAt]];
        var (code, sets, states) = (words[CodeAt], words[SetsAt], words[StatesAt]);
        if (code != HeaderWords || sets < code + 1 || sets > words.Length || (words.Length - sets) % 8 != 0
            || states < sets || states > AutomatonExpansion.MaximumStates + MaximumWords)
        {
            return false;
        }

        var setCount = ((uint)words.Length - sets) / 8;
        var instructions = new bool[sets];
        uint last = 0;
        for (var at = code; at < sets; at += (uint)WordsOf(OpcodeOf(words[(int)at])))
        {
            instructions[at] = true;
            last = at;
        }

        for (var at = code; at < sets; at += (uint)WordsOf(OpcodeOf(words[(int)at])))
        {
            if (!IsInstruction(words, at, setCount, instructions))
                return false;
        }

        return IsEntry(instructions, words[EntryAt]) && OpcodeOf(words[(int)last]) is AutomatonOpcode.Match or AutomatonOpcode.Jump;
    }

    /// <summary>Whether a search may begin at a word.</summary>
    public static bool IsEntry(ReadOnlySpan<uint> words, uint entry)
    {
        var code = words[CodeAt];
        for (var at = code; at < words[SetsAt] && at <= entry; at += (uint)WordsOf(OpcodeOf(words[(int)at])))
        {
            if (at == entry)
                return true;
        }

        return false;
    }

    private static bool IsEntry(bool[] instructions, uint at) => at < instructions.Length && instructions[at];

    private static bool IsInstruction(ReadOnlySpan<uint> words, uint at, uint sets, bool[] instructions)
    {
        var argument = words[(int)at] >> 8;
        switch (OpcodeOf(words[(int)at]))
        {
            case AutomatonOpcode.Masked or AutomatonOpcode.Match:
                return true;
            case AutomatonOpcode.Set:
                return argument < sets;
            case AutomatonOpcode.SplitNext or AutomatonOpcode.SplitTarget or AutomatonOpcode.Jump:
                return IsEntry(instructions, argument);
            case AutomatonOpcode.Assert:
                return argument <= (uint)AutomatonAssertion.NotWordBoundary;
            case AutomatonOpcode.CountGreedy or AutomatonOpcode.CountLazy:
                if (at + 4 > instructions.Length || argument >= sets)
                    return false;
                var (least, most, first) = (words[(int)at + 1], words[(int)at + 2], words[(int)at + 3]);
                var counts = most == Unlimited ? least : most;
                return (most == Unlimited || least <= most) && counts <= AutomatonExpansion.MaximumStates
                    && first >= instructions.Length && first + (ulong)Math.Max(1, counts) + 1 <= words[StatesAt];
            default:
                return false;
        }
    }
}
