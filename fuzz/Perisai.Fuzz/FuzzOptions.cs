namespace Perisai.Fuzz;

/// <summary>How long a target is run, and on what.</summary>
internal sealed record FuzzOptions
{
    /// <summary>Inputs a target.</summary>
    public long Runs { get; init; } = 10_000;

    /// <summary>Seconds a target; 0: as many as the runs take.</summary>
    public long Seconds { get; init; }

    /// <summary>What the changes are drawn from: the same number, the same inputs.</summary>
    public long Seed { get; init; } = 1;

    /// <summary>One file to run as it is, such as one that failed before; null for changed seeds.</summary>
    public string? Input { get; init; }
}
