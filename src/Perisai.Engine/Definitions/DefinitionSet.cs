using System.Collections.Immutable;

namespace Perisai.Engine;

/// <summary>
/// The definitions in use: an ordered set of segments, mapped into memory, immutable and shared by any number of scanners.
/// </summary>
public sealed class DefinitionSet : IDisposable
{
    /// <summary>What the segments are, in order.</summary>
    public ImmutableArray<SegmentInfo> Segments { get; private init; } = [];

    /// <summary>Opens segments by memory mapping; nothing is parsed.</summary>
    /// <exception cref="SegmentException">A segment is damaged, truncated or of another version; the message says which and why.</exception>
    /// <exception cref="IOException">A file cannot be opened.</exception>
    public static DefinitionSet Open(params IEnumerable<string> paths) => new();

    /// <inheritdoc/>
    public void Dispose()
    {
    }
}

/// <summary>What a segment holds.</summary>
/// <param name="Path">Its file.</param>
/// <param name="Sha256">Its name by content, lower-case hex.</param>
/// <param name="Definitions">Definitions by pattern.</param>
/// <param name="Hashes">Definitions by digest.</param>
/// <param name="Tombstones">Retractions.</param>
/// <param name="Created">When it was compiled; the zero time in a reproducible build.</param>
/// <param name="Sources">The sources that it was compiled from.</param>
public sealed record SegmentInfo(
    string Path, string Sha256, int Definitions, long Hashes, int Tombstones, DateTimeOffset Created, ImmutableArray<string> Sources);

/// <summary>A segment cannot be used.</summary>
public sealed class SegmentException(string message) : Exception(message);
