namespace Perisai.Engine.Matching.Regex.Execution;

/// <summary>
/// The instructions of <see cref="RegexProgram"/>. Each is followed by its operands, one number each, as listed; "set" is the
/// number of a set and -1 stands for "unknown". What fails makes the machine go back to the newest choice.
/// </summary>
internal enum Opcode
{
    /// <summary>The expression has matched; or, in a call of the whole expression, returns.</summary>
    Accept,

    /// <summary>Fails.</summary>
    Fail,

    /// <summary>(value) Reads this byte.</summary>
    Byte,

    /// <summary>(set) Reads a byte of the set.</summary>
    Set,

    /// <summary>() Reads any byte.</summary>
    Any,

    /// <summary>(literal) Reads these bytes.</summary>
    Literal,

    /// <summary>(literal) Reads these bytes in either case of ASCII letters; the literal is in lower case.</summary>
    LiteralCaseless,

    /// <summary>(set, minimum, maximum, following set) Reads as many bytes of the set as it can, and gives back one at a time.</summary>
    LoopGreedy,

    /// <summary>(set, minimum, maximum, following set) Reads as few bytes of the set as it can, and takes one more at a time.</summary>
    LoopLazy,

    /// <summary>(set, minimum, maximum, -1) Reads as many bytes of the set as it can, and gives none back.</summary>
    LoopPossessive,

    /// <summary>(target) Goes on there.</summary>
    Jump,

    /// <summary>(first, second, first's set, second's set) Tries the first and later the second; either only where its set allows.</summary>
    Split,

    /// <summary>(slot) Stores the position.</summary>
    StorePosition,

    /// <summary>(slot, target) Goes to the target where the position is still the stored one.</summary>
    ExitIfEmpty,

    /// <summary>(slot, counter, minimum, target) The same, once the counter has reached the minimum.</summary>
    ExitIfEmptyCounted,

    /// <summary>(counter) Sets it to 0.</summary>
    CounterStart,

    /// <summary>(counter, minimum, maximum, lazy, exit, body's set, exit's set) The body follows and starts with CounterAdd.</summary>
    CounterTest,

    /// <summary>(counter) Adds 1.</summary>
    CounterAdd,

    /// <summary>(group, start's slot) The group is set from the stored position to here.</summary>
    GroupEnd,

    /// <summary>(group) Returns where the running call is one of this group.</summary>
    GroupReturn,

    /// <summary>(target, group) Calls a group as a subroutine.</summary>
    Call,

    /// <summary>(height's slot) Remembers the height of the stack.</summary>
    AtomicStart,

    /// <summary>(height's slot) Forgets the choices made since.</summary>
    AtomicEnd,

    /// <summary>(height's slot, position's slot, target or -1) Remembers height and position; with a target, failing goes on there.</summary>
    LookStart,

    /// <summary>(height's slot, position's slot) Forgets the choices made since, and goes back to the position.</summary>
    LookEnd,

    /// <summary>(height's slot) Undoes everything since, and fails.</summary>
    LookReject,

    /// <summary>(count) Goes back this many bytes.</summary>
    Back,

    /// <summary>(caseless, count, groups…) Reads the text of the first group that is set.</summary>
    Backreference,

    /// <summary>(else, count, groups…) Goes to "else" where no group is set.</summary>
    TestGroups,

    /// <summary>(else, count, groups…) Goes to "else" where the running call is of none of the groups; count 0 asks for any call.</summary>
    TestCall,

    SubjectStart,
    SubjectEnd,
    SubjectEndOrLastNewline,
    SearchStart,
    LineStart,
    LineEnd,
    WordBoundary,
    NotWordBoundary,

    /// <summary>() The reported match starts here.</summary>
    MatchStart,
}
