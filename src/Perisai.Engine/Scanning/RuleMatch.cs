using System.Collections.Immutable;

namespace Perisai.Engine;

/// <summary>What a YARA rule says of itself, and what matched.</summary>
public sealed record RuleMatch
{
    /// <summary>Its place in <see cref="DefinitionSet.ListRules"/>.</summary>
    public int Number { get; init; }

    /// <summary>The namespace that it was compiled into.</summary>
    public required string Namespace { get; init; }

    /// <summary>Its tags.</summary>
    public ImmutableArray<string> Tags { get; init; } = [];

    /// <summary>Its meta information: texts (one character a byte), integers and truth values.</summary>
    public ImmutableArray<KeyValuePair<string, object>> Meta { get; init; } = [];

    /// <summary>Matches of its strings that are not private, by string, in the order of their offsets.</summary>
    public ImmutableArray<RuleStringMatch> Strings { get; init; } = [];
}

/// <summary>A match of a string of a rule.</summary>
/// <param name="Identifier">The string: <c>$a</c>.</param>
/// <param name="Offset">First byte, from the object's start.</param>
/// <param name="Length">Bytes matched.</param>
/// <param name="Data">The bytes; the first 512 of a longer match.</param>
public sealed record RuleStringMatch(string Identifier, long Offset, long Length, ReadOnlyMemory<byte> Data)
{
    /// <summary>Whether it is a hex string.</summary>
    public bool IsHex { get; init; }

    /// <summary>The key of a string with the modifier xor; 0 for others.</summary>
    public byte XorKey { get; init; }
}
