using System.Collections.Immutable;

namespace Perisai.Engine;

/// <summary>
/// Compiles definitions sources (ClamAV databases and their containers, hash lists, folders of these) into one segment.
/// </summary>
public sealed class DefinitionBuilder
{
    /// <summary>Accept a ClamAV container whose digital signature is missing or wrong. Off.</summary>
    public bool AllowUnsigned { get; init; }

    /// <summary>Load the databases of potentially unwanted programs (*.?du). On; the scanner decides what it reports.</summary>
    public bool IncludePotentiallyUnwanted { get; init; } = true;

    /// <summary>Adds a file or a folder; the kind is told by the extension, as ClamAV does.</summary>
    /// <exception cref="IOException">It cannot be read.</exception>
    public void Add(string path)
    {
    }

    /// <summary>Compiles what was added and writes the segment to <paramref name="path"/> atomically.</summary>
    /// <exception cref="IOException">It cannot be written.</exception>
    public BuildReport Build(string path) => new();
}

/// <summary>What a build loaded and what it could not.</summary>
public sealed record BuildReport
{
    /// <summary>Loaded definitions by kind: <c>hdb</c>, <c>ndb</c>, <c>ldb</c> …</summary>
    public ImmutableSortedDictionary<string, long> Loaded { get; init; } = ImmutableSortedDictionary<string, long>.Empty;

    /// <summary>Lines understood but not supported, by kind and reason.</summary>
    public ImmutableArray<UnsupportedLines> Unsupported { get; init; } = [];

    /// <summary>Errors and warnings in the sources. A line with an error is left out and the rest is loaded.</summary>
    public ImmutableArray<Diagnostic> Diagnostics { get; init; } = [];

    /// <summary>SHA-256 of the segment, lower-case hex.</summary>
    public string Sha256 { get; init; } = "";

    /// <summary>The segment's length in bytes.</summary>
    public long Length { get; init; }
}

/// <summary>Lines that were left out for one reason.</summary>
/// <param name="Kind">The database kind.</param>
/// <param name="Reason">Why.</param>
/// <param name="Count">How many.</param>
/// <param name="FirstAt">The first one: <c>file:line</c>.</param>
/// <param name="FirstName">Its name.</param>
public sealed record UnsupportedLines(string Kind, string Reason, long Count, string FirstAt, string FirstName);
