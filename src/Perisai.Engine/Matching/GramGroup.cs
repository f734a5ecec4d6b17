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

    /// <summary>As <see cref="Short"/>, for pieces that matter only where the others of their pattern were found: searched in a second pass.</summary>
    LateShort,

    /// <summary>As <see cref="Tiny"/>, in the second pass.</summary>
    LateTiny,

    /// <summary>Single bytes, probed at every offset: of expressions that offer no more. Slower still; counted and shown too.</summary>
    Single,
}

/// <summary>The numbers that belong to a <see cref="GramGroup"/>.</summary>
internal static class GramGroups
{
    public const int Count = 6;

    /// <summary>Groups that pieces are found by in the first pass, from the first one on.</summary>
    public const int FirstPassCount = 3;

    /// <summary>Whether a group is searched in the second pass.</summary>
    public static bool IsLate(GramGroup group) => group is GramGroup.LateShort or GramGroup.LateTiny;

    /// <summary>The group of the first pass that is searched in the same way.</summary>
    public static GramGroup KindOf(GramGroup group) => group switch
    {
        GramGroup.LateShort => GramGroup.Short,
        GramGroup.LateTiny => GramGroup.Tiny,
        _ => group,
    };

    /// <summary>The same group in the second pass; long grams have none.</summary>
    public static GramGroup LateOf(GramGroup group) => group == GramGroup.Short ? GramGroup.LateShort : GramGroup.LateTiny;

    /// <summary>Bytes in a gram.</summary>
    public static int GramLength(GramGroup group) => KindOf(group) switch
    {
        GramGroup.Long => 6,
        GramGroup.Short => 4,
        GramGroup.Single => 1,
        _ => 2,
    };

    /// <summary>Distance between probes; a pattern is entered once for each alignment.</summary>
    public static int Step(GramGroup group) => group == GramGroup.Long ? 3 : 1;

    /// <summary>Fixed bytes in a row that a pattern must offer.</summary>
    public static int RequiredRun(GramGroup group) => GramLength(group) + Step(group) - 1;
}
