namespace Perisai.Engine.Matching.Regex.Syntax;

/// <summary>An expression as read: its tree, and what the compiler must know about the whole.</summary>
/// <param name="Root">The whole expression, without group 0.</param>
/// <param name="GroupCount">The highest number of a capturing group.</param>
/// <param name="Groups">By number (index 0 unused): the first group of that number in the text; null where there is none.</param>
/// <param name="Names">Group names with their numbers, lowest first.</param>
/// <param name="HasCalls">Whether some group is called as a subroutine.</param>
/// <param name="HasBackreferences">Whether what matches depends on what groups hold: back references and conditions.</param>
internal sealed record ParsedRegex(
    RegexNode Root,
    int GroupCount,
    CaptureNode?[] Groups,
    IReadOnlyDictionary<string, List<int>> Names,
    bool HasCalls,
    bool HasBackreferences);
