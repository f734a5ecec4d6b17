using System.Collections.Immutable;
using Perisai.Engine.Matching;
using Perisai.Engine.Matching.Automata;

namespace Perisai.Engine.Definitions.Ir;

/// <summary>A string of a YARA rule, ready to be searched.</summary>
/// <param name="Identifier">As the rule writes it: <c>$a</c>, or <c>$</c> for an anonymous one.</param>
/// <param name="IsPrivate">Its matches are not reported.</param>
/// <param name="KeepsLongest">
/// Of several matches that start at one place the longest counts (greedy regular expressions); otherwise the shortest.
/// </param>
/// <param name="Parts">
/// What stands between jumps that are too wide for one search, in order; most strings have one part. A match of the string goes from the start of
/// a match of the first to the end of a match of the last.
/// </param>
internal sealed record RuleString(string Identifier, bool IsPrivate, bool KeepsLongest, ImmutableArray<RuleStringPart> Parts)
{
    /// <summary>A hex string: its matches are shown as hex digits.</summary>
    public bool IsHex { get; init; }

    /// <summary>The first byte of a text that is searched under keys of xor: it tells the key of a match. Null for all others.</summary>
    public byte? XorFirstByte { get; init; }

    /// <summary>The condition asks only whether it matches, not where or how often.</summary>
    public bool IsOnlyAskedWhether { get; init; }

    /// <summary>Of plain bytes, the one offset that the condition asks for, once: matches elsewhere are not reported. Null for all others.</summary>
    public long? OnlyOffset { get; init; }
}

/// <summary>A part of a string.</summary>
/// <param name="LinkMinimum">Least distance from the end of the part before; 0 for the first.</param>
/// <param name="LinkMaximum">Greatest distance; <see cref="PieceRecord.Unbounded"/> for none.</param>
/// <param name="Searches">The forms that are searched side by side: ASCII and wide, every key of xor, every alignment of base64.</param>
internal sealed record RuleStringPart(uint LinkMinimum, uint LinkMaximum, ImmutableArray<RuleSearch> Searches);

/// <summary>One form of a part.</summary>
internal abstract record RuleSearch;

/// <summary>Masked bytes, as they stand in the file: all matches have one length. Of the options only those about words matter.</summary>
internal sealed record LiteralSearch(BytesNode Bytes, AutomatonOptions Options) : RuleSearch;

/// <summary>An expression whose matches differ in length, or that is no masked literal: regular expressions, hex strings with jumps and alternatives.</summary>
internal sealed record AutomatonSearch(ByteAutomaton Automaton, AutomatonOptions Options) : RuleSearch;
