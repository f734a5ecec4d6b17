using System.Collections.Immutable;

namespace Perisai.Engine;

/// <summary>What was found in one root object and everything inside it.</summary>
public sealed record ScanReport
{
    /// <summary>The root's name, as the caller gave it.</summary>
    public required string Name { get; init; }

    /// <summary>The worst of the findings.</summary>
    public required Verdict Verdict { get; init; }

    /// <summary>The root's type.</summary>
    public FileType Type { get; init; }

    /// <summary>The root's length in bytes.</summary>
    public long Length { get; init; }

    /// <summary>Findings in the order in which they were made; a clean object has none.</summary>
    public ImmutableArray<Finding> Findings { get; init; } = [];

    /// <summary>The objects, the root first, where <see cref="ScanOptions.DescribeObjects"/> asks for them. At most the first 10,000.</summary>
    public ImmutableArray<ScannedObject> Objects { get; init; } = [];

    /// <summary>
    /// YARA rules that are not private and of which strings matched, but which do not hold, where <see cref="ScanOptions.DescribeFailingRules"/> asks for
    /// them.
    /// </summary>
    public ImmutableArray<RuleMatch> FailingRules { get; init; } = [];

    /// <summary>Objects looked at, the root included.</summary>
    public int ObjectCount { get; init; }

    /// <summary>Bytes matched, all objects together.</summary>
    public long ScannedBytes { get; init; }

    /// <summary>Time spent.</summary>
    public TimeSpan Elapsed { get; init; }
}
