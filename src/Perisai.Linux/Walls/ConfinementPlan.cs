namespace Perisai.Linux.Walls;

/// <summary>Which walls are raised, and how tight they are.</summary>
public sealed record ConfinementPlan
{
    /// <summary>Whether Landlock is used.</summary>
    public bool Landlock { get; init; } = true;

    /// <summary>Whether system calls are filtered.</summary>
    public bool SystemCalls { get; init; } = true;

    /// <summary>Whether a call that is not on the list ends the process; otherwise it is an error (EPERM).</summary>
    public bool KillOnForbiddenCall { get; init; }

    /// <summary>The user and group that root becomes; null to stay. 65534 is nobody's.</summary>
    public uint? User { get; init; } = 65534;

    /// <summary>Whether the process ends with the thread that started it.</summary>
    public bool EndsWithParent { get; init; } = true;

    /// <summary>
    /// Most bytes of address space; null for no limit. The collector reserves hundreds of gigabytes at its start unless it has a heap limit,
    /// so this goes together with one.
    /// </summary>
    public ulong? AddressSpace { get; init; }

    /// <summary>Most seconds of processor time in the life of the process; null for no limit.</summary>
    public ulong? ProcessorSeconds { get; init; }

    /// <summary>Descriptors are numbered below this.</summary>
    public ulong Descriptors { get; init; } = 256;

    /// <summary>Longest file that may be written, in bytes; it holds for pipes and sockets not at all.</summary>
    public ulong FileLength { get; init; }
}
