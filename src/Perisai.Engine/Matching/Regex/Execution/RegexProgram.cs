namespace Perisai.Engine.Matching.Regex.Execution;

/// <summary>
/// What <see cref="RegexCompiler"/> makes of an expression and <see cref="RegexMachine"/> runs. Immutable, shared by threads.
/// </summary>
internal sealed class RegexProgram
{
    /// <summary>Slot: where <c>\K</c> put the start of the match; -1 without.</summary>
    public const int MatchStartSlot = 0;

    /// <summary>Slot: the innermost running call's frame; -1 outside calls.</summary>
    public const int FrameSlot = 1;

    /// <summary>Slot: numbers used in the store of frames, less one, so that it begins at -1 as all slots do.</summary>
    public const int FrameEndSlot = 2;

    /// <summary>The first slot of what a call saves: groups, then counters and marks.</summary>
    public const int FirstSavedSlot = 3;

    public required int[] Code { get; init; }

    /// <summary>Four words of 64 bits for each set.</summary>
    public required ulong[] SetWords { get; init; }

    /// <summary>By set; null for sets that are only tested byte by byte.</summary>
    public required ScanSet?[] ScanSets { get; init; }

    public required byte[][] Literals { get; init; }

    /// <summary>Numbers that a match changes and backtracking restores.</summary>
    public required int SlotCount { get; init; }

    /// <summary>By group: the slot of its start, the end follows; -1 for groups that nothing asks for. Index 0 is unused.</summary>
    public required int[] GroupSlots { get; init; }
}
