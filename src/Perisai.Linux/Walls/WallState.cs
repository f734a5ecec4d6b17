namespace Perisai.Linux.Walls;

/// <summary>Whether a wall stands.</summary>
public enum WallStanding
{
    /// <summary>It was not asked for.</summary>
    NotWanted,

    /// <summary>It stands, in every thread of the process.</summary>
    Stands,

    /// <summary>
    /// It stands around the thread that raised it and the threads that this one starts. Threads that ran before, such as the collector's, stand
    /// outside: only the list of system calls holds them. Raised before the program is started, it would hold them all.
    /// </summary>
    StandsInThread,

    /// <summary>This kernel does not have it.</summary>
    NotOnThisKernel,

    /// <summary>It could not be raised; the error number says why.</summary>
    Failed,
}

/// <summary>What became of one wall.</summary>
/// <param name="Wall">Which.</param>
/// <param name="Standing">Whether it stands.</param>
/// <param name="Error">An error number (<see cref="Errno"/>), 0 where there was no error.</param>
public readonly record struct WallState(Wall Wall, WallStanding Standing, int Error);
