namespace Perisai.Engine.Matching.Regex;

/// <summary>
/// What a search may cost. A step is an attempt at something that may be taken back (an alternative, an iteration, a group), which is what
/// PCRE2 counts for its match limit. All limits are exact and independent of the clock, so that a verdict is the same everywhere.
/// </summary>
internal struct ByteRegexBudget
{
    /// <summary>ClamAV's PCREMatchLimit: 100,000 steps.</summary>
    public const int DefaultStepsPerStart = 100_000;

    /// <summary>2,000,000,000: some ten seconds of nothing but backtracking.</summary>
    public const long DefaultTotalSteps = 2_000_000_000;

    /// <summary>64 MiB: far more than the default steps can fill.</summary>
    public const int DefaultMaximumMemory = 64 << 20;

    public ByteRegexBudget()
    {
    }

    /// <summary>Steps that one start position may use, as PCRE2 counts its match limit anew for every start.</summary>
    public int StepsPerStart { get; init; } = DefaultStepsPerStart;

    /// <summary>
    /// Bytes that the stack of things to go back to, together with the frames of recursive calls, may take.
    /// It stands for PCRE2's heap limit and depth limit.
    /// </summary>
    public int MaximumMemory { get; init; } = DefaultMaximumMemory;

    /// <summary>
    /// Steps left for all searches that are given this budget; each search lowers it. Bytes that are passed over count as well
    /// (one step for 32), so that a search which only reads is bounded too.
    /// </summary>
    public long StepsLeft { get; set; } = DefaultTotalSteps;

    /// <summary>Asked about once in a million steps; false ends the search. It must not throw.</summary>
    public Func<bool>? KeepGoing { get; init; }
}
