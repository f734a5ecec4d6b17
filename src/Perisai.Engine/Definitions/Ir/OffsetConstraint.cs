namespace Perisai.Engine.Definitions.Ir;

/// <summary>
/// Where a match may start: at <c>base(Kind) + Value</c>, or up to <see cref="MaximumShift"/> bytes after it.
/// </summary>
/// <param name="Kind">What the value is counted from.</param>
/// <param name="Value">Signed distance in bytes.</param>
/// <param name="MaximumShift">0: exactly there. Larger: a floating offset.</param>
/// <param name="Section">The section's index, for <see cref="OffsetKind.Section"/> and <see cref="OffsetKind.InSection"/>.</param>
internal readonly record struct OffsetConstraint(OffsetKind Kind, long Value = 0, uint MaximumShift = 0, ushort Section = 0)
{
    public static OffsetConstraint Anywhere => default;
}

/// <summary>What an offset is counted from.</summary>
internal enum OffsetKind : byte
{
    /// <summary>No constraint.</summary>
    Anywhere,

    /// <summary>The object's start.</summary>
    Absolute,

    /// <summary>The object's end; the value is how far before it.</summary>
    FromEnd,

    /// <summary>The executable's entry point (file offset).</summary>
    EntryPoint,

    /// <summary>The start of section <see cref="OffsetConstraint.Section"/>.</summary>
    Section,

    /// <summary>Anywhere within section <see cref="OffsetConstraint.Section"/> (ClamAV's <c>SEx</c>).</summary>
    InSection,

    /// <summary>The start of the last section.</summary>
    LastSection,

    /// <summary>Within a PE version information resource (ClamAV's <c>VI</c>).</summary>
    VersionInformation,

    /// <summary>
    /// Anywhere; the pattern is no definition of its own but belongs to the macro group of this value (ClamAV's <c>$n$</c>), which
    /// <see cref="MacroPattern"/>s ask for.
    /// </summary>
    Macro,
}
