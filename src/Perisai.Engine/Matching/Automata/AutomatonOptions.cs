namespace Perisai.Engine.Matching.Automata;

/// <summary>How an expression is searched; stored in <see cref="PieceRecord.Options"/>.</summary>
/// <param name="IsWide">Characters of two bytes, the second zero.</param>
/// <param name="IsWord">No letter or digit may stand beside a match.</param>
internal readonly record struct AutomatonOptions(bool IsWide, bool IsWord)
{
    /// <summary>Whether what stands beside is looked at in characters of two bytes.</summary>
    public bool EdgeIsWide { get; init; } = IsWide;

    /// <summary>
    /// Of the wide form of an expression that is searched as ASCII as well: where that one matches from the same start, its match counts.
    /// </summary>
    public bool YieldsToNarrow { get; init; }

    public int CharacterSize => IsWide ? 2 : 1;

    public uint ToStored() => (IsWide ? 1u : 0) | (IsWord ? 2u : 0) | (EdgeIsWide ? 4u : 0) | (YieldsToNarrow ? 8u : 0);

    public static AutomatonOptions FromStored(uint stored) =>
        new((stored & 1) != 0, (stored & 2) != 0)
        {
            EdgeIsWide = (stored & 4) != 0,
            YieldsToNarrow = (stored & 8) != 0,
        };
}
