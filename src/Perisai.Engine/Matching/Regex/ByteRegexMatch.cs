namespace Perisai.Engine.Matching.Regex;

/// <summary>How a search ended.</summary>
internal enum ByteRegexStatus : byte
{
    /// <summary>Every start was tried: there is no match.</summary>
    NoMatch,

    /// <summary>There is a match; it is the one that PCRE2 would report.</summary>
    Match,

    /// <summary>The steps of one start, or of the whole search, are used up: whether there is a match is not known.</summary>
    StepLimit,

    /// <summary>The memory for backtracking is used up: whether there is a match is not known.</summary>
    MemoryLimit,

    /// <summary>A group calls itself again without having read a byte. PCRE2 gives an error here as well, and no match.</summary>
    RecursionLoop,

    /// <summary><see cref="ByteRegexBudget.KeepGoing"/> said stop.</summary>
    Stopped,
}

/// <summary>
/// The result of a search. <paramref name="Start"/> and <paramref name="Length"/> are bytes of the whole input, and 0 without a match.
/// </summary>
internal readonly record struct ByteRegexMatch(ByteRegexStatus Status, int Start, int Length)
{
    public bool Success => Status == ByteRegexStatus.Match;

    /// <summary>True where the search was given up, so that neither match nor no match may be concluded.</summary>
    public bool IsUndecided => Status > ByteRegexStatus.Match;

    /// <summary>The first byte after the match.</summary>
    public int End => Start + Length;
}
