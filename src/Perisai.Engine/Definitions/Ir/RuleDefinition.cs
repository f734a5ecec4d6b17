using System.Collections.Immutable;

namespace Perisai.Engine.Definitions.Ir;

/// <summary>A YARA rule, checked and compiled; its strings are not yet laid out.</summary>
internal sealed record RuleDefinition
{
    public required string Name { get; init; }

    /// <summary>The group of files that it stands in: names are looked up there, and a global rule decides about the rules there.</summary>
    public required string Namespace { get; init; }

    public required SourceLocation Location { get; init; }

    public bool IsGlobal { get; init; }

    public bool IsPrivate { get; init; }

    public ImmutableArray<string> Tags { get; init; } = [];

    /// <summary>Texts (one character a byte), integers and truth values.</summary>
    public ImmutableArray<(string Name, object Value)> Meta { get; init; } = [];

    public ImmutableArray<RuleString> Strings { get; init; } = [];

    /// <summary>The condition, in the instructions of <see cref="Rules.RuleOpcode"/>.</summary>
    public required byte[] Code { get; init; }

    /// <summary>
    /// Conditions that all must hold for this one to hold, and that need no string: each is evaluated at most once an object, however many rules share it.
    /// </summary>
    public ImmutableArray<byte[]> Tests { get; init; } = [];

    /// <summary>Whether the condition may hold where none of its strings matches and no rule holds that it depends on.</summary>
    public bool MayHoldWithoutMatch { get; init; }

    /// <summary>Rules (by their number in the build) whose matches make it necessary to look at this one.</summary>
    public ImmutableArray<int> DependsOn { get; init; } = [];
}

/// <summary>Names that rules of a build refer to by number.</summary>
internal sealed class RuleNames
{
    private readonly Dictionary<string, int> _numbers = new(StringComparer.Ordinal);
    private readonly List<string> _names = [];

    public IReadOnlyList<string> Names => _names;

    public int NumberOf(string name)
    {
        if (!_numbers.TryGetValue(name, out var number))
        {
            number = _names.Count;
            _numbers.Add(name, number);
            _names.Add(name);
        }

        return number;
    }
}
