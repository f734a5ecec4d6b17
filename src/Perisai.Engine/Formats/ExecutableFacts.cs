using System.Collections.Immutable;

namespace Perisai.Engine.Formats;

/// <summary>
/// What offsets and conditions need to know of an executable, computed as ClamAV 1.4 computes it: file offsets, not addresses,
/// and 32 bits wide, as its signatures were written against those values.
/// </summary>
internal sealed record ExecutableFacts
{
    /// <summary>
    /// Whether the headers hold together. False: nothing relative to them can match. ClamAV then resolves no offset that is not
    /// absolute, <c>EOF-n</c> included.
    /// </summary>
    public bool HeadersWereRead { get; init; }

    /// <summary>
    /// File offset of the entry point; null where <see cref="HeadersWereRead"/> is false. 0 where the format has none (a library, a
    /// Mach-O that starts by LC_MAIN), as in ClamAV.
    /// </summary>
    public long? EntryPoint { get; init; }

    /// <summary>Sections in header order. Those that lie outside the file have length 0.</summary>
    public ImmutableArray<ExecutableSection> Sections { get; init; } = [];

    /// <summary>
    /// The sections whose digests signatures know (PE only), in header order, none of them empty. Empty where the headers are too broken
    /// for ClamAV to take digests, which is judged a little more leniently than <see cref="HeadersWereRead"/>.
    /// </summary>
    public ImmutableArray<ExecutableSection> HashedSections { get; init; } = [];

    /// <summary>
    /// Sorted file offsets of the keys in a PE's version information string tables, for ClamAV's VI: a match must start at one of them.
    /// </summary>
    public ImmutableArray<long> VersionInformationOffsets { get; init; } = [];

    /// <summary>
    /// Canonical import list for the imphash (PE only): lower-case <c>library.function</c> joined by commas, one Latin-1 character a byte;
    /// empty for an import table without entries; null where there is no table or it is malformed. Its length is what the
    /// signature calls the import table's size.
    /// </summary>
    public string? ImportHashText { get; init; }

    /// <summary>The first byte after everything that the headers describe; null where that is the end of the file.</summary>
    public long? OverlayStart { get; init; }

    /// <summary>Whether addresses are 64 bits wide.</summary>
    public bool Is64Bit { get; init; }

    /// <summary>The header's machine or CPU type, in the format's own numbers.</summary>
    public uint Machine { get; init; }

    /// <summary>The images of a fat Mach-O.</summary>
    public ImmutableArray<MachO.MachOSlice> Slices { get; init; } = [];

    /// <summary>What was malformed.</summary>
    public ImmutableArray<Fault> Faults { get; init; } = [];
}

/// <summary>One section.</summary>
/// <param name="RawOffset">Its first byte in the file, aligned as ClamAV aligns it; may lie outside the file.</param>
/// <param name="RawLength">Bytes in the file, aligned and clipped to it.</param>
/// <param name="VirtualAddress">Its address, relative to the image base for PE.</param>
/// <param name="VirtualLength">Bytes in memory.</param>
/// <param name="Name">Its name, one Latin-1 character a byte; hostile. Empty unless <see cref="ExecutableDetails.SectionNames"/> was asked for.</param>
internal readonly record struct ExecutableSection(
    long RawOffset, long RawLength, ulong VirtualAddress, ulong VirtualLength, string Name);

/// <summary>Facts that cost more than the headers, read only for whoever asks.</summary>
[Flags]
internal enum ExecutableDetails : byte
{
    /// <summary>Headers, sections, entry point.</summary>
    None = 0,

    /// <summary><see cref="ExecutableFacts.VersionInformationOffsets"/>.</summary>
    VersionInformation = 1,

    /// <summary><see cref="ExecutableFacts.ImportHashText"/>.</summary>
    Imports = 2,

    /// <summary><see cref="ExecutableSection.Name"/>.</summary>
    SectionNames = 4,

    /// <summary>Everything.</summary>
    All = VersionInformation | Imports | SectionNames,
}
