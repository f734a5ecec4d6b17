namespace Perisai.Engine;

/// <summary>What searching for a YARA rule costs every object.</summary>
/// <param name="Rule">The rule's name.</param>
/// <param name="File">Its file.</param>
/// <param name="Line">Its line.</param>
/// <param name="Class">The cost in one word.</param>
public sealed record RuleCost(string Rule, string File, int Line, RuleCostClass Class)
{
    /// <summary>The string that costs most: <c>$a</c>; null where the rule has no strings.</summary>
    public string? String { get; init; }

    /// <summary>The bytes by which that string is found, in hex, the worst of them where there are several; null where the rule has no strings.</summary>
    public string? Atom { get; init; }

    /// <summary>Estimated places in a MiB of ordinary files at which that string is looked for in full.</summary>
    public double PlacesInMebibyte { get; init; }

    /// <summary>Why it costs what it does, as half a sentence.</summary>
    public required string Reason { get; init; }
}

/// <summary>Classes of <see cref="RuleCost"/>.</summary>
public enum RuleCostClass
{
    /// <summary>Costs next to nothing where nothing matches.</summary>
    Fast,

    /// <summary>Is looked at more often than most.</summary>
    Moderate,

    /// <summary>Slows every scan down.</summary>
    Slow,
}
