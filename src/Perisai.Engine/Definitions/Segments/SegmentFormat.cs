using System.Runtime.InteropServices;

namespace Perisai.Engine.Definitions.Segments;

/// <summary>
/// The layout of a segment file; docs/design/segment.md tells why. A header of 16 KiB holds the section table; sections follow, each at
/// a multiple of 64 bytes, in the machine's (little-endian) byte order, to be used in place. The segment's name is the SHA-256 of its
/// header, which holds the SHA-256 of every section: one hash names all bytes, and opening need not read them all.
/// </summary>
internal static class SegmentFormat
{
    public const int Version = 9;
    public const int HeaderLength = 16 << 10;
    public const int SectionAlignment = 64;

    /// <summary>Sections are checked in blocks of this size, the large ones when a block is first used.</summary>
    public const int BlockLength = 64 << 10;

    public static ReadOnlySpan<byte> Magic => "PERISAI\x1A"u8;

    public const int MaximumSections = (HeaderLength - 64) / 64;
}

/// <summary>The first 64 bytes.</summary>
[StructLayout(LayoutKind.Sequential, Pack = 8, Size = 64)]
internal unsafe struct SegmentHeader
{
    public fixed byte Magic[8];
    public uint Version;
    public uint SectionCount;
    public ulong FileLength;
    public long CreatedUnixSeconds;

    /// <summary>SHA-256 of the 16 KiB with this field zero.</summary>
    public fixed byte Identity[32];
}

/// <summary>A row of the section table, 64 bytes.</summary>
[StructLayout(LayoutKind.Sequential, Pack = 8, Size = 64)]
internal unsafe struct SegmentSection
{
    public SectionKind Kind;
    public uint Parameter;
    public ulong Offset;
    public ulong Length;

    /// <summary>Index of its first block's checksum in <see cref="SectionKind.BlockChecksums"/>.</summary>
    public ulong FirstChecksum;

    public fixed byte Sha256[32];
}

/// <summary>What a section holds.</summary>
internal enum SectionKind : uint
{
    /// <summary>XxHash3 (64 bits) of each block of every other section.</summary>
    BlockChecksums = 1,

    /// <summary>Names of the sources: count, then length-prefixed UTF-8.</summary>
    Sources = 2,

    /// <summary><see cref="DefinitionRecord"/>s.</summary>
    Definitions = 3,

    /// <summary>UTF-8 names of <see cref="Definitions"/>.</summary>
    Names = 4,

    /// <summary>Conditions, see ConditionEncoder.</summary>
    Conditions = 5,

    /// <summary><see cref="PatternRecord"/>s.</summary>
    Patterns = 6,

    /// <summary><see cref="SubpatternRecord"/>s.</summary>
    Subpatterns = 7,

    /// <summary>Regular expressions and byte compares.</summary>
    SubpatternData = 8,

    /// <summary>For each target a count and definition numbers whose condition may hold without any match.</summary>
    Unconditional = 9,

    /// <summary>The matcher's pieces; first 8 bytes: the most bytes before and after an anchor.</summary>
    Pieces = 10,

    /// <summary>Stage-2 bitmap; parameter: group.</summary>
    AnchorBitmap = 11,

    /// <summary>Stage-2 bucket index; parameter: group.</summary>
    AnchorStarts = 12,

    /// <summary>Stage-2 entries; parameter: group.</summary>
    AnchorEntries = 13,

    /// <summary>Stage-1 bitmap; parameter: group × 256 + target. A target without patterns of its own has none, and that of target 0 serves it.</summary>
    GramBitmap = 14,

    /// <summary>A digest table; parameter: see HashTableKey.</summary>
    HashTable = 15,

    /// <summary>Which sizes a digest table needs.</summary>
    HashSizes = 16,

    /// <summary>Offsets of blocks of 32 names.</summary>
    HashNameIndex = 17,

    /// <summary>Front-coded names.</summary>
    HashNames = 18,

    /// <summary>Where runs of digest definitions come from.</summary>
    HashRuns = 19,

    /// <summary>Retracted names: XxHash3 of each, sorted.</summary>
    Tombstones = 20,

    /// <summary><see cref="RetractedLine"/>s, sorted.</summary>
    LineTombstones = 21,

