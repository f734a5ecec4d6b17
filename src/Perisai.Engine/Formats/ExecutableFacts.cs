using System.Collections.Immutable;

namespace Perisai.Engine.Formats;

/// <summary>What offsets and conditions need to know of an executable. File offsets, not addresses.</summary>
internal sealed record ExecutableFacts
{
    /// <summary>File offset of the entry point; null where it lies in no section.</summary>
    public long? EntryPoint { get; init; }

    /// <summary>Sections in header order.</summary>
    public ImmutableArray<ExecutableSection> Sections { get; init; } = [];

    /// <summary>Where VS_VERSION_INFO resources lie (PE only), for ClamAV's VI offsets: offsets of the string table entries' keys.</summary>
    public ImmutableArray<long> VersionInformationOffsets { get; init; } = [];

    /// <summary>Canonical import list for the imphash (PE only): lower-case <c>library.function</c> joined by commas; null where none.</summary>
    public string? ImportHashText { get; init; }

    /// <summary>What was malformed.</summary>
    public ImmutableArray<Fault> Faults { get; init; } = [];
}

/// <summary>One section.</summary>
/// <param name="RawOffset">Its first byte in the file, aligned as ClamAV aligns it.</param>
/// <param name="RawLength">Bytes in the file, clipped to it.</param>
/// <param name="VirtualAddress">Its address, relative to the image base for PE.</param>
/// <param name="VirtualLength">Bytes in memory.</param>
/// <param name="Name">Its name; hostile.</param>
internal readonly record struct ExecutableSection(
    long RawOffset, long RawLength, ulong VirtualAddress, ulong VirtualLength, string Name);
