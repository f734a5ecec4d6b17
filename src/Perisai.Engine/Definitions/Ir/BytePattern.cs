using System.Collections.Immutable;

namespace Perisai.Engine.Definitions.Ir;

/// <summary>
/// Something about an object's bytes that has a match count: the operand of conditions. A definition's subpatterns are
/// numbered by their place in <see cref="Definition.Subpatterns"/>.
/// </summary>
internal abstract record Subpattern;

/// <summary>A byte pattern: literal, hex with wildcards, gaps, alternatives.</summary>
/// <param name="Elements">In order; begins and ends with something other than a gap.</param>
/// <param name="Modifiers">How text variants are made from it.</param>
/// <param name="Offset">Where matches count.</param>
internal sealed record BytePattern(ImmutableArray<PatternElement> Elements, PatternModifiers Modifiers, OffsetConstraint Offset)
    : Subpattern
{
    /// <summary>
    /// Whether it matters how often it matches, not only whether. Every place of what follows the last gap of variable length is then a
    /// match of its own, as ClamAV counts.
    /// </summary>
    public bool CountsMatter { get; init; }
}

/// <summary>A Perl-compatible regular expression over the object, run only when its trigger holds.</summary>
/// <param name="Expression">The source text, one character a byte (Latin-1).</param>
/// <param name="Flags">Options.</param>
/// <param name="Trigger">Over the definition's other subpatterns.</param>
/// <param name="Offset">Where the search starts; <see cref="OffsetConstraint.MaximumShift"/> with <see cref="RegexFlags.Encompass"/> bounds it.</param>
internal sealed record RegexPattern(string Expression, RegexFlags Flags, Condition Trigger, OffsetConstraint Offset) : Subpattern;

/// <summary>
/// ClamAV's byte compare: a number read at a distance from each match of another subpattern, compared with one or two values.
/// </summary>
internal sealed record ByteComparePattern(
    int TriggerSubpattern, long DistanceFromMatch, NumberEncoding Encoding, bool LittleEndian, bool ExactLength, int ByteCount,
    ImmutableArray<(ComparisonOperator Operator, long Value)> Comparisons) : Subpattern;

/// <summary>
/// ClamAV's macro subsignature: it counts matches of the subpattern before it that are followed, at a distance between
/// <paramref name="Minimum"/> and <paramref name="Maximum"/> from start to start, by a match of a macro group; and takes those that are not
/// from that subpattern's count.
/// </summary>
/// <param name="Group">The group: all patterns of the same target whose offset is <see cref="OffsetKind.Macro"/> with this value.</param>
internal sealed record MacroPattern(int Minimum, int Maximum, int Group) : Subpattern;

/// <summary>ClamAV's <c>fuzzy_img</c>: the object is a picture whose perceptual hash (Containers/Pictures/PerceptualHash) is this; it counts once.</summary>
internal sealed record PicturePattern(ulong Hash) : Subpattern;

/// <summary>How a <see cref="ByteComparePattern"/> reads its number.</summary>
internal enum NumberEncoding : byte
{
    /// <summary>Raw bytes (1, 2, 4 or 8).</summary>
    Binary,

    /// <summary>ASCII hexadecimal digits.</summary>
    Hexadecimal,

    /// <summary>ASCII decimal digits.</summary>
    Decimal,

    /// <summary>ASCII digits whose prefix (0x, 0) tells the base.</summary>
    Automatic,
}

/// <summary>Text modifiers. Ascii and Wide together mean either form; neither means Ascii.</summary>
[Flags]
internal enum PatternModifiers : byte
{
    None = 0,
    NoCase = 1,
    Wide = 2,
    Ascii = 4,
    FullWord = 8,
}

/// <summary>Options of a <see cref="RegexPattern"/>, under the letters that ClamAV gives them.</summary>
[Flags]
internal enum RegexFlags : ushort
{
    None = 0,

    /// <summary>g: count every match, not only the first.</summary>
    Global = 1,

    /// <summary>r: the offset is where the search begins, not where the match must be.</summary>
    Rolling = 2,

    /// <summary>e: the whole match lies between offset and offset + shift.</summary>
    Encompass = 4,

    /// <summary>i.</summary>
    CaseInsensitive = 8,

    /// <summary>s: the dot matches newlines.</summary>
    DotAll = 16,

    /// <summary>m: ^ and $ match at lines.</summary>
    Multiline = 32,

    /// <summary>x: white space and comments in the expression are ignored.</summary>
    Extended = 64,

    /// <summary>A: anchored at the search's start.</summary>
    Anchored = 128,

    /// <summary>E: $ matches only at the very end.</summary>
    DollarEndOnly = 256,

    /// <summary>U: greediness is inverted.</summary>
    Ungreedy = 512,
}