    /// <summary><see cref="Rules.RuleRecord"/>s.</summary>
    Rules = 22,

    /// <summary><see cref="Rules.RuleStringRecord"/>s.</summary>
    RuleStrings = 23,

    /// <summary><see cref="Rules.RulePartRecord"/>s.</summary>
    RuleParts = 24,

    /// <summary><see cref="Rules.RuleCodeRange"/>s: tests that rules share.</summary>
    RuleTests = 25,

    /// <summary>Numbers of tests and of rules, where rules say.</summary>
    RuleLists = 26,

    /// <summary>How many external variables, then places of the names of these and of modules.</summary>
    RuleNames = 27,

    /// <summary>Instructions, see <see cref="Rules.RuleOpcode"/>.</summary>
    RuleCode = 28,

    /// <summary>Texts behind their lengths.</summary>
    RuleTexts = 29,

    /// <summary>Definitions that are neither patterns nor digests, see <see cref="AuxiliaryCoding"/>.</summary>
    Auxiliary = 30,

    /// <summary><see cref="PictureRecord"/>s, sorted by hash.</summary>
    Pictures = 31,
}

/// <summary>A definition by pattern, 32 bytes.</summary>
[StructLayout(LayoutKind.Sequential, Pack = 4, Size = 32)]
internal struct DefinitionRecord
{
    public uint NameOffset;
    public ushort NameLength;
    public ushort Source;
    public uint Line;
    public uint Condition;
    public uint FirstSubpattern;
    public ushort SubpatternCount;
    public byte Target;
    public byte Flags;

    /// <summary>Any match of its one pattern suffices: no condition to evaluate.</summary>
    public byte IsSimple;

    public byte Reserved;

    /// <summary>The upper 16 bits of the line digest, <see cref="Ir.Definition.LineDigest"/>.</summary>
    public ushort LineDigestHigh;

    /// <summary>Its lower 32 bits.</summary>
    public uint LineDigestLow;
}

/// <summary>A searched form of a byte pattern, or of a part of a rule's string; 24 bytes.</summary>
[StructLayout(LayoutKind.Sequential, Pack = 4, Size = 24)]
internal struct PatternRecord
{
    public uint Definition;
    public ushort Subpattern;
    public byte OffsetKind;
    public byte Reserved;
    public long OffsetValue;

    /// <summary>
    /// Of a byte pattern: how far behind its place it may start. Of a part, for which no place is given: the number of the next pattern that is searched for
    /// the same and therefore only noted here, always a greater one; 0 where there is none.
    /// </summary>
    public uint MaximumShift;
    public ushort Section;
    public ushort Reserved2;
}

/// <summary>A retraction of one line, not of every definition of its name, 16 bytes.</summary>
/// <param name="Name">XxHash3 of the name.</param>
/// <param name="LineDigest">The line digest, <see cref="Ir.Definition.LineDigest"/>.</param>
[StructLayout(LayoutKind.Sequential, Pack = 8, Size = 16)]
internal readonly record struct RetractedLine(ulong Name, ulong LineDigest) : IComparable<RetractedLine>
{
    public int CompareTo(RetractedLine other) => (Name, LineDigest).CompareTo((other.Name, other.LineDigest));
}

/// <summary>A perceptual hash and the subpattern that it is, 16 bytes.</summary>
[StructLayout(LayoutKind.Sequential, Pack = 8, Size = 16)]
internal readonly record struct PictureRecord(ulong Hash, uint Definition, uint Subpattern) : IComparable<PictureRecord>
{
    public int CompareTo(PictureRecord other) =>
        (Hash, Definition, Subpattern).CompareTo((other.Hash, other.Definition, other.Subpattern));
}

/// <summary>What a subpattern is, 8 bytes.</summary>
[StructLayout(LayoutKind.Sequential, Pack = 4, Size = 8)]
internal struct SubpatternRecord
{
    public SubpatternKind Kind;
    public uint Data;
}

/// <summary>Kinds of subpattern.</summary>
internal enum SubpatternKind : uint
{
    Bytes,
    Regex,
    ByteCompare,
    Macro,

    /// <summary>Has no data of its own: it is found through <see cref="SectionKind.Pictures"/>.</summary>
    Picture,
}
