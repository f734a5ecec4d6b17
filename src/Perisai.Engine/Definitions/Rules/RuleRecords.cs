using System.Runtime.InteropServices;

namespace Perisai.Engine.Definitions.Rules;

/// <summary>A rule as a segment holds it, 64 bytes. Texts are offsets into the texts of the segment.</summary>
[StructLayout(LayoutKind.Sequential, Pack = 4, Size = 64)]
internal struct RuleRecord
{
    public uint Name;
    public uint Namespace;

    /// <summary>The namespace's number: equal for rules of one namespace.</summary>
    public uint NamespaceNumber;

    /// <summary>Tags and meta information, see <see cref="RuleDetails"/>.</summary>
    public uint Details;
    public uint Line;
    public ushort Source;
    public RuleFlags Flags;
    public byte Reserved;
    public uint FirstString;
    public uint StringCount;
    public uint Code;
    public uint CodeLength;

    /// <summary>Numbers of tests, in the lists.</summary>
    public uint FirstTest;
    public uint TestCount;

    /// <summary>Numbers of rules that must be looked at when this one was, in the lists.</summary>
    public uint FirstDependent;
    public uint DependentCount;
}

/// <summary>Properties of a rule.</summary>
[Flags]
internal enum RuleFlags : byte
{
    None = 0,
    Global = 1,
    Private = 2,

    /// <summary>May hold although none of its strings matches.</summary>
    MayHoldWithoutMatch = 4,
}

/// <summary>A string of a rule, 24 bytes.</summary>
[StructLayout(LayoutKind.Sequential, Pack = 4, Size = 24)]
internal struct RuleStringRecord
{
    public uint Identifier;
    public uint Rule;
    public uint FirstPart;
    public ushort PartCount;
    public RuleStringFlags Flags;

    /// <summary>With <see cref="RuleStringFlags.Xor"/>, the first byte of the text.</summary>
    public byte XorFirstByte;

    /// <summary>The only offset whose match is reported; -1 for all.</summary>
    public long OnlyOffset;
}

/// <summary>Properties of a string.</summary>
[Flags]
internal enum RuleStringFlags : byte
{
    None = 0,

    /// <summary>Its matches are not reported.</summary>
    Private = 1,

    /// <summary>Of several matches at one place the longest counts, else the shortest.</summary>
    KeepsLongest = 2,

    /// <summary>Its matches are shown as hex digits.</summary>
    Hex = 4,

    /// <summary>Its matches are a text under some key of xor.</summary>
    Xor = 8,

    /// <summary>The condition asks only whether it matches.</summary>
    OnlyAskedWhether = 16,
}

/// <summary>A part of a string, 16 bytes. A pattern record of a rule names it: 0x80000000 + its number.</summary>
[StructLayout(LayoutKind.Sequential, Pack = 4, Size = 16)]
internal struct RulePartRecord
{
    /// <summary>In the pattern records: what is not a definition but a part.</summary>
    public const uint Flag = 0x8000_0000;

    public uint String;

    /// <summary>Least and greatest distance from the end of the part before.</summary>
    public uint LinkMinimum;
    public uint LinkMaximum;

    /// <summary>Its place in the string.</summary>
    public uint Index;
}

/// <summary>A stretch of the code, 8 bytes: a test.</summary>
[StructLayout(LayoutKind.Sequential, Pack = 4, Size = 8)]
internal struct RuleCodeRange
{
    public uint Start;
    public uint Length;
}
