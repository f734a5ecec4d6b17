namespace Perisai.Engine.Matching;

/// <summary>
/// Patterns are found in groups by how many fixed bytes in a row they offer. A longer gram is rarer and may be probed less often.
/// </summary>
internal enum GramGroup : byte
{
    /// <summary>Six-byte grams, probed at every third offset; needs eight fixed bytes in a row. The main path.</summary>
    Long,

    /// <summary>Four-byte grams, probed at every offset; needs four to seven fixed bytes in a row.</summary>
    Short,

    /// <summary>Two-byte grams, probed at every offset. Slow; counted and shown when definitions are built.</summary>
    Tiny,
}

/// <summary>The numbers that belong to a <see cref="GramGroup"/>.</summary>
internal static class GramGroups
{
    public const int Count = 3;

    /// <summary>Bytes in a gram.</summary>
    public static int GramLength(GramGroup group) => group switch
    {
        GramGroup.Long => 6,
        GramGroup.Short => 4,
        _ => 2,
    };

    /// <summary>Distance between probes; a pattern is entered once for each alignment.</summary>
    public static int Step(GramGroup group) => group == GramGroup.Long ? 3 : 1;

    /// <summary>Fixed bytes in a row that a pattern must offer.</summary>
    public static int RequiredRun(GramGroup group) => GramLength(group) + Step(group) - 1;
}
