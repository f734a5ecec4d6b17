using System.Collections.Immutable;

namespace Perisai.Engine.Definitions.Ir;

/// <summary>A boolean expression over match counts and facts about the object.</summary>
internal abstract record Condition;

/// <summary>All must hold.</summary>
internal sealed record AllOf(ImmutableArray<Condition> Operands) : Condition;

/// <summary>At least one must hold.</summary>
internal sealed record AnyOf(ImmutableArray<Condition> Operands) : Condition;

/// <summary>The operand must not hold.</summary>
internal sealed record Not(Condition Operand) : Condition;

/// <summary>
/// The matches of some subpatterns, added up, compare with a number; and where <paramref name="MinimumDistinct"/> is above 0, at
/// least that many different ones of them matched.
/// </summary>
internal sealed record MatchCount(
    ImmutableArray<int> Subpatterns, ComparisonOperator Operator, uint Value, uint MinimumDistinct = 0) : Condition;

/// <summary>
/// ClamAV's modifier on a block, <c>(0|(1&amp;2))>3,2</c>: the operand decides which subpatterns are counted, and the total of matches and of
/// different subpatterns in the branches that hold is compared.
/// </summary>
internal sealed record BlockCount(Condition Operand, ComparisonOperator Operator, uint Value, uint MinimumDistinct) : Condition;

/// <summary>A fact about the object lies in a closed range.</summary>
internal sealed record FactInRange(ObjectFact Fact, long Minimum, long Maximum) : Condition;

/// <summary>
/// The types of the containers around the object, from the nearest outwards (ClamAV's Container and Intermediates); Unknown stands for any.
/// </summary>
internal sealed record InsideContainers(ImmutableArray<FileType> NearestFirst) : Condition;

/// <summary>
/// The operand holds, and the program has an icon like one of the definitions' icons in these groups (<see cref="AuxiliaryKind.Icon"/>); * is any group.
/// </summary>
internal sealed record WithIcon(Condition Operand, string FirstGroup, string SecondGroup) : Condition;

/// <summary>Facts that a condition can ask for.</summary>
internal enum ObjectFact : byte
{
    /// <summary>Length in bytes.</summary>
    Size,

    /// <summary>File offset of the entry point; the condition fails where there is none.</summary>
    EntryPoint,

    /// <summary>Number of sections; the condition fails where the object has none.</summary>
    SectionCount,
}

/// <summary>How two numbers are compared.</summary>
internal enum ComparisonOperator : byte
{
    Equal,
    Greater,
    Less,
}
